"""The genuine Pulumi engine, a real program, the stand-ins: everything at once."""

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
    """The tiny program in a project of its own; its stack file must stay as it was."""
    project = tmp_path / "tiny"
    shutil.copytree(TINY, project, ignore=shutil.ignore_patterns("__pycache__"))
    before = {one.name: one.read_bytes() for one in project.iterdir()}
    yield Project(root=project)
    after = {one.name: one.read_bytes() for one in project.iterdir() if one.is_file()}
    assert after == before, "the sandbox wrote into the project"


@pytest.fixture
def run(project: Project) -> Callable[..., commands.Outcome]:
    def operate(operation: str, *extra: str, stack: str = "dev") -> commands.Outcome:
        return commands.operate(project, operation, stack, extra, quiet=True)

    return operate


def up(run: Callable[..., commands.Outcome]) -> None:
    done = run("up")
    assert (done.exit_code, done.errors) == (0, [])


def test_a_stack_comes_up_stays_the_same_shows_drift_and_leaves_nothing(
    project: Project, run: Callable[..., commands.Outcome]
) -> None:
    up(run)
    assert run("up", "--expect-no-changes").changes == {"same": 10}

    subscription = Subscription.open(project.model)
    changed = drift.drift(subscription, None, None)
    assert changed.what == "publicNetworkAccess"
    seen = run("refresh")
    assert seen.changes == {"same": 9, "update": 1}
    assert run("up").changes == {"same": 9, "update": 1}
    account = subscription.get(changed.id)
    assert account is not None
    assert account.inputs["publicNetworkAccess"] == "Disabled"

    assert run("destroy").changes == {"delete": 10}
    assert subscription.all() == []
    subscription.close()


def test_no_secret_lies_anywhere_in_the_clear(project: Project, run: Callable[..., commands.Outcome]) -> None:
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
        ("exception", "ValueError: an unexpected thing", "roastery/sandbox/host"),
        ("exit", "exit code: 7", "Traceback"),
    ],
)
def test_a_programs_own_errors_and_exit_codes_come_through(
    project: Project, run: Callable[..., commands.Outcome], how: str, words: str, unwanted: str
) -> None:
    stack = project.root / "Pulumi.broken.yaml"
    stack.write_text(f"config:\n  tiny:fail: {how}\n  tiny:suffix: b2\n")
    done = run("preview", stack="broken")
    stack.unlink()
    assert done.exit_code != 0
    said = "\n".join(done.errors)
    assert words in said
    assert unwanted not in said


def test_what_azure_would_refuse_is_refused_in_the_preview(
    project: Project, run: Callable[..., commands.Outcome]
) -> None:
    (project.root / "Pulumi.bad.yaml").write_text("config:\n  tiny:suffix: Not-Allowed\n  tiny:password: x\n")
    done = run("preview", stack="bad")
    (project.root / "Pulumi.bad.yaml").unlink()
    assert done.exit_code != 0
    assert any("'sttinyNot-Allowed' is no valid name" in one for one in done.errors), done.errors


def test_a_bad_day_of_azure_fails_one_up_and_the_next_one_finishes(
    project: Project, run: Callable[..., commands.Outcome]
) -> None:
    subscription = Subscription.open(project.model)
    faults.order(subscription, "429", "storageaccount", "create", 1)
    done = run("up")
    assert done.exit_code != 0
    assert any('Code="TooManyRequests"' in one for one in done.errors)
    up(run)

    faults.order(subscription, "fail", "vault::vault", "create", 1)
    faults.order(subscription, "fail", "storageaccount", "update", 1)
    drift.drift(subscription, None, None)
    run("refresh")
    failed = run("up")
    assert failed.exit_code != 0
    assert any("ended in state Failed" in one for one in failed.errors)
    up(run)
    subscription.close()


def test_a_stack_recovers_from_a_pulumi_that_was_killed(
    project: Project, run: Callable[..., commands.Outcome]
) -> None:
    """The create goes on in Azure after the kill, as a real one would."""
    subscription = Subscription.open(project.model)
    faults.order(subscription, "slow:4", "storageaccount", "create", 1)
    command = [sys.executable, "-c", _UP_AND_WAIT, str(project.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as session:
        process = int(session.stdout.readline()) if session.stdout else 0
        _until(lambda: "StorageAccount" in _pending(commands.state_file(project, "dev")))
        hosts = _said("pgrep", "-P", str(process)).split()
        assert hosts
        os.kill(process, signal.SIGKILL)
        _until(lambda: bool(subscription.of_kind(STORAGE)))
        _until(lambda: not _said("ps", "-o", "pid=", "-p", ",".join(hosts)))  # nothing is left waiting

    assert run("up").exit_code != 0
    done = recover.recover(project, "dev")
    assert "storage" in [urn.rpartition("::")[2] for urn in done.adopted]
    assert done.refreshed
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


def _said(*command: str) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


def _pending(file: Path) -> str:
    try:
        latest = json.loads(file.read_text())["checkpoint"].get("latest") or {}
    except (FileNotFoundError, json.JSONDecodeError, KeyError):  # not there yet, or half written
        return ""
    return json.dumps(latest.get("pending_operations") or [])


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def test_a_plain_pulumi_never_meets_a_stand_in(project: Project, tmp_path: Path) -> None:
    """Even with the sandbox's own folders on the PATH there is nothing that would serve it."""
    cli = toolchain.find()
    assert cli is not None
    twin = cli.with_our_host().parent
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
    for path in (environment["PATH"], f"{twin}:{environment['PATH']}"):
        done = subprocess.run(
            [*plain, "up", "--stack", "plain", "--yes", "--skip-preview"],
            env={**environment, "PATH": path, "AZSANDBOX_PYTHON": sys.executable},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert "created" not in done.stdout
    assert not project.model.exists()


def _copy(project: Project, tmp_path: Path) -> Path:
    """Pulumi itself writes into the stack file, so it gets a project of its own."""
    copy = tmp_path / "plain"
    shutil.copytree(project.root, copy)
    (copy / "Pulumi.plain.yaml").write_text("config:\n  tiny:suffix: c3\n  tiny:password: x\n")
    return copy


@pytest.mark.parametrize("module", ["pulumi.language_host", "pulumi.provider.server"])
def test_a_stand_in_that_nobody_called_says_so_and_leaves(module: str) -> None:
    command = [sys.executable, "-m", f"azsandbox.{module}", "127.0.0.1:1"]
    done = subprocess.run(
        command, env=without_credentials(os.environ), capture_output=True, text=True, check=False
    )
    assert done.returncode == 78
    assert "serves `roast sandbox" in done.stderr
    assert done.stdout == ""


def test_a_session_puts_its_own_things_in_place_and_takes_them_away(project: Project) -> None:
    code = "import json, os, shutil; print(json.dumps([dict(os.environ), shutil.which('pulumi')]))"
    os.environ["AZURE_CLIENT_SECRET"] = "live"
    try:
        with commands.session(project) as environment:
            done = subprocess.run(
                [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
            )
    finally:
        del os.environ["AZURE_CLIENT_SECRET"]
    inside: dict[str, Any]
    inside, pulumi = json.loads(done.stdout)
    assert "AZURE_CLIENT_SECRET" not in inside
    assert inside["PULUMI_BACKEND_URL"] == project.backend.as_uri()
    assert Path(pulumi).is_relative_to(project.sessions)
    assert not Path(pulumi).exists()
    assert list(project.sessions.iterdir()) == []
