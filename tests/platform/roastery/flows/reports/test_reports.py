"""A proof as text, JSON, Markdown and SARIF."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from roastery.flows.findings import of_report
from roastery.flows.model import (
    NOT_NEEDED,
    Excess,
    Flow,
    ProvedFlow,
    Resource,
    Subnet,
    allowed,
    blocked,
)
from roastery.flows.prove.proof import FlowReport
from roastery.flows.reports import markdown, plain, sarif
from roastery.flows.table import ALL


def proved(flow: Flow, **judgements: Any) -> ProvedFlow:
    verdicts = {"reachable": allowed("u"), "authorised": NOT_NEEDED, "answered": NOT_NEEDED, **judgements}
    return ProvedFlow(flow=flow, **verdicts)


@pytest.fixture
def report() -> FlowReport:
    cut = Flow(
        id="beans-to-vault",
        source=Subnet(key="agents"),
        destination=Resource(key="vault", group="vault"),
        why="Beans are locked up",
        page="learn.example/beans",
    )
    rule = Excess(id="urn::nsg#Out", kind="security rule", description="nsg Out")
    known = Excess(id="urn::nsg#In", kind="security rule", description="nsg In", explained="Azure demands it")
    return FlowReport(
        stack="prod",
        flows=[proved(ALL[0]), proved(cut, reachable=blocked("no rule"), authorised=allowed("r"))],
        excess=[rule, known],
    )


def test_the_text_says_what_is_broken_why_and_what_needs_it(report: FlowReport) -> None:
    assert list(plain.lines(report)) == [
        "excess: no flow needs these",
        "  security rule: nsg Out",
        "broken:",
        "  beans-to-vault (subnet agents → vault (vault)): not reachable",
        "    no rule",
        "    needed: Beans are locked up (learn.example/beans)",
        (
            "2 flows of prod: 1 reachable, 2 authorised, 2 answered; 1 broken; "
            "excess: 1 unexplained, 1 explained"
        ),
    ]


def test_the_object_has_every_verdict_and_what_it_relies_on(report: FlowReport) -> None:
    values = json.loads(json.dumps(plain.as_json(report)))

    assert (values["broken"], len(values["flows"]), len(values["excess"])) == (1, 2, 2)
    assert values["flows"][1]["reachable"] == {"verdict": "blocked", "reason": "no rule", "uses": []}
    assert values["flows"][1]["authorised"] == {"verdict": "ok", "reason": "", "uses": ["r"]}


def test_the_page_has_a_table_by_area_and_lists_what_is_broken_and_in_excess(report: FlowReport) -> None:
    text = markdown.markdown(report)

    assert "### Cluster\n\n| flow | from | to | port | reachable | authorised | answered | why |" in text
    assert "- `beans-to-vault` is not reachable: no rule" in text
    assert "- security rule nsg Out: **no flow needs it**" in text
    assert "- security rule nsg In: Azure demands it" in text


def test_sarif_has_a_rule_per_flow_and_a_result_per_failure(report: FlowReport) -> None:
    run = json.loads(json.dumps(sarif.sarif(report)))["runs"][0]

    rules, results = run["tool"]["driver"]["rules"], run["results"]
    assert [rules[result["ruleIndex"]]["id"] for result in results] == [r["ruleId"] for r in results]
    assert [(result["ruleId"], result["level"]) for result in results] == [
        ("beans-to-vault", "error"),
        ("excess", "warning"),
        ("excess", "none"),
    ]
    assert results[0]["message"]["text"] == "not reachable: no rule"


def test_findings_are_the_broken_flows_and_the_unexplained_excess(report: FlowReport) -> None:
    pairs = [(policy.id, violation.path, violation.message) for policy, violation in of_report(report)]

    assert pairs == [
        ("flow-broken", "beans-to-vault", "not reachable: no rule"),
        ("flow-excess", "", "security rule nsg Out"),
    ]


def test_sarif_is_valid_by_its_schema(report: FlowReport, sarif_problems: Callable[[Any], list[str]]) -> None:
    assert sarif_problems(sarif.sarif(report)) == []
