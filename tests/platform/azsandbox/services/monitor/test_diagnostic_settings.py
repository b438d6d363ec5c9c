"""Diagnostic settings: a destination, and what the target can send."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State

SETTING = "monitor:DiagnosticSetting"
METRICS = [{"category": "Transaction", "enabled": True}]


@pytest.fixture
def logs(azure: Any) -> State:
    return azure.make(
        "operationalinsights:Workspace",
        resourceGroupName="rg",
        workspaceName="logs",
        sku={"name": "PerGB2018"},
    )


def test_diagnostics_have_a_destination_and_request_what_the_resource_has(azure: Any, logs: State) -> None:
    account = azure.storage()
    setting = {"resourceUri": account.id, "name": "all"}
    assert azure.errors(SETTING, **setting, metrics=METRICS) != []
    wrong = {"logs": [{"categoryGroup": "allLogs", "enabled": True}], "workspaceId": logs.id}
    assert azure.refusal(SETTING, **setting, **wrong) == "BadRequest"
    azure.make(SETTING, **setting, metrics=METRICS, workspaceId=logs.id)
    assert azure.refusal(SETTING, **{**setting, "name": "more"}, metrics=METRICS, workspaceId=logs.id) == (
        "Conflict"
    )


def test_an_unknown_category_is_refused_with_the_nearest(azure: Any, logs: State) -> None:
    inputs = {"resourceUri": azure.vault().id, "name": "all", "workspaceId": logs.id}
    with pytest.raises(ArmError, match="did you mean 'AuditEvent'"):
        azure.make(SETTING, **inputs, logs=[{"category": "AuditEvents", "enabled": True}])


def test_a_resource_has_at_most_five_settings(azure: Any, logs: State) -> None:
    inputs = {"resourceUri": azure.storage().id, "workspaceId": logs.id}
    for number in range(5):
        metrics = [{"category": "Transaction", "enabled": False}]
        azure.make(SETTING, **inputs, name=f"setting-{number}", metrics=metrics)
    with pytest.raises(ArmError, match="at most 5 diagnostic settings"):
        azure.make(SETTING, **inputs, name="sixth", metrics=METRICS)


def test_some_types_support_no_diagnostic_settings(azure: Any, logs: State) -> None:
    inputs = {"resourceUri": azure.identity().id, "name": "all", "workspaceId": logs.id, "metrics": METRICS}
    assert azure.refusal(SETTING, **inputs) == "ResourceTypeNotSupported"


def test_an_action_groups_short_name_has_at_most_twelve_characters(azure: Any) -> None:
    group = {"resourceGroupName": "rg", "actionGroupName": "ops", "location": "global", "enabled": True}
    (problem,) = azure.errors("monitor:ActionGroup", **group, groupShortName="operations-team")
    assert problem == "groupShortName 'operations-team' has 15 characters, but 1 to 12 are allowed"
    azure.make("monitor:ActionGroup", **group, groupShortName="ops")
