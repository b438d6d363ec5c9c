"""What Azure adds to clusters and node pools: names, addresses, identities, versions."""

from __future__ import annotations

from typing import Any

from azsandbox.arm import identities, ids, regions
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.services import kinds
from azsandbox.services.containerservice.network_profiles import max_pods, network_profile

_DEFAULT_VERSION = "1.35"  # recorded on 2026-09-18: a cluster without a version
_RUNNING = {"code": "Running"}


def managed_cluster(request: Request) -> Values:
    region = regions.canonical(str(request.inputs.get("location", "")))
    node_group = str(request.inputs.get("nodeResourceGroup") or _node_group_name(request, region))
    version = request.inputs.get("kubernetesVersion")
    outputs: Values = {
        "nodeResourceGroup": node_group,
        "currentKubernetesVersion": _with_patch_number(version),
        "kubernetesVersion": str(version or _DEFAULT_VERSION),
        "powerState": _RUNNING,
        "maxAgentPools": 100,
        "resourceUID": identities.made_up("cluster", request.id).replace("-", "")[:24],
        "azurePortalFQDN": f"{_host_name(request)}.portal.hcp.{region}.azmk8s.io",
        **_api_server_names(request, region),
        "networkProfile": network_profile(request.inputs),
        "agentPoolProfiles": [
            {**_pool(profile, request.inputs), **profile}
            for _, profile in walk.objects(request.inputs, "agentPoolProfiles[]")
        ],
    }
    # Recorded on 2026-09-10: a cluster has an issuer unless it declines one (Kubernetes 1.34 and later).
    if (request.inputs.get("oidcIssuerProfile") or {}).get("enabled", True):
        issuer_id = identities.made_up("issuer", request.id)
        issuer = f"https://{region}.oic.prod-aks.azure.com/{request.tenant}/{issuer_id}/"
        outputs["oidcIssuerProfile"] = {"enabled": True, "issuerURL": issuer}
    if request.inputs.get("identity") and not request.inputs.get("servicePrincipalProfile"):
        outputs["servicePrincipalProfile"] = {"clientId": "msi"}
    if not request.inputs.get("identityProfile"):
        outputs["identityProfile"] = {"kubeletidentity": _kubelet_identity(request, node_group)}
    return outputs


def agent_pool(request: Request) -> Values:
    above = request.parent
    return {
        **{
            name: value
            for name, value in _pool(request.inputs, above.inputs if above else {}).items()
            if request.inputs.get(name) is None
        },
        "currentOrchestratorVersion": _with_patch_number(request.inputs.get("orchestratorVersion")),
        "nodeImageVersion": "AKSAzureLinux-V3gen2-202601.01.0",
        "powerState": _RUNNING,
    }


def _pool(profile: Values, cluster: Values) -> Values:
    """What a node pool gets; how many pods fit a node depends on the network plugin."""
    version = profile.get("orchestratorVersion") or cluster.get("kubernetesVersion")
    windows = profile.get("osType") == "Windows"
    return {
        "maxPods": max_pods(cluster),
        "orchestratorVersion": str(version or _DEFAULT_VERSION),
        "currentOrchestratorVersion": _with_patch_number(version),
        **({} if windows else {"osSKU": "Ubuntu"}),
    }


def _with_patch_number(version: Any) -> str:
    """Azure chooses the patch number of a minor version; the sandbox always says 1."""
    text = str(version or _DEFAULT_VERSION)
    return text if text.count(".") > 1 else f"{text}.1"


def _node_group_name(request: Request, region: str) -> str:
    return f"MC_{ids.parse(ids.group_of(request.id) or '').name}_{request.name}_{region}"


def _host_name(request: Request) -> str:
    prefix = request.inputs.get("dnsPrefix") or request.name
    return f"{prefix}-{identities.made_up('fqdn', request.id)[:8]}"


def _api_server_names(request: Request, region: str) -> Values:
    """A private name, a public one, or both."""
    access = request.inputs.get("apiServerAccessProfile") or {}
    private = bool(access.get("enablePrivateCluster"))
    names: Values = {}
    if private:
        zone = str(access.get("privateDNSZone") or "system")
        zone_name = (
            ids.parse(zone).name
            if zone.startswith("/")
            else f"{identities.made_up('zone', request.id)}.privatelink.{region}.azmk8s.io"
        )
        names["privateFQDN"] = f"{_host_name(request)}.{zone_name}"
    if not private or access.get("enablePrivateClusterPublicFQDN"):
        names["fqdn"] = f"{_host_name(request)}.hcp.{region}.azmk8s.io"
    return names


def _kubelet_identity(request: Request, node_group: str) -> Values:
    """AKS makes it in the node resource group."""
    group_id = f"{ids.subscription_of(request.id)}/resourcegroups/{node_group}"
    identity = f"{group_id}/providers/{kinds.USER_ASSIGNED_IDENTITY}/{request.name}-agentpool"
    return {
        "resourceId": identity,
        "clientId": identities.made_up("client", identity),
        "objectId": identities.made_up("principal", identity),
    }
