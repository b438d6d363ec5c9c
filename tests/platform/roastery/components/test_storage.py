"""Storage accounts: Entra ID only, private, with soft delete."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest

from roastery.components.network.endpoint import PrivateAccess
from roastery.components.resource_group import ResourceGroup
from roastery.components.storage import StorageAccount, StorageAccountArgs, StorageService, blob_container

Declare = Callable[[Callable[[], object]], Any]
LAKE: dict[str, Any] = {"services": ("blob", "dfs"), "hierarchical": True}


@pytest.fixture
def account(
    group: ResourceGroup, private_access: Callable[..., PrivateAccess]
) -> Callable[..., StorageAccount]:
    """Declares an account; to be called by the program."""

    def build(
        name: str = "storage", services: tuple[StorageService, ...] = ("blob",), **settings: Any
    ) -> StorageAccount:
        args = StorageAccountArgs(
            resource_group=group,
            private_access=private_access(*services),
            log_workspace_id="logs-id",
            services=services,
        )
        return StorageAccount(name, replace(args, **settings))

    return build


def test_only_entra_id_opens_an_account(declare: Declare, account: Callable[..., StorageAccount]) -> None:
    inputs = declare(account).inputs("st")

    assert inputs["allowSharedKeyAccess"] is False
    assert inputs["defaultToOAuthAuthentication"] is True
    assert inputs["allowBlobPublicAccess"] is False
    assert inputs["isLocalUserEnabled"] is False
    assert inputs["minimumTlsVersion"] == "TLS1_2"


def test_the_endpoints_of_an_account_are_created_one_after_another(
    declare: Declare, account: Callable[..., StorageAccount]
) -> None:
    """Azure refuses parallel ones: `StorageAccountOperationInProgress`."""
    declared = declare(lambda: account(services=("blob", "file", "queue", "table")))
    order = ["pep-st-blob", "pep-st-file", "pep-st-queue", "pep-st-table"]

    assert not set(order) & declared.named(order[0]).depends_on
    for before, after in itertools.pairwise(order):
        assert before in declared.named(after).depends_on


def test_without_public_ranges_the_public_network_is_off(
    declare: Declare, account: Callable[..., StorageAccount]
) -> None:
    inputs = declare(account).inputs("st")

    assert inputs["publicNetworkAccess"] == "Disabled"
    assert inputs["networkRuleSet"]["defaultAction"] == "Deny"
    assert inputs["networkRuleSet"]["ipRules"] == []


def test_public_ranges_are_the_only_ones_admitted(
    declare: Declare, account: Callable[..., StorageAccount], office: IPv4Network
) -> None:
    inputs = declare(lambda: account(public_access=[office])).inputs("st")

    assert inputs["publicNetworkAccess"] == "Enabled"
    assert inputs["networkRuleSet"]["defaultAction"] == "Deny"
    assert [rule["iPAddressOrRange"] for rule in inputs["networkRuleSet"]["ipRules"]] == ["198.51.100.0/24"]


def test_each_service_has_a_private_endpoint_and_logs(
    declare: Declare, account: Callable[..., StorageAccount]
) -> None:
    declared = declare(lambda: account(services=("blob", "file", "queue", "table")))

    assert declared.names("PrivateEndpoint") == {"pep-st-blob", "pep-st-file", "pep-st-queue", "pep-st-table"}
    assert declared.names("DiagnosticSetting") == {
        "diag-st-blob", "diag-st-file", "diag-st-queue", "diag-st-table",
    }  # fmt: skip
    assert declared.inputs("diag-st-blob")["resourceUri"] == "st-id/blobServices/default"


def test_a_lake_is_hierarchical_and_can_not_version(
    declare: Declare, account: Callable[..., StorageAccount]
) -> None:
    declared = declare(lambda: account("lake", **LAKE))

    assert declared.inputs("dls")["isHnsEnabled"] is True
    assert declared.inputs("dls-blobs")["isVersioningEnabled"] is False
    assert declared.names("PrivateEndpoint") == {"pep-dls-blob", "pep-dls-dfs"}


def test_what_is_deleted_can_come_back_for_as_long_as_the_settings_say(
    declare: Declare, account: Callable[..., StorageAccount]
) -> None:
    declared = declare(lambda: account(soft_delete_days=7))

    policy = {"enabled": True, "days": 7}
    assert declared.inputs("st-blobs")["deleteRetentionPolicy"] == policy
    assert declared.inputs("st-blobs")["containerDeleteRetentionPolicy"] == policy
    assert declared.inputs("st-files")["shareDeleteRetentionPolicy"] == policy
    assert declared.inputs("st-blobs")["isVersioningEnabled"] is True


def test_an_account_is_named_tagged_and_protected_as_its_group_says(
    declare: Declare, account: Callable[..., StorageAccount]
) -> None:
    registration = declare(account).named("st")

    assert registration.inputs["accountName"].startswith("stroasteryprodeus2")
    assert registration.inputs["tags"] == {"owner": "forecasting"}
    assert registration.protect is True
    assert registration.parent == "storage"


def test_a_container_admits_nobody_anonymously(
    declare: Declare, account: Callable[..., StorageAccount], group: ResourceGroup
) -> None:
    def program() -> None:
        storage = account()
        blob_container("artefacts", "argo", account=storage, resource_group=group, parent=storage)

    registration = declare(program).named("artefacts")

    assert registration.inputs["publicAccess"] == "None"
    assert registration.inputs["containerName"] == "argo"
    assert registration.parent == "storage"
