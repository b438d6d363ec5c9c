"""Versions of components follow the code, also where they were found before."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ml import code
from stacks import assets


def test_the_hash_of_a_steps_code_is_kept_until_the_code_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copytree(Path(code.__file__).parent, tmp_path / "ml")
    monkeypatch.setattr(code, "__file__", str(copy / "code.py"))
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    asked: list[str] = []
    monkeypatch.setattr(code, "code_hash", lambda module: asked.append(module) or f"of {module}")

    assert [assets.codes()("ml.steps.train"), assets.codes()("ml.steps.train")] == ["of ml.steps.train"] * 2
    assert asked == ["ml.steps.train"]

    (copy / "core" / "__init__.py").write_text("changed = True\n")
    assets.codes()("ml.steps.train")
    assert len(asked) == 2
