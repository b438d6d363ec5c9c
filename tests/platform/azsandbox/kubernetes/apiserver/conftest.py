"""A real API server for a module's tests, and a cluster on it with the calls that Pulumi would make."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from azsandbox.arm.subscription import Subscription
from azsandbox.kubernetes.apiserver import build
from azsandbox.kubernetes.apiserver.control_planes import ControlPlanes
from azsandbox.kubernetes.backends import APISERVER
from azsandbox.kubernetes.provider import Kubernetes
from azsandbox.kubernetes.served import ServedClusters
from azsandbox.pulumi.provider.backend import State, Subject

Values = dict[str, Any]


class ServedCluster:
    """One provider; every method takes a token and inputs."""

    def __init__(self, subscription: Subscription, planes: ControlPlanes) -> None:
        self.planes = planes
        self.provider = Kubernetes(subscription, ServedClusters(planes))
        self.provider.configure({})

    def subject(self, token: str, identifier: str = "") -> Subject:
        return Subject(urn=f"urn:pulumi:t::t::{token}::it", token=token, id=identifier)

    def check(self, token: str, inputs: Values, old: Values | None = None) -> list[str]:
        problems = self.provider.check(self.subject(token), old or {}, inputs, b"seed").problems
        return [f"{problem.path} {problem.message}".strip() for problem in problems]

    def make(self, token: str, **inputs: Any) -> State:
        checked = self.provider.check(self.subject(token), {}, inputs, b"seed")
        assert checked.problems == []
        return self.provider.create(self.subject(token), checked.inputs)

    def update(self, token: str, state: State, **changes: Any) -> State:
        inputs = {**state.inputs, **changes}
        outputs = self.provider.update(self.subject(token, state.id), state.inputs, inputs, state.outputs)
        return State(id=state.id, inputs=inputs, outputs=outputs)

    def read(self, token: str, state: State) -> State:
        return self.provider.read(self.subject(token, state.id), state.inputs, state.outputs)

    def delete(self, token: str, state: State) -> None:
        self.provider.delete(self.subject(token, state.id), state.inputs)


@pytest.fixture(scope="module")
def tools() -> build.Tools:
    """The installed server; in CI it has to be installed."""
    installed = build.find()
    if installed is None:
        if "CI" in os.environ:
            pytest.fail(build.MISSING, pytrace=False)
        pytest.skip(build.MISSING)
    return installed


@pytest.fixture(scope="module")
def new_cluster(
    tools: build.Tools, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], ServedCluster]]:
    """Makes sandboxes, each with a cluster; the servers end with the module."""
    del tools
    running: list[tuple[ControlPlanes, Subscription]] = []

    def make() -> ServedCluster:
        folder = tmp_path_factory.mktemp("served")
        (folder / "session").mkdir()
        subscription = Subscription.open(folder / "subscription.sqlite")
        planes = ControlPlanes(subscription, folder, folder / "session", APISERVER)
        running.append((planes, subscription))
        return ServedCluster(subscription, planes)

    yield make
    for planes, subscription in running:
        planes.close()
        subscription.close()


@pytest.fixture(scope="module")
def served(new_cluster: Callable[[], ServedCluster]) -> ServedCluster:
    return new_cluster()


@pytest.fixture
def planes(tmp_path: Path) -> Iterator[Callable[[str | None], ControlPlanes]]:
    """The servers of one sandbox, for a choice; none is started."""
    subscription = Subscription.open(":memory:")

    def make(choice: str | None) -> ControlPlanes:
        (tmp_path / "session").mkdir(exist_ok=True)
        return ControlPlanes(subscription, tmp_path, tmp_path / "session", choice)

    yield make
    subscription.close()
