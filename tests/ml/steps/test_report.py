"""The step as it is run: one process, the flags of its description, one file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ml.pipeline import REPORT
from ml.steps import report


@pytest.fixture(name="arguments")
def _arguments(tmp_path: Path) -> list[str]:
    """Folders that a run made but left empty: the report must say so and not fail."""
    values = {port.name: str(tmp_path / port.name) for port in REPORT.inputs}
    for folder in values.values():
        Path(folder).mkdir()
    return REPORT.command(values | {"report": str(tmp_path / "report.html")})[3:]


def test_the_step_writes_one_html_file(arguments: list[str], tmp_path: Path) -> None:
    report.main(arguments)
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", *(p.name for p in REPORT.inputs)}


def test_a_broken_input_is_one_line_and_leaves_no_report(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "evaluation" / "verdict.json").write_text("{")
    result = subprocess.run(
        [sys.executable, "-m", REPORT.module, *arguments], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("error: ")
    assert "verdict.json is not JSON" in result.stderr
    assert not (tmp_path / "report.html").exists()


def test_an_absent_folder_is_named_by_its_option(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "quality").rmdir()
    result = subprocess.run(
        [sys.executable, "-m", REPORT.module, *arguments], capture_output=True, text=True, check=False
    )
    assert (result.returncode, "--quality: " in result.stderr) == (2, True)
