"""What tests of several services stand on: a private cluster, its Azure ML extension, a workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.pulumi.provider.backend import State
from azsandbox.services.authorization import roles
from azsandbox.services.kubernetesconfiguration.rules import AZURE_ML_SETTINGS

Inputs = dict[str, Any]

SYSTEM_POOL = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D2s_v5"}


@pytest.fixture
def system_pool() -> Inputs:
    """Inputs of the smallest pool that a cluster can have."""
    return dict(SYSTEM_POOL)


@pytest.fixture
def private_cluster(azure: Any) -> Callable[..., Inputs]:
    """Inputs of a private cluster in its own network, whose identity holds the given roles."""

    def inputs(
        *,
        assigned: tuple[str, ...] = (roles.NETWORK_CONTRIBUTOR, roles.PRIVATE_DNS_ZONE_CONTRIBUTOR),
        region: str = "westeurope",
    ) -> Inputs:
        network, identity = azure.network(), azure.identity()
        zone = azure.make(
            "privatedns:PrivateZone",
            resourceGroupName="rg",
            privateZoneName=f"privatelink.{region}.azmk8s.io",
            location="global",
        )
        scopes = {roles.NETWORK_CONTRIBUTOR: network.id, roles.PRIVATE_DNS_ZONE_CONTRIBUTOR: zone.id}
        for role in assigned:
            azure.assign(identity.outputs["principalId"], role, scopes[role])
        return {
            "resourceGroupName": "rg",
            "resourceName": "aks",
            "dnsPrefix": "aks",
            "identity": {"type": "UserAssigned", "userAssignedIdentities": [identity.id]},
            "agentPoolProfiles": [{**SYSTEM_POOL, "vnetSubnetID": f"{network.id}/subnets/nodes"}],
            "apiServerAccessProfile": {"enablePrivateCluster": True, "privateDNSZone": zone.id},
            "oidcIssuerProfile": {"enabled": True},
            "aadProfile": {"managed": True},
            "disableLocalAccounts": True,
        }

    return inputs


@pytest.fixture
def cluster(azure: Any, private_cluster: Callable[..., Inputs]) -> State:
    """The private cluster `aks`."""
    return azure.make("containerservice:ManagedCluster", **private_cluster())


@pytest.fixture
def extension() -> Callable[..., Inputs]:
    """Inputs of the Azure ML extension of the cluster `aks`, with these settings changed."""

    def inputs(**changes: Any) -> Inputs:
        settings = dict.fromkeys(AZURE_ML_SETTINGS, "false") | {
            "enableTraining": "true",
            "enableInference": "true",
            "allowInsecureConnections": "true",
        }
        return {
            "resourceGroupName": "rg",
            "clusterRp": "Microsoft.ContainerService",
            "clusterResourceName": "managedClusters",
            "clusterName": "aks",
            "extensionName": "azureml",
            "extensionType": "Microsoft.AzureML.Kubernetes",
            "configurationSettings": {**settings, **changes},
        }

    return inputs


@pytest.fixture
def workspace_inputs(azure: Any, vault_of: Callable[..., Inputs]) -> Callable[..., Inputs]:
    """Inputs of the workspace `mlw` with an isolated managed network; its parts exist."""

    def inputs(**storage: Any) -> Inputs:
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
            "keyvault:Vault", resourceGroupName="rg", vaultName="kv-one", properties=vault_of()
        )
        return {
            "resourceGroupName": "rg",
            "workspaceName": "mlw",
            "identity": {"type": "SystemAssigned"},
            "storageAccount": azure.storage(**storage).id,
            "keyVault": vault.id,
            "applicationInsights": insights.id,
            "managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"},
        }

    return inputs


@pytest.fixture
def workspace(azure: Any, workspace_inputs: Callable[..., Inputs]) -> State:
    return azure.make("machinelearningservices:Workspace", **workspace_inputs())


@pytest.fixture
def attached(azure: Any, cluster: State, workspace: State, extension: Callable[..., Inputs]) -> State:
    """The cluster, attached to the workspace as the compute `aks`."""
    azure.make("kubernetesconfiguration:Extension", **extension())
    for role in (roles.KUBERNETES_EXTENSION_CONTRIBUTOR, roles.AKS_CLUSTER_ADMIN):
        azure.assign(workspace.outputs["identity"]["principalId"], role, cluster.id)
    properties = {
        "computeType": "Kubernetes",
        "resourceId": cluster.id,
        "properties": {"namespace": "jobs", "defaultInstanceType": "small"},
    }
    return azure.make(
        "machinelearningservices:Compute",
        resourceGroupName="rg",
        workspaceName="mlw",
        computeName="aks",
        properties=properties,
    )
