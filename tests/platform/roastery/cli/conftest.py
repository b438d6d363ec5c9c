"""A package that registers commands with `roast`, as installed, and `roast` with its commands."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from roastery.cli.main import main

TABLE = """
COMMANDS = (
    ("refuse", "Is refused.", "Plug-in", "some_commands:refuse"),
    ("crash", "Has a defect.", "Plug-in", "some_commands:crash"),
    ("stop", "Is interrupted.", "Plug-in", "some_commands:stop"),
    ("wait", "Waits.", "Plug-in", "some_commands:wait"),
    ("leave", "Leaves with a code of its own.", "Plug-in", "some_commands:leave"),
    ("missing", "Needs a package that is not installed.", "Plug-in", "some_broken_commands:run"),
)
"""
COMMANDS = '''
import typer

class RefusedError(Exception):
    exit_code = 4

def refuse():
    """Is refused."""
    raise RefusedError("the service\\nanswered [no] (try later)")

def crash():
    """Has a defect."""
    raise ZeroDivisionError("by zero")

def stop():
    """Is interrupted."""
    raise KeyboardInterrupt

def wait(seconds: int = typer.Option(60, min=1)):
    """Waits."""
    import time
    print("waiting", flush=True)
    time.sleep(seconds)

def leave():
    """Leaves with a code of its own."""
    raise typer.Exit(9)
'''
BROKEN = "import a_package_that_is_not_installed"

Roast = Callable[..., tuple[int, str, str]]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a package that registers a table of commands."""
    (tmp_path / "some_table.py").write_text(TABLE)
    (tmp_path / "some_commands.py").write_text(COMMANDS)
    (tmp_path / "some_broken_commands.py").write_text(BROKEN)
    info = tmp_path / "some_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: some_package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[roast.commands]\nplugin = some_table\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    importlib.invalidate_caches()
    for module in ("some_table", "some_commands", "some_broken_commands"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return tmp_path


@pytest.fixture
def roast(package: Path, capsys: pytest.CaptureFixture[str]) -> Roast:
    """Runs `roast` with arguments; answers with exit code, output and errors."""
    assert package

    def run(*argv: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(argv)
        out, err = capsys.readouterr()
        return int(str(end.value.code)), out, err

    return run
