"""Alerts on metrics: metrics that exist, severities and windows."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State


def alert(target: State, metric: str, **changes: Any) -> dict[str, Any]:
    criterion = {
        "criterionType": "StaticThresholdCriterion",
        "name": "one",
        "metricName": metric,
        "operator": "GreaterThan",
        "threshold": 0,
        "timeAggregation": "Total",
    }
    criteria = {"odataType": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"}
    return {
        "resourceGroupName": "rg",
        "ruleName": "one",
        "location": "global",
        "severity": 1,
        "enabled": True,
        "scopes": [target.id],
        "evaluationFrequency": "PT5M",
        "windowSize": "PT15M",
        "criteria": {**criteria, "allOf": [criterion]},
        **changes,
    }


def test_an_alert_reads_a_metric_that_the_workspace_has(azure: Any, ml_workspace: State) -> None:
    azure.make("monitor:MetricAlert", **alert(ml_workspace, "Failed Runs"))


def test_an_alert_on_an_unknown_metric_is_refused_with_the_nearest(azure: Any, ml_workspace: State) -> None:
    with pytest.raises(ArmError, match="has no metric 'FailedRuns'; did you mean 'Failed Runs'"):
        azure.make("monitor:MetricAlert", **alert(ml_workspace, "FailedRuns"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"severity": 5}, "severity is 5, but must be 0 to 4"),
        ({"windowSize": "PT1M"}, "windowSize is PT1M, shorter than evaluationFrequency PT5M"),
        ({"windowSize": "15 minutes"}, "windowSize '15 minutes' is not an ISO 8601 duration such as PT5M"),
    ],
)
def test_timing_and_severity_that_azure_refuses(
    azure: Any, ml_workspace: State, changes: dict[str, Any], words: str
) -> None:
    assert words in azure.errors("monitor:MetricAlert", **alert(ml_workspace, "Failed Runs", **changes))
