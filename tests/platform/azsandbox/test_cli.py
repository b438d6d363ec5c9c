"""The command line: fast help, hidden options, exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from azsandbox import cli, commands
from azsandbox.arm import faults
from azsandbox.errors import OptionError
from azsandbox.export import run
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain

RUNNER = CliRunner()


def azsandbox(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "azsandbox", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )


def test_help_needs_neither_the_model_nor_rich() -> None:
    code = "import sys, azsandbox.cli; print(*sys.modules)"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    modules = set(output.split())

    assert "azsandbox.cli" in modules
    assert not modules & {
        "rich",
        "pulumi",
        "grpc",
        "azsandbox.commands",
        "azsandbox.session",
        "azsandbox.arm",
    }


def test_without_arguments_the_commands_are_listed(tmp_path: Path) -> None:
    result = azsandbox(folder=tmp_path)

    assert (result.returncode, result.stderr) == (0, "")
    for command in ("tools", "exec", "up", "destroy", "fault", "export"):
        assert f"  {command} " in result.stdout


def test_the_help_names_every_fault_operation_and_format() -> None:
    fault = RUNNER.invoke(cli.app, ["fault", "--help"]).output
    export = RUNNER.invoke(cli.app, ["export", "--help"]).output

    assert [kind for kind in (*faults.KINDS, *faults.OPERATIONS) if kind not in fault] == []
    assert [kind for kind in run.FORMATS if kind not in export] == []


def test_nobody_is_somebody_else_without_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parent / "tiny")
    with pytest.raises(OptionError, match="--as needs --api"):
        commands.execute(Project.find(), ["true"], caller=commands.Caller(account="id-runner"))


@pytest.mark.parametrize(("option", "api"), [("--api", True), ("--face", True), (None, False)])
def test_exec_starts_the_api_server_under_its_old_option_too(
    monkeypatch: pytest.MonkeyPatch, option: str | None, api: bool
) -> None:
    calls: list[tuple[list[str], bool, str | None, str]] = []

    def execute(
        project: Project,
        command: list[str],
        *,
        api: bool,
        kubernetes: str | None,
        caller: commands.Caller,
        official: bool,
    ) -> int:
        assert not official
        calls.append((command, api, kubernetes, caller.of(project)))
        return 7

    monkeypatch.setattr(commands, "execute", execute)
    monkeypatch.chdir(Path(__file__).parent / "tiny")
    backend = ["--kubernetes", "apiserver"]
    options = [*([option] if option else []), *backend, "--as", "beans/sa-roaster", "--stack", "dev"]
    result = RUNNER.invoke(cli.app, ["exec", *options, "--", "pulumi", "up"])

    who = "beans/sa-roaster@11111111-2222-4333-8444-555555555555"
    assert (result.exit_code, calls) == (7, [(["pulumi", "up"], api, "apiserver", who)])
    assert "--face" not in RUNNER.invoke(cli.app, ["exec", "--help"]).output


@pytest.mark.parametrize(
    ("backend", "code", "message"),
    [
        ("kind", 2, "--kubernetes 'kind' is not a backend: choose one of model, apiserver"),
        ("apiserver", 69, "is not installed: run azsandbox tools --kubernetes apiserver"),
    ],
)
def test_a_backend_that_is_unknown_or_not_installed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, backend: str, code: int, message: str
) -> None:
    cli_folder = toolchain.find()
    if cli_folder is None:
        pytest.skip("no Pulumi CLI: run make tools")
    (tmp_path / "pulumi").symlink_to(cli_folder.executable.parents[1])
    monkeypatch.setenv("AZSANDBOX_TOOLS", str(tmp_path))
    monkeypatch.setenv("AZSANDBOX_DIR", str(tmp_path / "sandbox"))
    project = Path(__file__).parent / "tiny"
    result = azsandbox("up", "--stack", "dev", "--kubernetes", backend, folder=project)

    assert (result.returncode, result.stdout) == (code, "")
    assert message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list"], "no Pulumi.yaml in"),
        (["nosuch"], "No such command 'nosuch'"),
        (["exec"], "give the command to run after --"),
        (["up"], "Missing option '--stack' / '-s'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(tmp_path: Path, arguments: list[str], message: str) -> None:
    result = azsandbox(*arguments, folder=tmp_path)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fault", "meteor"], "'meteor' is not a fault: choose one of 409, 429, 500, timeout, slow, fail"),
        (["fault", "429", "--operation", "x"], "'x' is not an operation: choose one of create, read,"),
        (["drift", "--resource", "nothing"], "--resource 'nothing' is the end of 0 ids"),
    ],
)
def test_a_wrong_option_is_one_line_and_exit_code_2(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: empty\nruntime: python\n")
    result = azsandbox(*arguments, folder=tmp_path)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {message}")


def test_a_defect_has_an_exit_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> Project:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(Project, "find", fail)
    monkeypatch.setattr(sys, "argv", ["azsandbox", "list"])
    with pytest.raises(SystemExit) as caught:
        cli.main()

    assert caught.value.code == cli.DEFECT
    assert "ZeroDivisionError: a defect" in capsys.readouterr().err


@pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools")
def test_tools_finds_the_cli_that_is_installed(tmp_path: Path) -> None:
    result = azsandbox("tools", folder=tmp_path)

    assert result.returncode == 0
    assert result.stdout.startswith(f"Pulumi {toolchain.VERSION} in ")
