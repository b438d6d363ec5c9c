"""What Azure Resource Manager refuses, whatever the service."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"


def test_a_group_that_is_not_there_is_named(empty_azure: Any) -> None:
    with pytest.raises(ArmError, match="Resource group 'rg' could not be found") as caught:
        empty_azure.storage()
    assert (caught.value.status, caught.value.code) == (404, "ResourceGroupNotFound")


def test_a_child_needs_its_parent(azure: Any) -> None:
    code = azure.refusal(
        "network:Subnet",
        resourceGroupName="rg",
        virtualNetworkName="none",
        subnetName="s",
        addressPrefix="10.0.0.0/24",
    )
    assert code == "ParentResourceNotFound"


def test_a_service_of_an_account_needs_no_declaration_to_be_a_parent(azure: Any) -> None:
    azure.storage("stone")
    state = azure.make(
        "storage:BlobContainer", resourceGroupName="rg", accountName="stone", containerName="sales"
    )
    assert state.id.endswith("/storageAccounts/stone/blobServices/default/containers/sales")


def test_a_referenced_id_has_to_exist(azure: Any, group: str) -> None:
    nsg = f"{group}/providers/Microsoft.Network/networkSecurityGroups/none"
    with pytest.raises(ArmError, match="referenced by subnets") as caught:
        azure.network({"name": "a", "addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": nsg}})
    assert caught.value.code == "InvalidResourceReference"


def test_a_referenced_id_has_to_be_of_the_right_type(azure: Any) -> None:
    account = azure.storage()
    with pytest.raises(ArmError, match=r"must be the id of a Microsoft\.Network/networkSecurityGroups"):
        azure.network(
            {"name": "a", "addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": account.id}}
        )


def test_names_are_checked_before_anything_is_deployed(azure: Any) -> None:
    inputs = {"resourceGroupName": "rg", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    (error,) = azure.errors("storage:StorageAccount", accountName="Has-Hyphens", **inputs)
    assert error.startswith(
        "accountName 'Has-Hyphens' is not a valid name: 3 to 24 lower-case letters and digits"
    )


def test_an_unknown_region_is_refused_and_a_spelled_out_one_is_not(empty_azure: Any) -> None:
    assert empty_azure.errors("resources:ResourceGroup", location="West Europe") == []
    (error,) = empty_azure.errors("resources:ResourceGroup", location="westerneurope")
    assert "is not an Azure region" in error


def test_a_global_name_is_taken_once_in_all_of_azure(azure: Any) -> None:
    azure.storage("stone")
    azure.group("other")
    inputs = {"resourceGroupName": "other", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    assert (
        azure.refusal("storage:StorageAccount", accountName="STONE".lower(), **inputs)
        == "StorageAccountAlreadyTaken"
    )


def test_deleting_a_group_deletes_all_in_it(azure: Any) -> None:
    group = azure.make("resources:ResourceGroup", resourceGroupName="gone", location="westeurope")
    azure.make("managedidentity:UserAssignedIdentity", resourceGroupName="gone", resourceName="id-one")
    azure.delete("resources:ResourceGroup", group)
    assert [resource.id for resource in azure.subscription.all() if "gone" in resource.id] == []


def test_a_subnet_in_use_can_not_be_deleted_and_neither_can_its_network(azure: Any) -> None:
    network = azure.network()
    subnet = f"{network.id}/subnets/nodes"
    azure.make(
        "network:NetworkInterface",
        resourceGroupName="rg",
        networkInterfaceName="nic",
        ipConfigurations=[{"name": "one", "subnet": {"id": subnet}}],
    )
    assert azure.delete_refusal("network:VirtualNetwork", network) == "InUseSubnetCannotBeDeleted"


def test_a_lock_on_the_group_refuses_deletes_below_it(azure: Any, group: str) -> None:
    account = azure.storage()
    lock = azure.make(
        "authorization:ManagementLockByScope", scope=group, lockName="keep", level="CanNotDelete"
    )
    assert azure.delete_refusal("storage:StorageAccount", account) == "ScopeLocked"
    azure.update("storage:StorageAccount", account, tags={"a": "b"})  # CanNotDelete lets writes through
    azure.delete("authorization:ManagementLockByScope", lock)
    azure.delete("storage:StorageAccount", account)


def test_a_read_only_lock_refuses_writes_too(azure: Any, group: str) -> None:
    account = azure.storage()
    azure.make("authorization:ManagementLockByScope", scope=group, lockName="keep", level="ReadOnly")
    with pytest.raises(ArmError, match="cannot perform write operation"):
        azure.update("storage:StorageAccount", account, tags={"a": "b"})


def test_a_lock_deep_inside_stops_the_groups_delete(azure: Any) -> None:
    resource_group = azure.make("resources:ResourceGroup", resourceGroupName="kept", location="westeurope")
    vault = azure.make(
        "managedidentity:UserAssignedIdentity", resourceGroupName="kept", resourceName="id-one"
    )
    azure.make("authorization:ManagementLockByScope", scope=vault.id, lockName="keep", level="CanNotDelete")
    assert azure.delete_refusal("resources:ResourceGroup", resource_group) == "ScopeLocked"


def test_an_unknown_role_is_refused(azure: Any, group: str) -> None:
    with pytest.raises(ArmError, match="role definition with ID '11111111") as caught:
        azure.assign("11111111-2222-4333-8444-000000000000", "11111111-0000-4000-8000-000000000000", group)
    assert caught.value.status in {400, 404}


def test_the_same_assignment_under_another_name_is_refused(azure: Any, scope: str, group: str) -> None:
    principal = azure.identity().outputs["principalId"]
    azure.assign(principal, READER, group)
    code = azure.refusal(
        "authorization:RoleAssignment",
        principalId=principal,
        principalType="ServicePrincipal",
        roleDefinitionId=f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{READER}",
        scope=group,
    )
    assert code == "RoleAssignmentExists"
