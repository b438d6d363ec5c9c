"""What pulumi-azure-native itself decides: names, locations, previews, repeated creates and deletes."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.schema.values import UNKNOWN


def test_what_exists_can_not_be_created_again(azure: Any) -> None:
    azure.storage()
    with pytest.raises(ArmError, match="cannot create already existing resource '/subscriptions/"):
        azure.storage()


def test_deleting_twice_succeeds(azure: Any) -> None:
    account = azure.storage()
    azure.delete("storage:StorageAccount", account)
    azure.delete("storage:StorageAccount", account)
    assert azure.read("storage:StorageAccount", account).id == ""


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
