"""What a deployment needs beforehand, read by the genuine clients from a sandbox in this process."""

from __future__ import annotations

import importlib
import itertools
import os
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION
from azsandbox.pulumi import stackfile

_TICKS = itertools.count(1)


@pytest.fixture
def client(api: Any, campaign: Any) -> Callable[[str, str], Any]:
    """The genuine client of a package, signed in to the sandbox."""

    def create(package: str, name: str) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of their docstrings
            module = importlib.import_module(f"azure.mgmt.{package}")
        adapter = campaign.clients.InProcess(api)
        return getattr(module, name)(
            campaign.clients.Credential(api),
            DEFAULT_SUBSCRIPTION,
            base_url=campaign.clients.BASE,
            transport=adapter.transport(),
            credential_scopes=[f"{campaign.clients.BASE}/.default"],
        )

    return create


@pytest.fixture
def declare(api: Any) -> Callable[[Any], None]:
    """Declares the conditions of the default subscription in a stack file of the project."""
    folder = api.application.registration._conditions_of.args[0]

    def write(conditions: Any) -> None:
        file = folder / "Pulumi.dev.yaml"
        file.write_text(yaml.safe_dump({"config": {"azsandbox:subscription": conditions}}))
        os.utime(file, (next(_TICKS), next(_TICKS)))

    return write


def test_providers_are_registered_in_a_fresh_subscription_one_by_one(
    client: Any, declare: Callable[[Any], None]
) -> None:
    providers = client("resource.resources", "ResourceManagementClient").providers
    assert {item.registration_state for item in providers.list()} == {"Registered"}
    declare("fresh")
    states = {item.namespace: item.registration_state for item in providers.list()}
    assert states["Microsoft.Storage"] == "NotRegistered"
    assert states["Microsoft.Resources"] == "Registered"
    assert providers.register("microsoft.storage").registration_state == "Registering"
    assert providers.get("Microsoft.Storage").registration_state == "Registered"
    assert providers.get("Microsoft.Network").registration_state == "NotRegistered"
    assert providers.register("Microsoft.Storage").registration_state == "Registered"


def test_quota_is_by_family_and_for_the_region(client: Any, declare: Callable[[Any], None]) -> None:
    compute = client("compute", "ComputeManagementClient")
    declare({"quota": {"standardDSv5Family": 8}})
    limits = {item.name.value: item.limit for item in compute.usage.list("westeurope")}
    assert limits["standardDSv5Family"] == 8
    assert limits["cores"] > 100


def test_sizes_have_zones_and_restrictions(client: Any, declare: Callable[[Any], None]) -> None:
    compute = client("compute", "ComputeManagementClient")
    declare({"restricted_sizes": ["Standard_D2s_v5"], "restricted_zones": {"standard_d4s_v5": ["2"]}})
    listed = {item.name: item for item in compute.resource_skus.list(filter="location eq 'westeurope'")}
    assert [r.type for r in listed["Standard_D2s_v5"].restrictions] == ["Location"]
    (restriction,) = listed["Standard_D4s_v5"].restrictions
    assert (restriction.type, restriction.restriction_info.zones) == ("Zone", ["2"])
    assert restriction.reason_code == "NotAvailableForSubscription"
    assert listed["Standard_D8s_v5"].location_info[0].zones == ["1", "2", "3"]
    assert listed["Standard_D8s_v5"].family == "standardDSv5Family"
    assert list(compute.resource_skus.list(filter="location eq 'atlantis'")) == []


def test_kubernetes_versions_are_those_of_the_calendar(client: Any) -> None:
    clusters = client("containerservice", "ContainerServiceClient").managed_clusters
    versions = {
        item.version: item for item in clusters.list_kubernetes_versions("westeurope").values_property
    }
    assert "1.29" not in versions
    assert any("KubernetesOfficial" in item.capabilities.support_plan for item in versions.values())


def test_names_that_somebody_has_are_not_free(client: Any, declare: Callable[[Any], None]) -> None:
    accounts = client("storage", "StorageManagementClient").storage_accounts
    declare({"taken_names": ["sttaken"]})
    taken = accounts.check_name_availability({"name": "sttaken", "type": "Microsoft.Storage/storageAccounts"})
    assert (taken.name_available, taken.reason) == (False, "AlreadyExists")
    wrong = accounts.check_name_availability({"name": "ST-1", "type": "Microsoft.Storage/storageAccounts"})
    assert (wrong.name_available, wrong.reason) == (False, "AccountNameInvalid")


def test_soft_deleted_vaults_keep_their_names(client: Any, declare: Callable[[Any], None]) -> None:
    vaults = client("keyvault", "KeyVaultManagementClient").vaults
    declare({"deleted_vaults": ["kvdeleted"]})
    assert [item.name for item in vaults.list_deleted()] == ["kvdeleted"]
    answer = vaults.check_name_availability({"name": "kvdeleted", "type": "Microsoft.KeyVault/vaults"})
    assert answer.name_available is False


def test_the_callers_permissions_are_those_of_its_roles(client: Any, declare: Callable[[Any], None]) -> None:
    permissions = client("authorization", "AuthorizationManagementClient").permissions
    owner = list(permissions.list_for_resource_group("rg"))
    assert list(owner[0].actions) == ["*"]
    declare({"roles": ["Reader"], "group_roles": ["Contributor"]})
    reader = [list(item.actions) for item in permissions.list_for_resource_group("rg")]
    assert ["*/read"] in reader
    assert ["*"] in reader  # of Contributor, which the group's roles are
    declare({"roles": ["Reader"]})
    assert [list(item.actions) for item in permissions.list_for_resource_group("rg")] == [["*/read"]]


def ask(api: Any, campaign: Any, method: str, path: str) -> Any:
    return api.answer(method, f"{campaign.clients.BASE}/subscriptions/{DEFAULT_SUBSCRIPTION}{path}")


def test_a_feature_is_registered_once_and_an_unknown_one_is_refused(
    api: Any, campaign: Any, declare: Callable[[Any], None]
) -> None:
    declare("fresh")
    path = "/providers/Microsoft.Features/providers/Microsoft.Compute/features/encryptionathost"
    version = "?api-version=2021-07-01"
    states = [
        ask(api, campaign, method, f"{path}{action}{version}").body["properties"]["state"]
        for method, action in (("GET", ""), ("POST", "/register"), ("GET", ""), ("POST", "/register"))
    ]
    assert states == ["NotRegistered", "Registering", "Registered", "Registered"]
    unknown = ask(api, campaign, "GET", f"{path}2{version}")
    assert (unknown.status, unknown.body["error"]["code"]) == (404, "FeatureNotFound")


def test_a_token_of_another_tenant_is_refused(
    api: Any, campaign: Any, declare: Callable[[Any], None]
) -> None:
    declare({"tenant": "99999999-9999-4999-8999-999999999999"})
    refused = ask(api, campaign, "GET", "/providers?api-version=2021-04-01")
    assert (refused.status, refused.body["error"]["code"]) == (401, "InvalidAuthenticationTokenTenant")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("stale", "azsandbox:subscription in Pulumi.dev.yaml is 'stale': it is fresh, or an object"),
        ({"quotas": {}}, "azsandbox:subscription.quotas in Pulumi.dev.yaml: Extra inputs are not permitted"),
        (
            {"fresh": "perhaps"},
            "azsandbox:subscription.fresh in Pulumi.dev.yaml: Input should be a valid boolean",
        ),
    ],
)
def test_a_condition_that_is_not_valid_is_named(
    setting: Any, message: str, api: Any, campaign: Any, declare: Callable[[Any], None]
) -> None:
    declare(setting)
    answer = ask(api, campaign, "GET", "/providers?api-version=2021-04-01")
    assert answer.status == 500
    assert message in answer.body["error"]["message"]


def test_conditions_are_of_the_subscription_that_the_stack_file_names(tmp_path: Any) -> None:
    own = "11111111-2222-4333-8444-555555555555"
    (tmp_path / "Pulumi.a.yaml").write_text("config:\n  azsandbox:subscription: fresh\n")
    text = f"config:\n  azure-native:subscriptionId: {own}\n  azsandbox:subscription: {{roles: [Reader]}}\n"
    (tmp_path / "Pulumi.b.yaml").write_text(text)
    assert stackfile.conditions_of(tmp_path, DEFAULT_SUBSCRIPTION).fresh
    assert stackfile.conditions_of(tmp_path, own.upper()).roles == ("Reader",)
    assert not stackfile.conditions_of(tmp_path, "another").fresh
