"""What Azure Resource Manager refuses, whatever the service."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.arm import faults, ids
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError, NotModelledError
from azsandbox.pulumi.provider.backend import InitFailedError
from azsandbox.schema.values import UNKNOWN, Secret

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


def test_what_exists_can_not_be_created_again(azure: Any) -> None:
    azure.storage()
    with pytest.raises(ArmError, match="cannot create already existing resource '/subscriptions/"):
        azure.storage()


def test_a_type_that_is_not_modelled_is_named(azure: Any) -> None:
    with pytest.raises(NotModelledError, match="does not model the resource type azure-native:sql:Server"):
        azure.check("sql:Server", resourceGroupName="rg")


def test_a_function_that_is_not_modelled_is_named(azure: Any) -> None:
    with pytest.raises(NotModelledError, match="azure-native:storage:listStorageAccountSAS"):
        azure.provider.invoke("azure-native:storage:listStorageAccountSAS", {})


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


def test_deleting_twice_succeeds(azure: Any) -> None:
    account = azure.storage()
    azure.delete("storage:StorageAccount", account)
    azure.delete("storage:StorageAccount", account)
    assert azure.read("storage:StorageAccount", account).id == ""


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


def test_ids_compare_without_case(azure: Any, group: str) -> None:
    azure.storage("stone")
    account = azure.subscription.get(f"{group}/providers/microsoft.storage/STORAGEACCOUNTS/Stone".upper())
    assert account is not None
    assert account.id.endswith("/Microsoft.Storage/storageAccounts/stone")


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


def test_names_are_made_up_as_the_real_provider_does(azure: Any) -> None:
    subject = azure.subject("storage:StorageAccount")
    inputs = {"resourceGroupName": "rg", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    checked = azure.provider.check(subject, {}, inputs, b"seed").inputs
    assert checked["accountName"].startswith("it")
    assert len(checked["accountName"]) == len("it") + 8
    again = azure.provider.check(subject, checked, inputs, b"another seed").inputs
    assert again["accountName"] == checked["accountName"]


def test_the_location_comes_from_the_group_when_nothing_else_says(azure: Any) -> None:
    azure.provider.location = None
    inputs = {
        "resourceGroupName": "rg",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "accountName": "abc",
    }
    assert (
        azure.provider.check(azure.subject("storage:StorageAccount"), {}, inputs, b"").inputs["location"]
        == "westeurope"
    )


def test_a_preview_stores_nothing_and_knows_what_the_inputs_say(azure: Any) -> None:
    subject = azure.subject("storage:StorageAccount", preview=True)
    inputs = {"resourceGroupName": "rg", "accountName": "stone", "kind": "StorageV2", "tags": {"a": "b"}}
    state = azure.provider.create(subject, inputs)
    assert (state.id, state.outputs["tags"], state.outputs["name"]) == ("", {"a": "b"}, "stone")
    assert state.outputs["primaryEndpoints"] is UNKNOWN
    assert azure.subscription.of_kind("Microsoft.Storage/storageAccounts") == []


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("409", 409, "AnotherOperationInProgress"),
        ("429", 429, "TooManyRequests"),
        ("500", 500, "InternalServerError"),
    ],
)
def test_a_fault_is_injected_as_often_as_asked(azure: Any, kind: str, status: int, code: str) -> None:
    faults.add(azure.subscription, kind, "stone", "create", 1)
    with pytest.raises(ArmError) as caught:
        azure.storage("stone")
    assert (caught.value.status, caught.value.code) == (status, code)
    azure.storage("stone")


def test_a_failed_long_operation_leaves_the_resource_for_the_next_update(azure: Any) -> None:
    faults.add(azure.subscription, "fail", "stone", "create", 1)
    with pytest.raises(InitFailedError) as caught:
        azure.storage("stone")
    state = caught.value.state
    assert azure.subscription.get(state.id) is not None
    azure.update("storage:StorageAccount", state, tags={"a": "b"})


def test_no_secret_is_stored_in_the_clear(azure: Any, tmp_path: Any) -> None:
    file = tmp_path / "model.sqlite"
    subscription = Subscription.open(file)
    azure.provider.subscription = subscription
    azure.group()
    azure.vault()
    state = azure.make(
        "keyvault:Secret",
        resourceGroupName="rg",
        vaultName="kv-one",
        secretName="password",
        properties={"value": Secret("hunter2-marked"), "contentType": "text"},
    )
    azure.make(
        "compute:VirtualMachine",
        resourceGroupName="rg",
        vmName="vm",
        osProfile={"computerName": "vm", "adminUsername": "a", "adminPassword": "hunter2-unmarked"},
    )
    read = azure.read("keyvault:Secret", state)
    subscription.close()
    assert b"hunter2" not in file.read_bytes()
    assert read.inputs["properties"]["value"] == Secret("hunter2-marked")


def test_a_changed_secret_reads_as_changed_and_not_as_the_old_one(azure: Any) -> None:
    azure.vault()
    names = {"resourceGroupName": "rg", "vaultName": "kv-one", "secretName": "password"}
    state = azure.make("keyvault:Secret", **names, properties={"value": Secret("one")})
    azure.update("keyvault:Secret", state, properties={"value": Secret("two")})
    read = azure.read("keyvault:Secret", state)
    assert "changed outside" in read.inputs["properties"]["value"].value


def test_ids_are_taken_apart_at_their_last_provider() -> None:
    parsed = ids.parse("/subscriptions/s/resourceGroups/g/providers/A.B/cs/c/providers/D.E/fs/f/gs/g")
    assert (parsed.scope, parsed.kind, parsed.names) == (
        "/subscriptions/s/resourceGroups/g/providers/A.B/cs/c",
        "D.E/fs/gs",
        ("f", "g"),
    )
