"""Workspaces of Azure ML: their parts, their managed network, their soft delete, their keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State

WORKSPACE = "machinelearningservices:Workspace"


def test_a_workspaces_storage_is_not_hierarchical(azure: Any, workspace_inputs: Callable[..., Any]) -> None:
    inputs = workspace_inputs(isHnsEnabled=True)
    with pytest.raises(ArmError, match="hierarchical"):
        azure.make(WORKSPACE, **inputs)


def test_a_workspace_needs_all_its_parts(azure: Any) -> None:
    problems = azure.errors(WORKSPACE, resourceGroupName="rg", workspaceName="mlw")
    assert {problem.split()[0] for problem in problems} == {"storageAccount", "keyVault", "identity"}


def test_the_managed_network_is_a_one_way_choice(azure: Any, workspace: State) -> None:
    with pytest.raises(ArmError, match="cannot be disabled once it is enabled"):
        azure.update(WORKSPACE, workspace, managedNetwork={"isolationMode": "Disabled"})


@pytest.mark.usefixtures("workspace")
def test_an_outbound_rule_goes_with_an_isolated_network(azure: Any) -> None:
    azure.make("machinelearningservices:ManagedNetworkSettingsRule", **outbound_rule())


@pytest.mark.usefixtures("ml_workspace")
def test_an_outbound_rule_without_an_isolated_network_is_refused(azure: Any) -> None:
    with pytest.raises(ArmError, match="Outbound rules need a managed network") as refusal:
        azure.make("machinelearningservices:ManagedNetworkSettingsRule", **outbound_rule())
    assert refusal.value.code == "ValidationError"


def outbound_rule() -> dict[str, Any]:
    properties = {"type": "FQDN", "destination": "example.com", "category": "UserDefined"}
    return {
        "resourceGroupName": "rg",
        "workspaceName": "mlw",
        "ruleName": "example",
        "properties": properties,
    }


def test_a_deleted_workspace_reserves_its_name(azure: Any, workspace: State) -> None:
    azure.delete(WORKSPACE, workspace)
    with pytest.raises(ArmError, match="Soft-deleted workspace exists"):
        azure.provider.create(azure.subject(WORKSPACE), workspace.inputs)


def test_keys_of_a_workspace_are_the_same_on_every_call(azure: Any, workspace: State) -> None:
    arguments = {"resourceGroupName": "rg", "workspaceName": "mlw"}
    token = "azure-native:machinelearningservices:listWorkspaceKeys"
    keys = azure.provider.invoke(token, arguments)
    assert keys["userStorageArmId"] == workspace.inputs["storageAccount"]
    assert keys == azure.provider.invoke(token, arguments)
    with pytest.raises(ArmError, match="was not found"):
        azure.provider.invoke(token, {**arguments, "workspaceName": "none"})
