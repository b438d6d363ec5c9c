"""The real Pulumi engine runs a real program against the stand-ins."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from azsandbox import commands, drift, recover
from azsandbox.arm import faults
from azsandbox.arm.subscription import Subscription
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
from azsandbox.session import without_credentials

TINY = Path(__file__).parent / "tiny"
STORAGE = "Microsoft.Storage/storageAccounts"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A copy of the tiny program as a project; the sandbox must not change its files."""
    project = tmp_path / "tiny"
    shutil.copytree(TINY, project, ignore=shutil.ignore_patterns("__pycache__"))
    before = {file.name: file.read_bytes() for file in project.iterdir()}
    yield Project(root=project)
    after = {file.name: file.read_bytes() for file in project.iterdir() if file.is_file()}
    assert after == before, "the sandbox wrote into the project"


@pytest.fixture
def run(project: Project) -> Callable[..., commands.Outcome]:
    def operate(operation: str, *extra: str, stack: str = "dev") -> commands.Outcome:
        return commands.operate(project, operation, stack, extra, quiet=True)

    return operate


def up(run: Callable[..., commands.Outcome]) -> None:
    outcome = run("up")
    assert (outcome.exit_code, outcome.errors) == (0, [])


def test_a_stack_is_deployed_drifts_is_repaired_and_destroyed(
    project: Project, run: Callable[..., commands.Outcome]
) -> None:
    up(run)
    assert run("up", "--expect-no-changes").changes == {"same": 10}

    subscription = Subscription.open(project.model)
    changed = drift.drift(subscription, None, None)
    assert changed.what == "publicNetworkAccess"
    refreshed = run("refresh")
    assert refreshed.changes == {"same": 9, "update": 1}
    assert run("up").changes == {"same": 9, "update": 1}
    account = subscription.get(changed.id)
    assert account is not None
    assert account.inputs["publicNetworkAccess"] == "Disabled"

    assert run("destroy").changes == {"delete": 10}
    assert subscription.all() == []
    subscription.close()


def test_no_secret_is_stored_in_plain_text(project: Project, run: Callable[..., commands.Outcome]) -> None:
    up(run)
    for file in project.sandbox.rglob("*"):
        if file.is_file():
            assert b"sandbox-placeholder" not in file.read_bytes(), file
    outputs = commands.resources_in_state(project, "dev")[0]["outputs"]
    assert set(outputs["key"]) == {"4dabf18193072939515e22adb298388d", "ciphertext"}


@pytest.mark.parametrize(
    ("how", "words", "unwanted"),
    [
        ("runtime", "the config is wrong, says the program", "Traceback"),
        ("exception", "ValueError: an unexpected thing", "azsandbox/pulumi/language_host"),
        ("exit", "exit code: 7", "Traceback"),
    ],
)
def test_a_programs_own_errors_and_exit_codes_come_through(
    project: Project, run: Callable[..., commands.Outcome], how: str, words: str, unwanted: str
) -> None:
    stack = project.root / "Pulumi.broken.yaml"
    stack.write_text(f"config:\n  tiny:fail: {how}\n  tiny:suffix: b2\n")
    outcome = run("preview", stack="broken")
    stack.unlink()
    assert outcome.exit_code != 0
    errors = "\n".join(outcome.errors)
    assert words in errors
    assert unwanted not in errors


def test_the_preview_refuses_what_azure_would_refuse(
    project: Project, run: Callable[..., commands.Outcome]
) -> None:
    (project.root / "Pulumi.bad.yaml").write_text("config:\n  tiny:suffix: Not-Allowed\n  tiny:password: x\n")
    outcome = run("preview", stack="bad")
    (project.root / "Pulumi.bad.yaml").unlink()
    assert outcome.exit_code != 0
    assert any("'sttinyNot-Allowed' is not a valid name" in error for error in outcome.errors), outcome.errors


def test_an_injected_fault_fails_a_deployment_and_the_next_one_completes_it(
    project: Project, run: Callable[..., commands.Outcome]
) -> None:
    subscription = Subscription.open(project.model)
    faults.add(subscription, "429", "storageaccount", "create", 1)
    outcome = run("up")
    assert outcome.exit_code != 0
    assert any('Code="TooManyRequests"' in error for error in outcome.errors)
    up(run)

    faults.add(subscription, "fail", "vault::vault", "create", 1)
    faults.add(subscription, "fail", "storageaccount", "update", 1)
    drift.drift(subscription, None, None)
    run("refresh")
    failed = run("up")
    assert failed.exit_code != 0
    assert any("ended in state Failed" in error for error in failed.errors)
    up(run)
    subscription.close()


def test_a_stack_recovers_after_pulumi_was_killed(
    project: Project, run: Callable[..., commands.Outcome]
) -> None:
    """The create continues in the sandbox after the kill, as it would in Azure."""
    subscription = Subscription.open(project.model)
    faults.add(subscription, "slow:4", "storageaccount", "create", 1)
    command = [sys.executable, "-c", _UP_AND_WAIT, str(project.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as session:
        process = int(session.stdout.readline()) if session.stdout else 0
        _until(lambda: "StorageAccount" in _pending(commands.state_file(project, "dev")))
        hosts = _output("pgrep", "-P", str(process)).split()
        assert hosts
        os.kill(process, signal.SIGKILL)
        _until(lambda: bool(subscription.of_kind(STORAGE)))
        _until(lambda: not _output("ps", "-o", "pid=", "-p", ",".join(hosts)))  # no process is left

    assert run("up").exit_code != 0
    recovery = recover.recover(project, "dev")
    assert "storage" in [urn.rpartition("::")[2] for urn in recovery.adopted]
    assert recovery.refreshed
    up(run)
    assert run("up").changes == {"same": 10}
    subscription.close()


_UP_AND_WAIT = """
import subprocess, sys, time
from pathlib import Path
from azsandbox.paths import Project
from azsandbox.session import session
project = Project(root=Path(sys.argv[1]))
with session(project) as environment:
    pulumi = subprocess.Popen(
        ["pulumi", "up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive"],
        cwd=project.root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    print(pulumi.pid, flush=True)
    pulumi.wait()
    time.sleep(6)
"""


def _output(*command: str) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


def _pending(file: Path) -> str:
    try:
        latest = json.loads(file.read_text())["checkpoint"].get("latest") or {}
    except (FileNotFoundError, json.JSONDecodeError, KeyError):  # not written yet, or incomplete
        return ""
    return json.dumps(latest.get("pending_operations") or [])


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met within 90 s"
        time.sleep(0.1)


def test_pulumi_outside_a_session_never_uses_a_stand_in(project: Project, tmp_path: Path) -> None:
    """Even with the sandbox's own folder on the PATH, no stand-in serves it."""
    cli = toolchain.find()
    assert cli is not None
    folder = cli.with_language_host().parent
    backend = tmp_path / "backend"
    backend.mkdir()
    environment = {
        **without_credentials(os.environ),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": backend.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "plain",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    plain = [str(cli.executable), "--non-interactive", "-C", str(_copy(project, tmp_path))]
    subprocess.run([*plain, "stack", "init", "plain"], env=environment, check=True, capture_output=True)
    for path in (environment["PATH"], f"{folder}:{environment['PATH']}"):
        result = subprocess.run(
            [*plain, "up", "--stack", "plain", "--yes", "--skip-preview"],
            env={**environment, "PATH": path, "AZSANDBOX_PYTHON": sys.executable},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode != 0
        assert "created" not in result.stdout
    assert not project.model.exists()


def _copy(project: Project, tmp_path: Path) -> Path:
    """Pulumi itself writes into the stack file, so it gets a project of its own."""
    copy = tmp_path / "plain"
    shutil.copytree(project.root, copy)
    (copy / "Pulumi.plain.yaml").write_text("config:\n  tiny:suffix: c3\n  tiny:password: x\n")
    return copy


@pytest.mark.parametrize("module", ["pulumi.language_host", "pulumi.provider.server"])
def test_a_stand_in_outside_a_session_refuses_to_serve(module: str) -> None:
    command = [sys.executable, "-m", f"azsandbox.{module}", "127.0.0.1:1"]
    result = subprocess.run(
        command, env=without_credentials(os.environ), capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert "only inside `azsandbox" in result.stderr
    assert result.stdout == ""


def test_a_session_sets_up_its_environment_and_removes_its_files(project: Project) -> None:
    code = "import json, os, shutil; print(json.dumps([dict(os.environ), shutil.which('pulumi')]))"
    os.environ["AZURE_CLIENT_SECRET"] = "live"
    try:
        with commands.session(project) as environment:
            result = subprocess.run(
                [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
            )
    finally:
        del os.environ["AZURE_CLIENT_SECRET"]
    inside: dict[str, Any]
    inside, pulumi = json.loads(result.stdout)
    assert "AZURE_CLIENT_SECRET" not in inside
    assert inside["PULUMI_BACKEND_URL"] == project.backend.as_uri()
    assert Path(pulumi).is_relative_to(project.sessions)
    assert not Path(pulumi).exists()
    assert list(project.sessions.iterdir()) == []
