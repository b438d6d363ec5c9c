"""What a step's process sees: its exact command, a scratch folder and few variables."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.local import process


def test_each_step_runs_with_exactly_the_command_of_its_description(tiny: Any) -> None:
    record = tiny.run({"factor": 3, "note": "two words"})
    rows = record.output(tiny.out, "fetch", "rows")
    argv = (tiny.folder / "argv-double").read_text().split("\0")
    written = argv[argv.index("--doubled") + 1]
    expected = tiny.pipeline.step("double").command(
        {"rows": str(rows), "factor": "3", "note": "two words", "doubled": written}
    )
    assert argv == [sys.executable, *expected[1:]]


def test_steps_run_in_a_scratch_folder_that_is_deleted(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    tiny.run()
    assert list(here.iterdir()) == []
    assert not Path((tiny.folder / "cwd-fetch").read_text()).exists()
    assert not list(tiny.out.rglob("left-behind"))


def test_a_step_sees_the_settings_it_may_need_only(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNOWFLAKE_ACCOUNT", "x")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "x")
    monkeypatch.setenv("GITHUB_TOKEN", "x")
    tiny.run()
    seen = (tiny.folder / "environment-fetch").read_text().split("\n")
    assert {"SNOWFLAKE_ACCOUNT", "MLFLOW_TRACKING_URI", "PATH"} <= set(seen)
    assert "GITHUB_TOKEN" not in seen


@pytest.fixture(name="installed")
def _installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the compiled NumPy would be."""
    spec = np.__spec__
    assert spec is not None
    cached = tmp_path / "numpy.pyc"
    monkeypatch.setattr(spec, "cached", str(cached))
    return cached


def test_steps_share_compiled_modules_in_the_runs_folder_where_none_may_be_written_beside_their_sources(
    tiny: Any, monkeypatch: pytest.MonkeyPatch, installed: Path
) -> None:
    assert not installed.exists()
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    tiny.run()
    seen = (tiny.folder / "environment-fetch").read_text().split("\n")
    assert "PYTHONDONTWRITEBYTECODE" not in seen
    assert list((tiny.out / ".bytecode").rglob("*.pyc"))


def test_libraries_that_were_compiled_when_installed_are_read_from_there(installed: Path) -> None:
    env = {"PYTHONDONTWRITEBYTECODE": "1"}
    installed.touch()
    assert process.with_bytecode(env, Path("/run")) == env


@pytest.mark.parametrize("env", [{}, {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/mine"}])
def test_the_user_s_own_folder_of_compiled_modules_is_used(env: dict[str, str], installed: Path) -> None:
    assert not installed.exists()
    assert process.with_bytecode(env, Path("/run")) == env
