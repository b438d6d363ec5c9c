"""Key Vault: soft delete, purge protection, retention, and what is returned of a secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.schema.values import Secret

VAULT = {"resourceGroupName": "rg", "vaultName": "kv-one"}


def test_a_deleted_vault_keeps_its_name_until_it_is_recovered(
    azure: Any, vault_of: Callable[..., Any]
) -> None:
    vault = azure.vault("kv-one")
    azure.delete("keyvault:Vault", vault)
    assert azure.refusal("keyvault:Vault", **VAULT, properties=vault_of()) == "ConflictError"
    azure.group("elsewhere")
    elsewhere = {"resourceGroupName": "elsewhere", "vaultName": "kv-one"}
    assert azure.refusal("keyvault:Vault", **elsewhere, properties=vault_of()) == "ConflictError"
    azure.make("keyvault:Vault", **VAULT, properties=vault_of(createMode="recover"))


def test_purge_protection_can_not_be_undone(azure: Any, vault_of: Callable[..., Any]) -> None:
    vault = azure.vault(enablePurgeProtection=True)
    with pytest.raises(ArmError, match="irreversible"):
        azure.update("keyvault:Vault", vault, properties=vault_of())
    second = {"resourceGroupName": "rg", "vaultName": "kv-two"}
    (problem,) = azure.errors("keyvault:Vault", **second, properties=vault_of(enablePurgeProtection=False))
    assert "can't be false" in problem


def test_a_retention_is_seven_to_ninety_days_and_stays(azure: Any, vault_of: Callable[..., Any]) -> None:
    (problem,) = azure.errors("keyvault:Vault", **VAULT, properties=vault_of(softDeleteRetentionInDays=91))
    assert problem == "properties.softDeleteRetentionInDays is 91, but must be 7 to 90"
    vault = azure.vault(softDeleteRetentionInDays=7)
    with pytest.raises(ArmError, match="can't be modified") as refusal:
        azure.update("keyvault:Vault", vault, properties=vault_of(softDeleteRetentionInDays=90))
    assert refusal.value.code == "BadRequest"


def test_access_policies_without_an_effect_are_a_warning(azure: Any, vault_of: Callable[..., Any]) -> None:
    tenant = vault_of()["tenantId"]
    policy = {"tenantId": tenant, "objectId": tenant, "permissions": {"secrets": ["get"]}}
    properties = vault_of(accessPolicies=[policy])
    (problem,) = azure.check("keyvault:Vault", **VAULT, properties=properties)
    assert problem.warning
    assert problem.message == "have no effect with enableRbacAuthorization"


def test_a_secrets_value_is_not_returned(azure: Any) -> None:
    azure.vault()
    properties = {"value": Secret("fjord-and-kettle")}
    secret = azure.make("keyvault:Secret", **VAULT, secretName="snowflake-key", properties=properties)
    assert secret.outputs["properties"]["secretUri"] == "https://kv-one.vault.azure.net/secrets/snowflake-key"
    stored = azure.subscription.get(secret.id)
    assert "fjord-and-kettle" not in f"{secret.outputs}{stored.inputs}{stored.outputs}"


def test_a_secret_needs_its_vault(azure: Any) -> None:
    inputs = {**VAULT, "secretName": "snowflake-key", "properties": {"value": "v"}}
    assert azure.refusal("keyvault:Secret", **inputs) == "ParentResourceNotFound"
