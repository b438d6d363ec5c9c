"""No secret is stored or returned in the clear."""

from __future__ import annotations

from typing import Any

from azsandbox.arm.redaction import mark_secrets, secrets_of
from azsandbox.arm.subscription import Subscription
from azsandbox.schema.values import Secret


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
        osProfile={"computerName": "vm", "adminUsername": "me", "adminPassword": "hunter2-unmarked"},
        networkProfile={
            "networkApiVersion": "2022-11-01",
            "networkInterfaceConfigurations": [{"name": "nic", "ipConfigurations": [{"name": "ip"}]}],
        },
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


def test_secret_texts_are_found_at_any_depth() -> None:
    inputs = {"plain": "a", "list": [{"one": Secret("b")}], "object": Secret({"two": ["c"]})}
    assert secrets_of(inputs) == {"b", "c"}


def test_outputs_that_repeat_a_secret_have_it_marked_again() -> None:
    outputs = mark_secrets({"a": ["x", {"b": "s"}], "c": 1}, {"s"})
    assert outputs == {"a": ["x", {"b": Secret("s")}], "c": 1}


def test_what_is_redacted_already_is_not_redacted_again() -> None:
    redactor = Subscription.open(":memory:").redactor
    stored = redactor.redact({"osProfile": {"adminPassword": "hunter2"}})
    assert redactor.redact(stored) == stored
    assert redactor.restore(stored, {"osProfile": {"adminPassword": "hunter2"}}) == {
        "osProfile": {"adminPassword": "hunter2"}
    }
