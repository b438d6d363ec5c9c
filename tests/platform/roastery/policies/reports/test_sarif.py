"""SARIF for code scanning."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roastery.policies import tokens as t
from roastery.policies import waivers
from roastery.policies.evaluate import PolicyReport, evaluate
from roastery.policies.model import DeclaredResource, DeclaredStack, StackFacts
from roastery.policies.reports import sarif
from roastery.policies.state import parse
from roastery.policies.values import UNKNOWN


@pytest.fixture(scope="session")
def report(state: dict[str, Any]) -> PolicyReport:
    return evaluate(parse(state))


def test_sarif_has_what_the_standard_and_github_require(report: PolicyReport) -> None:
    """The required properties of SARIF 2.1.0, sections 3.13 to 3.27, and stable fingerprints."""
    log = json.loads(json.dumps(sarif.sarif(report)))
    assert log["version"] == "2.1.0"
    (run_,) = log["runs"]
    rules = run_["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run_["results"]) == len(report.findings)
    prints: set[str] = set()
    for result in run_["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert (result["kind"], result["level"]) in {
            ("fail", "error"),
            ("fail", "warning"),
            ("review", "none"),
        }
        location = result["locations"][0]["physicalLocation"]
        assert not location["artifactLocation"]["uri"].startswith(("/", "project:", "file:"))
        assert location["region"]["startLine"] >= 1
        prints |= set(result["partialFingerprints"].values())
    assert len(prints) > len(report.findings) // 2
    assert log == json.loads(json.dumps(sarif.sarif(report)))


def test_sarif_has_the_line_that_declared_the_resource(report: PolicyReport) -> None:
    results = sarif.sarif(report)["runs"][0]["results"]
    result = next(result for result in results if result["ruleId"] == "storage-shared-key")
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "beans/storage-shared-key.py"
    assert result["locations"][0]["logicalLocations"][0]["name"] == "storage-shared-key"


def test_an_unproven_policy_has_the_kind_review_in_sarif() -> None:
    account = DeclaredResource(
        urn="urn:pulumi:prod::p::x::st", type=t.STORAGE, inputs={"minimumTlsVersion": UNKNOWN}
    )
    report = evaluate(DeclaredStack([account], StackFacts(stack="prod", environment="prod")))
    results = sarif.sarif(report)["runs"][0]["results"]
    result = next(result for result in results if result["ruleId"] == "tls-floor")
    assert (result["kind"], result["level"]) == ("review", "none")


def test_sarif_is_valid_by_its_schema(
    report: PolicyReport, sarif_problems: Callable[[Any], list[str]]
) -> None:
    assert sarif_problems(sarif.sarif(report)) == []


def test_the_schema_refuses_what_sarif_does_not_allow(
    report: PolicyReport, sarif_problems: Callable[[Any], list[str]]
) -> None:
    log = json.loads(json.dumps(sarif.sarif(report)))
    log["runs"][0]["results"][0]["level"] = "fatal"
    log["runs"][0]["results"][1].pop("message")
    texts = sarif_problems(log)
    assert any("'fatal' is not one of" in text for text in texts)
    assert any("'message' is a required property" in text for text in texts)


def test_a_file_of_waivers_elsewhere_is_named_by_a_valid_address(
    state: dict[str, Any], tmp_path: Path, sarif_problems: Callable[[Any], list[str]]
) -> None:
    file = tmp_path / "accepted findings.yaml"
    file.write_text(
        "waivers:\n  - {policy: lock-present, resource: '::none', reason: r, owner: o, expires: 2026-01-31}\n"
    )
    accepted = waivers.load(file, {"lock-present"}, waivers.shown(file))
    report = evaluate(parse(state), waivers=accepted)
    expired = next(finding for finding in report.findings if finding.policy.id == "waiver-expired")
    assert expired.path == str(file)
    log = sarif.sarif(report)
    assert sarif_problems(log) == []
    (result,) = [result for result in log["runs"][0]["results"] if result["ruleId"] == "waiver-expired"]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": file.as_uri()}
    assert location["region"] == {"startLine": 2}
