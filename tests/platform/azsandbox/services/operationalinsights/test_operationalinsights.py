"""Log Analytics: retention and shared keys."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError

WORKSPACE = {"resourceGroupName": "rg", "workspaceName": "logs"}
KEYS = "azure-native:operationalinsights:getSharedKeys"


@pytest.mark.parametrize("days", [-1, 30, 31, 730])
def test_a_retention_within_the_limits_is_accepted(azure: Any, days: int) -> None:
    workspace = azure.make("operationalinsights:Workspace", **WORKSPACE, retentionInDays=days)
    assert workspace.outputs["customerId"]


@pytest.mark.parametrize("days", [0, 7, 29, 731])
def test_a_retention_outside_of_the_limits_is_refused(azure: Any, days: int) -> None:
    problems = azure.errors("operationalinsights:Workspace", **WORKSPACE, retentionInDays=days)
    assert problems == [f"retentionInDays is {days}, but must be 30 to 730"]


def test_shared_keys_are_those_of_a_workspace_that_exists(azure: Any) -> None:
    with pytest.raises(ArmError, match=r"workspaces/logs' was not found") as refusal:
        azure.provider.invoke(KEYS, WORKSPACE)
    assert refusal.value.code == "ResourceNotFound"
    azure.make("operationalinsights:Workspace", **WORKSPACE)
    keys = azure.provider.invoke(KEYS, WORKSPACE)
    assert keys["primarySharedKey"] != keys["secondarySharedKey"]
    assert keys == azure.provider.invoke(KEYS, WORKSPACE)


def test_a_deleted_workspace_is_restored_in_its_location_only(azure: Any) -> None:
    workspace = azure.make("operationalinsights:Workspace", **WORKSPACE)
    azure.delete("operationalinsights:Workspace", workspace)
    elsewhere = {**WORKSPACE, "location": "northeurope"}
    assert azure.refusal("operationalinsights:Workspace", **elsewhere) == "Conflict"
    azure.make("operationalinsights:Workspace", **WORKSPACE)
