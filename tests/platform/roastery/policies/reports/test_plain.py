"""The report as text and as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from roastery.policies.catalogue import BY_ID
from roastery.policies.evaluate import PolicyReport, evaluate
from roastery.policies.reports import plain
from roastery.policies.state import parse


@pytest.fixture(scope="session")
def report(state: dict[str, Any]) -> PolicyReport:
    return evaluate(parse(state))


def test_the_most_serious_findings_come_first(report: PolicyReport) -> None:
    order = ["critical", "high", "medium", "low"]
    ranks = [order.index(finding.policy.severity) for finding in report.blocking]
    assert ranks == sorted(ranks)


def test_json_and_text_have_the_same_findings(report: PolicyReport) -> None:
    content = plain.as_json(report)
    assert content["blocking"] == len(report.blocking)
    assert {finding["policy"] for finding in content["findings"]} == set(BY_ID)
    last = list(plain.lines(report))[-1]
    assert last.startswith(f"{len(BY_ID)} policies over ")
    assert f"{len(report.blocking)} blocking" in last
