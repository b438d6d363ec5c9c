"""The endpoints of a storage account."""

from __future__ import annotations

from azsandbox.arm.model import Request, Values

_SERVICES = ("blob", "queue", "table", "file", "dfs", "web")
_CREATED = "2026-01-01T00:00:00.0000000Z"


def account(request: Request) -> Values:
    name, sku = request.name, str(request.at("sku.name") or "")
    endpoints: Values = {service: f"https://{name}.{service}.core.windows.net/" for service in _SERVICES}
    endpoints["web"] = f"https://{name}.z6.web.core.windows.net/"
    return {
        "primaryEndpoints": endpoints,
        "primaryLocation": request.inputs.get("location"),
        "statusOfPrimary": "available",
        "creationTime": _CREATED,
        "privateEndpointConnections": [],
        "keyCreationTime": {"key1": _CREATED, "key2": _CREATED},
        "sku": {"name": sku, "tier": "Premium" if sku.startswith("Premium") else "Standard"},
    }
