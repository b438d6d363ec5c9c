"""Key Vault: RBAC, purge protection, private."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Network
from typing import Any

import pytest

from roastery.components.network.endpoint import PrivateAccess
from roastery.components.resource_group import ResourceGroup
from roastery.components.vault import Vault, VaultArgs, vault_url

Declare = Callable[[Callable[[], object]], Any]


@pytest.fixture
def vault(group: ResourceGroup, private_access: Callable[..., PrivateAccess]) -> Callable[..., Vault]:
    """Declares a vault; to be called by the program."""

    def build(public_access: Sequence[IPv4Network] = ()) -> Vault:
        return Vault(
            "vault",
            VaultArgs(
                resource_group=group,
                private_access=private_access("vault"),
                tenant="tenant-id",
                log_workspace_id="logs-id",
                soft_delete_days=30,
                public_access=public_access,
            ),
        )

    return build


def test_roles_authorise_and_nothing_can_be_purged(declare: Declare, vault: Callable[..., Vault]) -> None:
    properties = declare(vault).inputs("kv")["properties"]

    assert properties["enableRbacAuthorization"] is True
    assert properties["enablePurgeProtection"] is True
    assert properties["softDeleteRetentionInDays"] == 30
    assert properties["tenantId"] == "tenant-id"


def test_a_vault_is_private_by_default(declare: Declare, vault: Callable[..., Vault]) -> None:
    declared = declare(vault)

    properties = declared.inputs("kv")["properties"]
    assert properties["publicNetworkAccess"] == "Disabled"
    assert properties["networkAcls"]["defaultAction"] == "Deny"
    assert properties["networkAcls"]["ipRules"] == []
    connection = declared.inputs("pep-vault")["privateLinkServiceConnections"][0]
    assert (connection["groupIds"], connection["privateLinkServiceId"]) == (["vault"], "kv-id")


def test_public_ranges_are_the_only_ones_admitted(
    declare: Declare, vault: Callable[..., Vault], office: IPv4Network
) -> None:
    properties = declare(lambda: vault([office])).inputs("kv")["properties"]

    assert properties["publicNetworkAccess"] == "Enabled"
    assert properties["networkAcls"]["defaultAction"] == "Deny"
    assert properties["networkAcls"]["ipRules"] == [{"value": "198.51.100.0/24"}]


def test_its_audit_log_goes_to_the_workspace(declare: Declare, vault: Callable[..., Vault]) -> None:
    setting = declare(vault).inputs("diag-kv")

    assert (setting["resourceUri"], setting["workspaceId"]) == ("kv-id", "logs-id")
    assert [log["categoryGroup"] for log in setting["logs"]] == ["allLogs"]


def test_a_vault_is_named_tagged_and_protected_as_its_group_says(
    declare: Declare, vault: Callable[..., Vault], group: ResourceGroup
) -> None:
    registration = declare(vault).named("kv")

    assert registration.inputs["vaultName"] == group.names.of("key vault")
    assert registration.inputs["tags"] == {"owner": "forecasting"}
    assert registration.protect is True


def test_its_address_is_known_before_the_vault_exists(group: ResourceGroup) -> None:
    assert vault_url(group.names) == f"https://{group.names.of('key vault')}.vault.azure.net"
