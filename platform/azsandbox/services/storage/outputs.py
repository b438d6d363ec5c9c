"""The endpoints of a storage account, and what its services and its lifecycle policy are called."""

from __future__ import annotations

from azsandbox.arm import regions
from azsandbox.arm.model import Request, Values
from azsandbox.facts import regions as region_facts

_SERVICES = ("blob", "queue", "table", "file", "dfs", "web")
_SECONDARY_SERVICES = ("blob", "queue", "table", "dfs", "web")
_SERVICES_BY_KIND = {"BlobStorage": ("blob", "table", "dfs")}  # recorded on 2023-06-30
_CREATED = "2026-01-01T00:00:00.0000000Z"
_ZONES = {"westus2": "z5", "westeurope": "z6", "eastus": "z13", "centralus": "z19", "westus": "z22"}
"""The number of a region in the host names of static websites, as recordings show it."""
_TIERED = frozenset({"StorageV2", "BlobStorage"})


def account(request: Request) -> Values:
    sku = str(request.at("sku.name") or "")
    location = regions.canonical(str(request.inputs.get("location") or ""))
    services = _SERVICES_BY_KIND.get(str(request.inputs.get("kind")), _SERVICES)
    outputs: Values = {
        "primaryEndpoints": _endpoints(request.name, location, services),
        "primaryLocation": request.inputs.get("location"),
        "statusOfPrimary": "available",
        "creationTime": _CREATED,
        "privateEndpointConnections": [],
        "keyCreationTime": {"key1": _CREATED, "key2": _CREATED},
        "sku": {"name": sku, "tier": "Premium" if sku.startswith("Premium") else "Standard"},
    }
    region = region_facts.region(location)
    if "GRS" in sku or "GZRS" in sku:
        outputs |= {"secondaryLocation": region.pair if region else "", "statusOfSecondary": "available"}
    if "RA" in sku:
        name = f"{request.name}-secondary"
        secondary = tuple(service for service in services if service in _SECONDARY_SERVICES)
        outputs["secondaryEndpoints"] = _endpoints(name, location, secondary)
    if request.inputs.get("kind") in _TIERED and not sku.startswith("Premium"):
        outputs["accessTier"] = request.inputs.get("accessTier") or "Hot"
    return outputs


def _endpoints(name: str, location: str, services: tuple[str, ...]) -> Values:
    endpoints: Values = {service: f"https://{name}.{service}.core.windows.net/" for service in services}
    if "web" in services:
        endpoints["web"] = f"https://{name}.{_ZONES.get(location, 'z6')}.web.core.windows.net/"
    return endpoints


def account_service(request: Request) -> Values:
    """Blob and file services repeat the SKU of their account."""
    above = request.parent
    sku = above.outputs.get("sku") if above else None
    return {"sku": sku} if sku and "/queueServices/" not in request.id + "/" else {}


def lifecycle(_: Request) -> Values:
    return {"name": "DefaultManagementPolicy"}
