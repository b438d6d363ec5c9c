"""Alerts that page people, and the budget."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from roastery.components.monitoring.alerts import Alerts, AlertsArgs
from roastery.components.monitoring.budget import budget
from roastery.components.monitoring.drift import LIMITS
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]


@pytest.fixture
def declared(declare: Declare, group: ResourceGroup) -> Any:
    """Alerts and budget of production."""

    def program() -> None:
        alerts = Alerts(
            "alerts",
            AlertsArgs(
                resource_group=group,
                page=["a@example.com", "b@example.com"],
                log_workspace_id="log-id",
                cluster_id="aks-id",
                vault_id="kv-id",
                workspace_id="mlw-id",
                subscription="s",
            ),
        )
        budget(
            group,
            "/subscriptions/s",
            amount=4000,
            start=dt.date(2026, 12, 1),
            contacts=["owner@example.com"],
            action_group_id=alerts.action_group_id,
        )

    return declare(program)


def test_everybody_who_is_named_is_paged(declared: Any) -> None:
    receivers = declared.inputs("ag-page")["emailReceivers"]

    assert [receiver["emailAddress"] for receiver in receivers] == ["a@example.com", "b@example.com"]
    assert len(declared.inputs("ag-page")["groupShortName"]) <= 12


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("nodes-not-ready", "aks-id"),
        ("vault-unavailable", "kv-id"),
        ("jobs-failing", "mlw-id"),
        ("jobs-silent", "mlw-id"),
        ("deployment-failing", "mlw-id"),
    ],
)
def test_each_metric_alert_watches_its_resource_and_pages(name: str, scope: str, declared: Any) -> None:
    inputs = declared.inputs(f"alert-{name}")

    assert inputs["scopes"] == [scope]
    assert inputs["actions"] == [{"actionGroupId": "ag-page-id"}]
    assert inputs["enabled"] is True


@pytest.mark.parametrize("name", LIMITS)
def test_each_limit_of_drift_is_a_rule_on_the_logs(name: str, declared: Any) -> None:
    inputs = declared.inputs(f"alert-{name}")
    (condition,) = inputs["criteria"]["allOf"]

    assert inputs["scopes"] == ["log-id"]
    assert (condition["query"], condition["threshold"]) == (LIMITS[name].query, LIMITS[name].above)
    assert inputs["actions"]["actionGroups"] == ["ag-page-id"]


def test_trouble_of_azure_itself_is_reported_for_this_region_by_its_display_name(declared: Any) -> None:
    conditions = declared.inputs("alert-service-health")["condition"]["allOf"]

    assert conditions[0] == {"field": "category", "equals": "ServiceHealth"}
    assert conditions[1]["containsAny"] == ["East US 2", "Global"]


def test_the_budget_notifies_before_and_when_it_is_exceeded(declared: Any) -> None:
    inputs = declared.inputs("budget")

    assert (inputs["amount"], inputs["timePeriod"]["startDate"]) == (4000, "2026-12-01T00:00:00Z")
    assert {name: notice["threshold"] for name, notice in inputs["notifications"].items()} == {
        "actual-80": 80,
        "actual-100": 100,
        "forecasted-110": 110,
    }
    assert all(notice["contactGroups"] == ["ag-page-id"] for notice in inputs["notifications"].values())
