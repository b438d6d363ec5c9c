"""Commands are listed from tables and imported when used; what can't be loaded says so when asked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module, metadata
from inspect import getdoc
from pathlib import Path
from typing import Any

import pytest
import typer

from azsandbox import command_table as sandbox_table
from ml.cli import command_table as model_table
from roastery.cli import command_table
from roastery.cli.main import main

Roast = Callable[..., tuple[int, str, str]]
TABLES = (*command_table.COMMANDS, *model_table.COMMANDS, *sandbox_table.COMMANDS)
HEAVY = ("pandas", "polars", "numpy", "sklearn", "pydantic", "pulumi", "azure", "mlflow")

HELP = """
import contextlib, io, json, sys
from roastery.cli.main import main
heavy = json.loads(sys.argv[1])
loaded = {}
for argv in json.loads(sys.argv[2]):
    before = set(sys.modules)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            main([*argv, "--help"])
        except SystemExit as end:
            assert not end.code, argv
    assert "Usage: roast" in out.getvalue()
    loaded[" ".join(argv)] = [name for name in heavy if name in sys.modules and name not in before]
print(json.dumps(loaded))
"""


@pytest.mark.parametrize("row", TABLES, ids=lambda row: row[0])
def test_the_help_of_a_table_is_that_of_the_command(row: tuple[str, str, str, str]) -> None:
    _, text, panel, target = row
    assert text.endswith(".")
    assert panel in {"", *command_table.PANELS}
    if target:
        module, _, name = target.partition(":")
        command: Any = getattr(import_module(module), name)
        documented = command.info.help if isinstance(command, typer.Typer) else getdoc(command)
        assert text == str(documented).partition("\n")[0]


def test_help_imports_nothing_heavy() -> None:
    """In a process of its own: that of the program, of each group and of each command."""
    argvs = [[], *(row[0].split() for row in TABLES), ["sandbox", "up"], ["sandbox", "exec"]]
    process = subprocess.run(
        [sys.executable, "-c", HELP, json.dumps(HEAVY), json.dumps(argvs)],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = json.loads(process.stdout.splitlines()[-1])
    assert len(loaded) == len(argvs)
    assert {command: names for command, names in loaded.items() if names} == {}


def test_the_groups_are_those_of_the_people(roast: Roast) -> None:
    code, out, _ = roast("--help")
    assert code == 0
    panels = [line.rstrip(":") for line in out.splitlines() if line.endswith(":") and line[0] != " "]
    assert panels == ["Options", *command_table.PANELS, "Plug-in", "Exit codes"]
    for group, commands in {
        "data": ("load", "sample"),
        "job": ("submit", "cancel", "status"),
        "model": ("promote", "rollback", "ask", "monitor"),
        "stack": ("preview", "graph", "demo"),
        "policy": ("check", "list", "rights"),
        "sandbox": ("up", "preview", "destroy", "exec"),
    }.items():
        code, out, _ = roast(group, "--help")
        assert code == 0
        listed = {line.split()[0] for line in out.splitlines() if line.startswith("  ")}
        assert set(commands) <= listed


@pytest.mark.parametrize(("old", "new"), command_table.RENAMED.items())
def test_an_old_name_works_and_says_the_new_one_on_standard_error(roast: Roast, old: str, new: str) -> None:
    code, renamed, err = roast(*old.split(), "--help")
    assert (code, err) == (0, f"roast {old} is now roast {new}; the old name goes in the next version\n")
    code, out, err = roast(*new.split(), "--help")
    assert (code, err) == (0, "")
    assert renamed.replace(f"roast {old}", f"roast {new}") == out
    code, listed, _ = roast(*old.split()[:-1], "--help")
    assert old.rsplit(maxsplit=1)[-1] not in [
        line.split()[0] for line in listed.splitlines() if line.startswith("  ")
    ]


def test_an_old_name_keeps_standard_output_clean(roast: Roast) -> None:
    state = Path(__file__).parents[1] / "graph" / "export.json"
    code, old, err = roast("graph", "--state", str(state))
    assert (code, err.count("\n")) == (0, 1)
    assert roast("stack", "graph", "--state", str(state)) == (0, old, "")


def test_an_old_name_fails_as_the_new_one_does(roast: Roast) -> None:
    code, out, err = roast("status")
    assert (code, out) == (2, "")
    assert roast("job", "status") == (2, "", err.partition("\n")[2])


def test_a_table_that_can_not_be_imported_is_listed_and_says_so_when_asked(
    roast: Roast, package: Path
) -> None:
    (package / "some_table.py").write_text("import a_package_that_is_not_installed")
    code, out, _ = roast("--help")
    assert code == 0
    assert "Not installed here" in out
    assert "plugin" in out
    code, _, err = roast("plugin", "anything", "--at", "all")
    assert code == 1
    assert err == (
        "error: the commands of plugin can't be loaded: No module named 'a_package_that_is_not_installed' "
        "(make setup installs what they need)\n"
    )


@pytest.mark.parametrize("content", ["", "COMMANDS = ((1, 2),)", "COMMANDS = 7", "raise ValueError('no')"])
def test_a_table_that_is_not_one_is_listed_too_and_the_others_work(
    roast: Roast, package: Path, content: str
) -> None:
    (package / "some_table.py").write_text(content)
    code, out, _ = roast("--help")
    assert (code, "Not installed here" in out) == (0, True)
    code, _, err = roast("plugin")
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("error: the commands of plugin can't be loaded: ")
    assert roast("policy", "list")[0] == 0


def test_a_command_whose_module_can_not_be_imported_is_listed_and_says_so_when_asked(roast: Roast) -> None:
    code, out, _ = roast("--help")
    assert (code, "Needs a package that is not installed." in out) == (0, True)
    code, out, err = roast("missing", "--any", "thing")
    assert (code, out) == (1, "")
    assert err == (
        "error: roast missing can't be loaded: No module named 'a_package_that_is_not_installed' "
        "(make setup installs what it needs)\n"
    )


def test_without_the_offline_subscription_its_commands_and_its_target_say_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(metadata, "entry_points", lambda **_: ())

    def roast(*argv: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            main(argv)
        return int(str(end.value.code)), capsys.readouterr().err

    for argv in (
        ("sandbox", "up", "--stack", "dev"),
        ("job", "submit", "--target", "sandbox", "--stack", "dev"),
        ("job", "status", "--target", "sandbox", "--stack", "dev"),
        ("model", "promote", "--target", "sandbox", "--stack", "dev"),
        ("stack", "graph", "--stack", "dev"),
        ("stack", "demo"),
        ("policy", "check", "--stack", "dev"),
    ):
        code, err = roast(*argv)
        assert (code, err.count("\n")) == (2, 1), argv
        assert "the target 'sandbox' is not installed" in err
        assert "pip install 'roastery[sandbox]'" in err
