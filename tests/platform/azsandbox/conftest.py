"""A subscription in memory, with the calls that Pulumi's engine would make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from azsandbox.arm.provider import DEFAULT_TENANT, AzureNative
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State, Subject
from azsandbox.schema.validate import Problem
from azsandbox.services import all_types

SUBSCRIPTION_ID = "11111111-2222-4333-8444-555555555555"
SCOPE = f"/subscriptions/{SUBSCRIPTION_ID}"
GROUP = f"{SCOPE}/resourceGroups/rg"


@dataclass
class Azure:
    """One provider; every method takes a token without `azure-native:`."""

    provider: AzureNative

    @property
    def subscription(self) -> Subscription:
        return self.provider.subscription

    def subject(self, token: str, identifier: str = "", *, preview: bool = False) -> Subject:
        full = f"azure-native:{token}"
        return Subject(urn=f"urn:pulumi:test::tests::{full}::it", token=full, id=identifier, preview=preview)

    def check(self, token: str, **inputs: Any) -> list[Problem]:
        return self.provider.check(self.subject(token), {}, inputs, b"seed").problems

    def errors(self, token: str, **inputs: Any) -> list[str]:
        return [
            f"{problem.path} {problem.message}".strip()
            for problem in self.check(token, **inputs)
            if not problem.warning
        ]

    def make(self, token: str, **inputs: Any) -> State:
        """Check and create; a failed check fails the test."""
        checked = self.provider.check(self.subject(token), {}, inputs, b"seed")
        assert [problem for problem in checked.problems if not problem.warning] == []
        return self.provider.create(self.subject(token), checked.inputs)

    def refusal(self, token: str, **inputs: Any) -> str:
        """The code of the error that creating it gives."""
        with pytest.raises(ArmError) as caught:
            self.make(token, **inputs)
        return caught.value.code

    def update(self, token: str, state: State, **changes: Any) -> dict[str, Any]:
        new = {**state.inputs, **changes}
        return self.provider.update(self.subject(token, state.id), state.inputs, new, state.outputs)

    def delete(self, token: str, state: State) -> None:
        self.provider.delete(self.subject(token, state.id), state.inputs)

    def delete_refusal(self, token: str, state: State) -> str:
        with pytest.raises(ArmError) as caught:
            self.delete(token, state)
        return caught.value.code

    def read(self, token: str, state: State) -> State:
        return self.provider.read(self.subject(token, state.id), state.inputs, state.outputs)

    # what many tests stand on

    def group(self, name: str = "rg") -> State:
        return self.make("resources:ResourceGroup", resourceGroupName=name, location="westeurope")

    def network(self, *subnets: dict[str, Any], space: str = "10.0.0.0/16", name: str = "vnet") -> State:
        return self.make(
            "network:VirtualNetwork",
            resourceGroupName="rg",
            virtualNetworkName=name,
            addressSpace={"addressPrefixes": [space]},
            subnets=list(subnets) or [{"name": "nodes", "addressPrefix": "10.0.0.0/24"}],
        )

    def storage(self, name: str = "stone", **more: Any) -> State:
        return self.make(
            "storage:StorageAccount",
            resourceGroupName="rg",
            accountName=name,
            kind="StorageV2",
            sku={"name": "Standard_LRS"},
            **more,
        )

    def vault(self, name: str = "kv-one", **properties: Any) -> State:
        return self.make(
            "keyvault:Vault",
            resourceGroupName="rg",
            vaultName=name,
            properties=vault_properties(**properties),
        )

    def identity(self, name: str = "id-one") -> State:
        return self.make("managedidentity:UserAssignedIdentity", resourceGroupName="rg", resourceName=name)

    def assign(self, principal: str, role: str, scope: str) -> State:
        return self.make(
            "authorization:RoleAssignment",
            principalId=principal,
            principalType="ServicePrincipal",
            roleDefinitionId=f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{role}",
            scope=scope,
            roleAssignmentName=f"00000000-0000-4000-8000-{abs(hash((principal, role, scope))) % 10**12:012d}",
        )


def vault_properties(**more: Any) -> dict[str, Any]:
    by_role = {"tenantId": DEFAULT_TENANT, "enableRbacAuthorization": True}
    return {"sku": {"family": "A", "name": "standard"}, **by_role, **more}


@pytest.fixture
def empty_azure() -> Iterator[Azure]:
    subscription = Subscription.open(":memory:")
    provider = AzureNative(subscription, all_types())
    provider.configure({"subscriptionId": SUBSCRIPTION_ID, "location": "westeurope"})
    yield Azure(provider)
    subscription.close()


@pytest.fixture
def azure(empty_azure: Azure) -> Azure:
    """A subscription with the resource group `rg`."""
    empty_azure.group()
    return empty_azure


@pytest.fixture
def ml_workspace(azure: Azure) -> State:
    """A workspace of Azure ML, `mlw`, with all its parts."""
    logs = azure.make("operationalinsights:Workspace", resourceGroupName="rg", workspaceName="logs")
    insights = azure.make(
        "applicationinsights:Component",
        resourceGroupName="rg",
        resourceName="appi",
        kind="web",
        applicationType="web",
        workspaceResourceId=logs.id,
    )
    vault = azure.make(
        "keyvault:Vault", resourceGroupName="rg", vaultName="kv-one", properties=vault_properties()
    )
    return azure.make(
        "machinelearningservices:Workspace",
        resourceGroupName="rg",
        workspaceName="mlw",
        identity={"type": "SystemAssigned"},
        storageAccount=azure.storage().id,
        keyVault=vault.id,
        applicationInsights=insights.id,
    )


@pytest.fixture
def scope() -> str:
    return SCOPE


@pytest.fixture
def group() -> str:
    return GROUP


@pytest.fixture
def vault_of() -> Callable[..., dict[str, Any]]:
    return vault_properties
