"""Portal dashboards: their names, and the group that they are in."""

from __future__ import annotations

from typing import Any


def test_a_dashboard_is_created_in_its_group(azure: Any, group: str) -> None:
    state = azure.make("portal:Dashboard", resourceGroupName="rg", dashboardName="forecast-ops")
    assert state.id == f"{group}/providers/Microsoft.Portal/dashboards/forecast-ops"


def test_a_dashboards_name_has_no_spaces(azure: Any) -> None:
    (problem,) = azure.errors("portal:Dashboard", resourceGroupName="rg", dashboardName="forecast ops")
    assert "3 to 160 letters, digits and hyphens" in problem


def test_a_dashboard_needs_its_group(azure: Any) -> None:
    inputs = {"resourceGroupName": "none", "dashboardName": "forecast-ops"}
    assert azure.refusal("portal:Dashboard", **inputs, location="westeurope") == "ResourceGroupNotFound"
