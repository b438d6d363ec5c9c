"""Which source line a finding is reported at."""

from __future__ import annotations

from typing import Any

import pytest

from roastery.policies.evaluate import PolicyReport, evaluate
from roastery.policies.model import DeclaredResource
from roastery.policies.reports.sources import SourceLines
from roastery.policies.state import parse


@pytest.fixture(scope="session")
def report(state: dict[str, Any]) -> PolicyReport:
    return evaluate(parse(state))


def _declare(name: str, *frames: tuple[str, int], parent: str = "") -> DeclaredResource:
    return DeclaredResource(urn=name, type="x:y:Z", inputs={}, frames=frames, parent=parent)


def test_the_line_of_a_helper_comes_after_that_of_its_caller(report: PolicyReport) -> None:
    helper, vault_caller, cluster_caller = ("lib/assign.py", 9), ("lib/vault.py", 20), ("lib/aks.py", 30)
    resources = {
        "a": _declare("a", helper, vault_caller, ("stacks/main.py", 1)),
        "b": _declare("b", helper, cluster_caller, ("stacks/main.py", 2)),
        "c": _declare("c", ("lib/vault.py", 25), vault_caller),
        "d": _declare("d", parent="c"),
        "e": _declare("e"),
    }
    sources = SourceLines(resources)
    finding = report.findings[0]
    first = {
        name: sources.of(type(finding)(policy=finding.policy, level=finding.level, urn=name, path="",
                                       message=""))[0]
        for name in resources
    }  # fmt: skip
    assert first == {
        "a": vault_caller,
        "b": cluster_caller,
        "c": ("lib/vault.py", 25),
        "d": ("lib/vault.py", 25),
        "e": ("Pulumi.yaml", 1),
    }
