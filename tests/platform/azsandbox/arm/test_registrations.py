"""A fresh subscription refuses what nobody has registered, through Pulumi's provider too."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.arm import registrations
from azsandbox.arm.conditions import Conditions
from azsandbox.arm.provider import AzureNative

POOL = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D4s_v5"}
CLUSTER = {
    "resourceGroupName": "rg",
    "resourceName": "aks",
    "dnsPrefix": "aks",
    "identity": {"type": "SystemAssigned"},
}


@pytest.fixture
def fresh(azure: Any) -> Any:
    azure.provider = AzureNative(
        azure.subscription, azure.provider.types, conditions_of=lambda _: Conditions(fresh=True)
    )
    azure.provider.configure({"subscriptionId": SUBSCRIPTION, "location": "westeurope"})
    return azure


SUBSCRIPTION = "11111111-2222-4333-8444-555555555555"


def test_a_namespace_is_refused_until_it_is_registered(fresh: Any) -> None:
    inputs = {"resourceGroupName": "rg", "resourceName": "id-one"}
    token = "managedidentity:UserAssignedIdentity"
    assert fresh.refusal(token, **inputs) == "MissingSubscriptionRegistration"
    registrations.register_provider(fresh.subscription, SUBSCRIPTION.upper(), "microsoft.managedidentity")
    assert fresh.make(token, **inputs).id.endswith("id-one")


def test_a_registration_is_of_one_subscription(fresh: Any) -> None:
    registrations.register_provider(fresh.subscription, "another", "Microsoft.ManagedIdentity")
    token = "managedidentity:UserAssignedIdentity"
    refusal = fresh.refusal(token, resourceGroupName="rg", resourceName="id-one")
    assert refusal == "MissingSubscriptionRegistration"


def test_encryption_at_host_waits_for_the_feature(fresh: Any) -> None:
    registrations.register_provider(fresh.subscription, SUBSCRIPTION, "Microsoft.ContainerService")
    encrypted = {**CLUSTER, "agentPoolProfiles": [{**POOL, "enableEncryptionAtHost": True}]}
    assert fresh.refusal("containerservice:ManagedCluster", **encrypted) == (
        "SubscriptionNotEnabledEncryptionAtHost"
    )
    registrations.register_feature(fresh.subscription, SUBSCRIPTION, registrations.ENCRYPTION_AT_HOST)
    assert fresh.make("containerservice:ManagedCluster", **encrypted).id.endswith("/aks")


def test_a_cluster_without_encryption_at_host_needs_no_feature(fresh: Any) -> None:
    registrations.register_provider(fresh.subscription, SUBSCRIPTION, "Microsoft.ContainerService")
    assert fresh.make("containerservice:ManagedCluster", **CLUSTER, agentPoolProfiles=[POOL]).id
