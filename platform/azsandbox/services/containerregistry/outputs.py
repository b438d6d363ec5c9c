"""The host names that a registry comes with."""

from __future__ import annotations

from azsandbox.arm import regions
from azsandbox.arm.model import Request, Values


def registry(request: Request) -> Values:
    name, sku = request.name.lower(), request.at("sku.name")
    region = regions.canonical(str(request.inputs.get("location", "")))
    data_host = f"{name}.{region}.data.azurecr.io"
    return {
        "loginServer": f"{name}.azurecr.io",
        "dataEndpointHostNames": [data_host] if request.inputs.get("dataEndpointEnabled") else [],
        "creationDate": "2026-01-01T00:00:00.0000000Z",
        "privateEndpointConnections": [],
        **_network_rules(request),
        "sku": {"name": sku, "tier": sku},
    }


def _network_rules(request: Request) -> Values:
    """A Premium registry has network rules from the start: everything is allowed."""
    rules = request.inputs.get("networkRuleSet")
    premium = str(request.at("sku.name")).lower() == "premium"
    return {"networkRuleSet": {"defaultAction": "Allow", "ipRules": []}} if premium and not rules else {}
