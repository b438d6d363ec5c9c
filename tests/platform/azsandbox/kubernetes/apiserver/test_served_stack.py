"""A small program through Pulumi's engine, its objects on a real API server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from azsandbox import commands, recover
from azsandbox.arm import faults
from azsandbox.arm.subscription import Subscription
from azsandbox.kubernetes.apiserver import control_planes
from azsandbox.paths import DIRECTORY, Project
from azsandbox.pulumi import toolchain

PROGRAM = Path(__file__).parent / "program"
SERVER = ("etcd", "kube-apiserver")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("apiserver"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]
Run = Callable[..., commands.Outcome]


@pytest.fixture
def project(tools: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    del tools  # the server is installed
    monkeypatch.delenv(DIRECTORY, raising=False)
    root = tmp_path / "served"
    shutil.copytree(PROGRAM, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "Pulumi.dev.yaml").write_text((PROGRAM / "Pulumi.dev.yaml").read_text())
    yield Project(root=root)
    assert servers(root) == []


@pytest.fixture
def run(project: Project) -> Run:
    def operate(
        operation: str, *extra: str, replicas: int = 1, backend: str | None = None
    ) -> commands.Outcome:
        file = project.root / "Pulumi.dev.yaml"
        file.write_text((PROGRAM / "Pulumi.dev.yaml").read_text().replace('"1"', f'"{replicas}"'))
        return commands.operate(project, operation, "dev", extra, quiet=True, kubernetes=backend)

    return operate


def servers(root: Path) -> list[psutil.Process]:
    """The processes of API servers that work in a project's sandbox."""
    return [
        process
        for process in psutil.process_iter(["name"])
        if process.info["name"] in SERVER and _folder(process).startswith(str(root))
    ]


def _folder(process: psutil.Process) -> str:
    """Where a process works; nothing once it has ended, also between two looks at it."""
    try:
        return process.cwd()
    except (psutil.Error, FileNotFoundError):
        return ""


def test_a_stack_lives_on_a_real_api_server_until_it_is_destroyed(project: Project, run: Run) -> None:
    first = run("up", backend="apiserver")
    assert (first.exit_code, first.errors, first.changes) == (0, [], {"create": 6})
    assert servers(project.root) == []  # it ends with the command, and the objects stay
    assert len(list((project.sandbox / control_planes.FOLDER).iterdir())) == 1

    assert run("up", "--expect-no-changes").changes == {"same": 6}
    assert run("refresh").changes == {"same": 6}
    for operation in ("preview", "up"):
        refused = run(operation, replicas=-1)
        assert refused.exit_code != 0
        words = 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or'
        assert any(words in error for error in refused.errors), refused.errors
    assert run("up", replicas=2).changes == {"same": 5, "update": 1}

    assert run("destroy").changes == {"delete": 6}
    assert commands.reset(project, "dev") == 1  # the record of the cluster
    assert list((project.sandbox / control_planes.FOLDER).iterdir()) == []


@pytest.mark.parametrize("watchers", [False, True], ids=["watched", "abandoned"])
def test_a_stack_recovers_after_its_session_was_killed(project: Project, run: Run, *, watchers: bool) -> None:
    """The server ends with its session; if even what watches that was killed, the next session ends it."""
    subscription = Subscription.open(project.model)
    faults.add(subscription, "slow:60", "deployment", "create", 1)
    command = [sys.executable, "-m", "azsandbox", "up", "--stack", "dev", "--kubernetes", "apiserver"]
    with subprocess.Popen(
        command, cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as session:
        until(lambda: not subscription.faults(), "the slow create did not start")
        started = servers(project.root)
        assert sorted(process.name() for process in started) == sorted(SERVER)
        groups = {server.pid for server in started}
        everything = [psutil.Process(session.pid), *psutil.Process(session.pid).children(recursive=True)]
        watching = [process for process in everything if os.getpgid(process.pid) in groups]
        others = [process for process in everything if process not in watching]
        for process in [*(watching if watchers else ()), *others]:
            if process not in started:
                process.kill()
    if watchers:
        assert servers(project.root) == started
    else:
        until(lambda: servers(project.root) == [], "the server is still running")

    recovery = recover.recover(project, "dev")
    assert [urn.rpartition("::")[2] for urn in recovery.dropped] == ["web"]
    again = run("up")
    assert (again.exit_code, again.errors) == (0, [])
    subscription.close()


def until(condition: Callable[[], bool], failure: str) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, failure
        time.sleep(0.2)
