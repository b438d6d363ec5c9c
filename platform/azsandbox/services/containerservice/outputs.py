"""What a cluster comes with."""

from __future__ import annotations

from typing import Any

from azsandbox.arm import identities, ids
from azsandbox.arm.model import Request, Values


def full_version(version: Any) -> str:
    """Azure adds the patch number; which one is not ours to know."""
    text = str(version or "1.34")
    return text if text.count(".") > 1 else f"{text}.1"


def outputs(request: Request) -> Values:
    region = str(request.inputs.get("location", "")).replace(" ", "").lower()
    short = identities.made_up("fqdn", request.id)[:8]
    prefix = request.inputs.get("dnsPrefix") or request.name
    access = request.inputs.get("apiServerAccessProfile") or {}
    private = bool(access.get("enablePrivateCluster"))
    group = (
        request.inputs.get("nodeResourceGroup")
        or f"MC_{ids.parse(ids.group_of(request.id) or '').name}_{request.name}_{region}"
    )
    made: Values = {
        "nodeResourceGroup": group,
        "currentKubernetesVersion": full_version(request.inputs.get("kubernetesVersion")),
        "kubernetesVersion": str(request.inputs.get("kubernetesVersion") or "1.34"),
        "powerState": {"code": "Running"},
        "maxAgentPools": 100,
        "resourceUID": identities.made_up("cluster", request.id).replace("-", "")[:24],
        "azurePortalFQDN": f"{prefix}-{short}.portal.hcp.{region}.azmk8s.io",
    }
    if private:
        zone = str(access.get("privateDNSZone") or "system")
        name = (
            ids.parse(zone).name
            if zone.startswith("/")
            else f"{identities.made_up('zone', request.id)}.privatelink.{region}.azmk8s.io"
        )
        made["privateFQDN"] = f"{prefix}-{short}.{name}"
    if not private or access.get("enablePrivateClusterPublicFQDN"):
        made["fqdn"] = f"{prefix}-{short}.hcp.{region}.azmk8s.io"
    if (request.inputs.get("oidcIssuerProfile") or {}).get("enabled"):
        own = identities.made_up("issuer", request.id)
        issuer = f"https://{region}.oic.prod-aks.azure.com/{request.tenant}/{own}/"
        made["oidcIssuerProfile"] = {"enabled": True, "issuerURL": issuer}
    if not request.inputs.get("identityProfile"):
        home = f"{ids.subscription_of(request.id)}/resourcegroups/{group}"
        kubelet = f"{home}/providers/{identities.KIND}/{request.name}-agentpool"
        made["identityProfile"] = {
            "kubeletidentity": {
                "resourceId": kubelet,
                "clientId": identities.made_up("client", kubelet),
                "objectId": identities.made_up("principal", kubelet),
            }
        }
    return made
