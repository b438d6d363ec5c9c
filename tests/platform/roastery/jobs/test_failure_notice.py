"""A failed workflow writes a metric, and the alert rule reads it."""

from __future__ import annotations

import json

import pytest

from roastery.components.monitoring.drift import CONNECTION
from roastery.components.monitoring.workflow_failures import FAILURES
from roastery.jobs.failure_notice import failure_metric, main

FAILURES_OF_ARGO = json.dumps(json.dumps([{"displayName": "up", "message": "exit code 1"}]))
ARGUMENTS = [
    "--workflow",
    "infra-1",
    "--status",
    "Failed",
    "--failures",
    FAILURES_OF_ARGO,
    "--link",
    "https://a/1",
]


def test_the_metric_says_which_workflow_failed_and_why() -> None:
    metric = failure_metric("infra-1", "Failed", FAILURES_OF_ARGO, "https://a/1")

    assert metric.properties == {
        "workflow": "infra-1",
        "status": "Failed",
        "reasons": "up: exit code 1",
        "link": "https://a/1",
    }


def test_the_rule_reads_what_is_written_and_shows_every_property() -> None:
    (rule,) = FAILURES.values()
    metric = failure_metric("infra-1", "Failed", "", "https://a/1")

    assert f"Name == '{metric.name}'" in rule.query
    assert set(rule.by) == set(metric.properties)
    assert metric.value > rule.above


def test_reasons_are_cut_to_what_a_property_holds() -> None:
    long = json.dumps([{"displayName": "up", "message": "x" * 9000}])

    assert len(failure_metric("w", "Failed", long, "l").properties["reasons"]) <= 8192


def test_a_failure_is_in_the_log_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(CONNECTION, raising=False)

    assert main(ARGUMENTS) == 0
    assert json.loads(capsys.readouterr().out)["properties"]["workflow"] == "infra-1"


def test_a_metric_that_can_not_be_delivered_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "00000000-0000-0000-0000-000000000000"
    monkeypatch.setenv(CONNECTION, f"InstrumentationKey={key};IngestionEndpoint=https://127.0.0.1:9/")
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")

    assert main(ARGUMENTS) == 75
