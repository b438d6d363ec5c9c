"""One cluster, with the calls that Pulumi would make."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.arm.subscription import Subscription
from azsandbox.kubernetes.provider import Kubernetes
from azsandbox.pulumi.provider.backend import State, Subject


class Cluster:
    """A cluster without an AKS cluster; every method takes a token and inputs."""

    def __init__(self) -> None:
        self.provider = Kubernetes(Subscription.open(":memory:"))
        self.provider.configure({})

    def subject(self, token: str, identifier: str = "") -> Subject:
        return Subject(urn=f"urn:pulumi:t::t::{token}::it", token=token, id=identifier)

    def errors(self, token: str, **inputs: Any) -> list[str]:
        problems = self.provider.check(self.subject(token), {}, inputs, b"seed").problems
        return [f"{problem.path} {problem.message}" for problem in problems if not problem.warning]

    def make(self, token: str, **inputs: Any) -> State:
        """Check and create; a failed check fails the test."""
        checked = self.provider.check(self.subject(token), {}, inputs, b"seed")
        assert [problem for problem in checked.problems if not problem.warning] == []
        return self.provider.create(self.subject(token), checked.inputs)


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()
