"""Storage accounts: tiers, hierarchical namespaces, containers and keys."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError

KEYS = "azure-native:storage:listStorageAccountKeys"
ACCOUNT = {"resourceGroupName": "rg", "accountName": "stone"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"kind": "BlockBlobStorage", "sku": {"name": "Premium_LRS"}, "accessTier": "Hot"},
            "accessTier 'Hot' does not go with Premium_LRS: premium block blobs have no tier but Premium",
        ),
        ({"kind": "BlockBlobStorage"}, "'Standard_LRS' does not go with kind BlockBlobStorage"),
        ({"enableNfsV3": True}, "enableNfsV3 needs isHnsEnabled"),
    ],
)
def test_accounts_that_azure_refuses(azure: Any, changes: dict[str, Any], words: str) -> None:
    inputs = {**ACCOUNT, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, **changes}
    problems = azure.errors("storage:StorageAccount", **inputs)
    assert any(words in problem for problem in problems), problems


def test_an_accounts_name_is_unique_in_all_of_azure(azure: Any) -> None:
    azure.storage("stone")
    azure.group("elsewhere")
    twin = {**ACCOUNT, "resourceGroupName": "elsewhere", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    assert azure.refusal("storage:StorageAccount", **twin) == "StorageAccountAlreadyTaken"


def test_an_account_that_keeps_versions_does_not_turn_hierarchical(azure: Any) -> None:
    account = azure.storage()
    azure.make(
        "storage:BlobServiceProperties", **ACCOUNT, blobServicesName="default", isVersioningEnabled=True
    )
    with pytest.raises(ArmError, match="Versioning is not supported") as refusal:
        azure.update("storage:StorageAccount", account, isHnsEnabled=True)
    assert refusal.value.code == "FeatureNotSupportedForAccount"


def test_a_container_needs_its_account(azure: Any) -> None:
    assert azure.refusal("storage:BlobContainer", **ACCOUNT, containerName="sales") == (
        "ParentResourceNotFound"
    )
    azure.storage()
    assert azure.make("storage:BlobContainer", **ACCOUNT, containerName="sales").id.endswith(
        "/blobServices/default/containers/sales"
    )


def test_a_containers_name_has_no_capitals(azure: Any) -> None:
    (problem,) = azure.errors("storage:BlobContainer", **ACCOUNT, containerName="Sales")
    assert "3 to 63 lower-case letters, digits and single hyphens" in problem


def test_keys_of_an_account_without_shared_keys_are_refused(azure: Any) -> None:
    azure.storage("open")
    azure.storage("shut", allowSharedKeyAccess=False)
    first = azure.provider.invoke(KEYS, {"accountName": "open", "resourceGroupName": "rg"})
    assert first == azure.provider.invoke(KEYS, {"accountName": "open", "resourceGroupName": "rg"})
    with pytest.raises(ArmError, match="Key based authentication is not permitted"):
        azure.provider.invoke(KEYS, {"accountName": "shut", "resourceGroupName": "rg"})


def test_a_get_function_answers_with_what_is_there(azure: Any) -> None:
    azure.storage("stone")
    account = azure.provider.invoke("azure-native:storage:getStorageAccount", ACCOUNT)
    assert account["primaryEndpoints"]["blob"] == "https://stone.blob.core.windows.net/"
    with pytest.raises(ArmError, match="was not found"):
        azure.provider.invoke("azure-native:storage:getStorageAccount", {**ACCOUNT, "accountName": "none"})
