"""What counts as a step's code."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from ml.code import closure, code_hash, packages
from ml.errors import MLError

Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes files of a package `shopping` by path, and makes it importable."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def files(**texts: str) -> None:
        for name, text in texts.items():
            path = tmp_path / "shopping" / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            (path.parent / "__init__.py").touch()
        (tmp_path / "shopping" / "__init__.py").touch()
        importlib.invalidate_caches()

    return files


@pytest.mark.parametrize(
    "statement",
    [
        "import shopping.deep.helper",
        "from shopping.deep import helper",
        "from shopping.deep.helper import name",
        "from .deep import helper",
        "from .deep.helper import name as other",
        "def f():\n    from shopping.deep import helper",
        "if False:\n    import shopping.deep.helper",
        "from importlib import import_module\nimport_module('shopping.deep.helper')",
    ],
)
def test_a_module_is_found_however_it_is_imported(write: Write, statement: str) -> None:
    write(step=statement, deep__helper="", deep__stranger="")
    assert closure("shopping.step").keys() == {
        "shopping",
        "shopping.step",
        "shopping.deep",
        "shopping.deep.helper",
    }


def test_a_module_is_found_through_another(write: Write) -> None:
    write(step="from . import middle", middle="from .deep import helper", deep__helper="from .. import step")
    assert "shopping.deep.helper" in closure("shopping.step")


def test_relative_imports_count_from_their_own_package(write: Write) -> None:
    write(step="from .deep import helper", deep__helper="from ..other import x\nfrom . import near", other="")
    write(deep__near="")
    assert {"shopping.other", "shopping.deep.near"} <= closure("shopping.step").keys()


def test_a_package_that_imports_by_name_is_taken_whole(write: Write) -> None:
    write(step="from shopping import deep", deep__helper="", deep__other="")
    init = closure("shopping.step")["shopping.deep"]
    assert "shopping.deep.other" not in closure("shopping.step")
    init.write_text("import importlib\ndef get(name): return importlib.import_module(f'{__name__}.{name}')")
    assert {"shopping.deep.helper", "shopping.deep.other"} <= closure("shopping.step").keys()


def test_the_name_of_a_module_in_a_text_is_no_import(write: Write) -> None:
    write(step="MODULE = 'shopping.other'", other="")
    assert "shopping.other" not in closure("shopping.step")


def test_the_hash_changes_with_code_and_not_with_comments_or_layout(write: Write) -> None:
    write(step="from .helper import f\nprint(f( 1 ))", helper="def f(x): return x")
    before = code_hash("shopping.step")
    write(step="# why\nfrom .helper import f\n\nprint(f(1))", helper="def f(x):\n    return x")
    assert code_hash("shopping.step") == before
    write(helper="def f(x): return -x")
    assert code_hash("shopping.step") != before


def test_the_hash_changes_with_a_template_beside_the_code(write: Write, tmp_path: Path) -> None:
    write(step="", deep__helper="")
    template = tmp_path / "shopping" / "templates" / "page.html"
    template.parent.mkdir()
    template.write_text("a")
    before = code_hash("shopping.step")
    (tmp_path / "shopping" / "deep" / "table.csv").write_text("of a package that the step does not import")
    assert code_hash("shopping.step") == before
    template.write_text("b")
    assert code_hash("shopping.step") != before


def test_a_module_that_is_not_there_or_no_python_is_an_error(write: Write) -> None:
    write(step="from . import broken", broken="def f(:")
    with pytest.raises(MLError, match=r"the module shopping\.absent does not exist"):
        closure("shopping.absent")
    with pytest.raises(MLError, match=r"broken\.py, line 1: invalid syntax"):
        closure("shopping.step")


def test_packages_are_the_installed_ones() -> None:
    assert packages()["pydantic"] == importlib.import_module("pydantic").__version__
