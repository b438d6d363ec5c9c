"""The errors that a user can meet, and the exit codes of commands."""

from __future__ import annotations

import importlib
import pkgutil
import re

import roastery
from roastery import errors
from roastery.errors import EXIT_CODES, RoasteryError


def test_an_error_is_one_line_with_what_to_do() -> None:
    assert str(RoasteryError("the file is missing", "name another one")) == (
        "the file is missing (name another one)"
    )
    assert str(RoasteryError("the file is missing")) == "the file is missing"


def test_every_exit_code_has_a_meaning() -> None:
    assert set(EXIT_CODES) == {0, 1, 2, 3, 10, 69, 70, 75, 77, 129, 130, 143}
    assert all(EXIT_CODES.values())
    assert RoasteryError.exit_code in EXIT_CODES


def drawn() -> dict[str, tuple[int, int]]:
    """Depth and exit code of each error in the tree of the docstring."""
    lines = re.findall(
        r"^([│├└─ ]*)(\w+Error) +(?:exit code )?(\d+):", errors.__doc__ or "", flags=re.MULTILINE
    )
    return {name: (len(indent) // 4, int(code)) for indent, name, code in lines}


def declared(error: type[RoasteryError], depth: int = 0) -> dict[str, tuple[int, int]]:
    """Depth and exit code of each class."""
    tree = {error.__name__: (depth, error.exit_code)}
    for child in error.__subclasses__():
        if child.__module__.startswith("roastery."):
            tree |= declared(child, depth + 1)
    return tree


def test_the_tree_is_that_of_the_classes() -> None:
    for module in pkgutil.walk_packages(roastery.__path__, "roastery."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    assert drawn() == declared(RoasteryError)
    assert {code for _, code in drawn().values()} <= set(EXIT_CODES)
    assert list(drawn()) == list(dict.fromkeys(drawn()))
