"""AKS, its extension, and Azure ML: the rules that decide whether the platform comes up."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State
from azsandbox.services.kubernetesconfiguration.types import ML_SETTINGS

NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
ZONE_CONTRIBUTOR = "b12aa53e-6015-4669-85d0-8515ebb3ae7f"
ATTACH = ("85cb6faf-e071-4c9b-8136-154b5a04f717", "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8")
POOL = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D2s_v5"}
CLUSTER = "containerservice:ManagedCluster"
PLACE = {"resourceGroupName": "rg", "resourceName": "aks", "dnsPrefix": "aks"}


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"agentPoolProfiles": [{**POOL, "mode": "User"}]}, "no pool of mode System"),
        ({"agentPoolProfiles": [{**POOL, "name": "System-1"}]}, "is no valid name"),
        (
            {"agentPoolProfiles": [{**POOL, "enableAutoScaling": True, "minCount": 3, "maxCount": 2}]},
            "more than maxCount",
        ),
        ({"agentPoolProfiles": [{**POOL, "scaleSetPriority": "Spot"}]}, "system pool can't be"),
        (
            {"networkProfile": {"serviceCidr": "10.0.0.0/16", "podCidr": "10.0.0.0/15"}},
            "overlaps serviceCidr",
        ),
        (
            {"networkProfile": {"serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.1"}},
            "not be its first address",
        ),
        ({"networkProfile": {"networkPolicy": "cilium"}}, "needs networkDataplane cilium"),
        ({"apiServerAccessProfile": {"privateDNSZone": "system"}}, "goes with enablePrivateCluster only"),
    ],
)
def test_clusters_that_can_not_work_are_refused_before_anything_is_deployed(
    azure: Any, inputs: dict[str, Any], words: str
) -> None:
    found = azure.errors(CLUSTER, **{**PLACE, "agentPoolProfiles": [POOL], **inputs})
    assert any(words in one for one in found), found


def private_cluster(azure: Any, *, roles: tuple[str, ...], region: str = "westeurope") -> dict[str, Any]:
    """Inputs of a private cluster in its own network, whose identity holds these roles."""
    network, identity = azure.network(), azure.identity()
    zone = azure.make(
        "privatedns:PrivateZone",
        resourceGroupName="rg",
        privateZoneName=f"privatelink.{region}.azmk8s.io",
        location="global",
    )
    scopes = {NETWORK_CONTRIBUTOR: network.id, ZONE_CONTRIBUTOR: zone.id}
    for role in roles:
        azure.assign(identity.outputs["principalId"], role, scopes[role])
    return {
        **PLACE,
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [identity.id]},
        "agentPoolProfiles": [{**POOL, "vnetSubnetID": f"{network.id}/subnets/nodes"}],
        "apiServerAccessProfile": {"enablePrivateCluster": True, "privateDNSZone": zone.id},
        "oidcIssuerProfile": {"enabled": True},
        "aadProfile": {"managed": True},
        "disableLocalAccounts": True,
    }


def test_the_control_plane_needs_its_roles_before_the_cluster_is_made(azure: Any) -> None:
    inputs = private_cluster(azure, roles=(NETWORK_CONTRIBUTOR,))
    assert azure.refusal(CLUSTER, **inputs) == "CustomPrivateDNSZoneMissingPermissionError"


def test_an_own_network_needs_network_contributor(azure: Any) -> None:
    inputs = private_cluster(azure, roles=(ZONE_CONTRIBUTOR,))
    assert azure.refusal(CLUSTER, **inputs) == "CustomVnetMissingPermissionError"


def test_the_zone_is_named_for_the_region(azure: Any) -> None:
    inputs = private_cluster(azure, roles=(NETWORK_CONTRIBUTOR, ZONE_CONTRIBUTOR), region="northeurope")
    assert azure.refusal(CLUSTER, **inputs) == "InvalidPrivateDNSZone"


def test_egress_through_nat_needs_a_nat_gateway_on_the_subnet(azure: Any) -> None:
    inputs = private_cluster(azure, roles=(NETWORK_CONTRIBUTOR, ZONE_CONTRIBUTOR))
    nat = {"networkProfile": {"outboundType": "userAssignedNATGateway"}}
    assert azure.refusal(CLUSTER, **{**inputs, **nat}) == "SubnetMissingEgress"


def test_pods_and_services_stay_out_of_the_networks_range(azure: Any) -> None:
    inputs = private_cluster(azure, roles=(NETWORK_CONTRIBUTOR, ZONE_CONTRIBUTOR))
    ranges = {"networkProfile": {"serviceCidr": "10.0.128.0/20"}}
    assert azure.refusal(CLUSTER, **{**inputs, **ranges}) == "ServiceCidrOverlapExistingSubnetsCidr"


@pytest.fixture
def cluster(azure: Any) -> State:
    return azure.make(CLUSTER, **private_cluster(azure, roles=(NETWORK_CONTRIBUTOR, ZONE_CONTRIBUTOR)))


def test_a_cluster_comes_with_issuer_kubelet_and_private_name(cluster: State) -> None:
    assert cluster.outputs["oidcIssuerProfile"]["issuerURL"].startswith(
        "https://westeurope.oic.prod-aks.azure.com/"
    )
    assert cluster.outputs["privateFQDN"].endswith(".privatelink.westeurope.azmk8s.io")
    assert "fqdn" not in cluster.outputs
    assert cluster.outputs["identityProfile"]["kubeletidentity"]["objectId"]


def test_versions_go_up_one_minor_at_a_time(azure: Any, cluster: State) -> None:
    azure.update(CLUSTER, cluster, kubernetesVersion="1.33")
    azure.update(CLUSTER, cluster, kubernetesVersion="1.34")
    with pytest.raises(ArmError, match=r"1\.34 to 1\.36 is not allowed"):
        azure.update(CLUSTER, cluster, kubernetesVersion="1.36")
    with pytest.raises(ArmError, match=r"1\.34 to 1\.33 is not allowed"):
        azure.update(CLUSTER, cluster, kubernetesVersion="1.33")


@pytest.mark.usefixtures("cluster")
def test_users_sign_in_by_kubelogin_and_administrators_not_at_all(azure: Any) -> None:
    place = {"resourceGroupName": "rg", "resourceName": "aks"}
    listed = azure.provider.invoke("azure-native:containerservice:listManagedClusterUserCredentials", place)
    config = yaml.safe_load(base64.b64decode(listed["kubeconfigs"][0]["value"]))
    assert config["users"][0]["user"]["exec"]["command"] == "kubelogin"
    with pytest.raises(ArmError, match="disable local accounts"):
        azure.provider.invoke("azure-native:containerservice:listManagedClusterAdminCredentials", place)


def extension(**more: Any) -> dict[str, Any]:
    settings = dict.fromkeys(ML_SETTINGS, "x") | {
        "enableTraining": "true",
        "enableInference": "true",
        "scoringFe.sslSecret": "tls",
    }
    return {
        "resourceGroupName": "rg",
        "clusterRp": "Microsoft.ContainerService",
        "clusterResourceName": "managedClusters",
        "clusterName": "aks",
        "extensionName": "azureml",
        "extensionType": "Microsoft.AzureML.Kubernetes",
        "configurationSettings": {**settings, **more},
    }


def test_the_extension_needs_the_settings_that_only_the_cli_adds(azure: Any) -> None:
    short = extension()
    del short["configurationSettings"]["clusterId"]
    (found,) = azure.errors("kubernetesconfiguration:Extension", **short)
    assert "lacks clusterId" in found
    (found,) = azure.errors("kubernetesconfiguration:Extension", **extension(**{"scoringFe.sslSecret": ""}))
    assert "without TLS" in found


@pytest.fixture
def workspace(azure: Any, vault_of: Callable[..., Any]) -> State:
    return azure.make("machinelearningservices:Workspace", **workspace_inputs(azure, vault_of))


def workspace_inputs(azure: Any, vault_of: Callable[..., Any], **storage: Any) -> dict[str, Any]:
    logs = azure.make("operationalinsights:Workspace", resourceGroupName="rg", workspaceName="logs")
    insights = azure.make(
        "applicationinsights:Component",
        resourceGroupName="rg",
        resourceName="appi",
        kind="web",
        applicationType="web",
        workspaceResourceId=logs.id,
    )
    vault = azure.make("keyvault:Vault", resourceGroupName="rg", vaultName="kv-one", properties=vault_of())
    return {
        "resourceGroupName": "rg",
        "workspaceName": "mlw",
        "identity": {"type": "SystemAssigned"},
        "storageAccount": azure.storage(**storage).id,
        "keyVault": vault.id,
        "applicationInsights": insights.id,
        "managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"},
    }


def test_a_workspaces_storage_is_not_hierarchical(azure: Any, vault_of: Callable[..., Any]) -> None:
    inputs = workspace_inputs(azure, vault_of, isHnsEnabled=True)
    with pytest.raises(ArmError, match="hierarchical"):
        azure.make("machinelearningservices:Workspace", **inputs)


def test_a_workspace_needs_all_its_parts(azure: Any) -> None:
    found = azure.errors("machinelearningservices:Workspace", resourceGroupName="rg", workspaceName="mlw")
    assert {one.split()[0] for one in found} == {
        "storageAccount",
        "keyVault",
        "applicationInsights",
        "identity",
    }


def test_the_managed_network_is_a_one_way_choice(azure: Any, workspace: State) -> None:
    with pytest.raises(ArmError, match="cannot be disabled once it is enabled"):
        azure.update(
            "machinelearningservices:Workspace", workspace, managedNetwork={"isolationMode": "Disabled"}
        )


def test_a_deleted_workspace_blocks_its_name(azure: Any, workspace: State) -> None:
    azure.delete("machinelearningservices:Workspace", workspace)
    with pytest.raises(ArmError, match="Soft-deleted workspace exists"):
        azure.provider.create(azure.subject("machinelearningservices:Workspace"), workspace.inputs)


def attached(cluster: State) -> dict[str, Any]:
    properties = {
        "computeType": "Kubernetes",
        "resourceId": cluster.id,
        "properties": {"namespace": "jobs", "defaultInstanceType": "small"},
    }
    return {"resourceGroupName": "rg", "workspaceName": "mlw", "computeName": "aks", "properties": properties}


def test_attaching_needs_the_extension_and_two_roles(azure: Any, cluster: State, workspace: State) -> None:
    token = "machinelearningservices:Compute"
    with pytest.raises(ArmError, match="has no Azure ML extension"):
        azure.make(token, **attached(cluster))
    azure.make("kubernetesconfiguration:Extension", **extension())
    with pytest.raises(ArmError, match="lacks the role"):
        azure.make(token, **attached(cluster))
    for role in ATTACH:
        azure.assign(workspace.outputs["identity"]["principalId"], role, cluster.id)
    azure.make(token, **attached(cluster))


@pytest.mark.parametrize("name", ["a", "1abc", "pool-1", "toolongforacompute"])
def test_names_of_compute(azure: Any, name: str) -> None:
    inputs = {"resourceGroupName": "rg", "workspaceName": "mlw", "computeName": name}
    found = azure.errors(
        "machinelearningservices:Compute",
        **inputs,
        properties={"computeType": "AmlCompute", "properties": {}},
    )
    assert any("is no valid name" in one for one in found)


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        (
            {"authType": "OAuth2", "target": "jdbc:snowflake://a.snowflakecomputing.com/?db=D&warehouse=W"},
            "does not go",
        ),
        (
            {"authType": "UsernamePassword", "target": "https://a.snowflakecomputing.com"},
            "is not jdbc:snowflake",
        ),
        (
            {"authType": "UsernamePassword", "target": "jdbc:snowflake://a.snowflakecomputing.com/?db=D"},
            "lacks warehouse",
        ),
    ],
)
def test_snowflake_connections_that_azure_ml_refuses(
    azure: Any, properties: dict[str, Any], words: str
) -> None:
    place = {"resourceGroupName": "rg", "workspaceName": "mlw", "connectionName": "snowflake"}
    found = azure.errors(
        "machinelearningservices:WorkspaceConnection",
        **place,
        properties={"category": "Snowflake", **properties},
    )
    assert any(words in one for one in found), found


def test_traffic_names_deployments_that_exist(azure: Any, cluster: State, workspace: State) -> None:
    azure.make("kubernetesconfiguration:Extension", **extension())
    for role in ATTACH:
        azure.assign(workspace.outputs["identity"]["principalId"], role, cluster.id)
    compute = azure.make("machinelearningservices:Compute", **attached(cluster))
    place = {"resourceGroupName": "rg", "workspaceName": "mlw", "endpointName": "forecast"}
    token = "machinelearningservices:OnlineEndpoint"
    properties = {"authMode": "Key", "compute": compute.id}
    early = {**properties, "traffic": {"blue": 100}}
    assert azure.refusal(token, **place, properties=early) == "BadArgumentWithTarget"
    assert azure.errors(token, **place, properties={**properties, "traffic": {"blue": 60}}) != []
    endpoint = azure.make(token, **place, properties=properties)
    assert (
        endpoint.outputs["properties"]["scoringUri"]
        == "https://forecast.westeurope.inference.ml.azure.com/score"
    )
    deployment = {"endpointComputeType": "Kubernetes", "environmentId": "azureml:env:1"}
    azure.make(
        "machinelearningservices:OnlineDeployment",
        **place,
        deploymentName="blue",
        sku={"name": "Default", "capacity": 1},
        properties=deployment,
    )
    azure.update(token, endpoint, properties=early)


def component(**spec: Any) -> dict[str, Any]:
    whole = {
        "name": "train",
        "version": "1",
        "type": "command",
        "command": "python -m train ${{inputs.data}}",
        "environment": "azureml:env:1",
        "inputs": {"data": {"type": "mltable"}},
    }
    place = {"resourceGroupName": "rg", "workspaceName": "mlw", "name": "train", "version": "1"}
    return {**place, "properties": {"componentSpec": {**whole, **spec}}}


def test_a_components_placeholders_are_declared_and_its_references_exist(
    azure: Any, workspace: State
) -> None:
    token = "machinelearningservices:ComponentVersion"
    (found,) = azure.errors(token, **component(inputs={}))
    assert "uses ${{inputs.data}}, which inputs does not declare" in found
    del workspace
    place = {"resourceGroupName": "rg", "workspaceName": "mlw", "name": "train"}
    azure.make("machinelearningservices:ComponentContainer", **place, properties={})
    with pytest.raises(ArmError, match="Asset 'azureml:env:1'"):
        azure.make(token, **component())
