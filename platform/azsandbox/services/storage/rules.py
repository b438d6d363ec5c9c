"""What storage refuses, and its endpoints."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_DAYS = range(1, 366)


def shape_of_account(inputs: Values) -> Iterator[Problem]:
    sku = inputs.get("sku")
    name = sku.get("name") if isinstance(sku, dict) else None
    premium = isinstance(name, str) and name.startswith("Premium")
    if premium and inputs.get("accessTier") in {"Hot", "Cool", "Cold"}:
        yield Problem("accessTier", f"{inputs['accessTier']!r} does not go with {name}: premium has no tiers")
    if inputs.get("kind") in {"BlockBlobStorage", "FileStorage"} and isinstance(name, str) and not premium:
        yield Problem("sku.name", f"{name!r} does not go with kind {inputs['kind']}, which is premium")
    if inputs.get("enableNfsV3") and inputs.get("isHnsEnabled") is not True:
        yield Problem("enableNfsV3", "needs isHnsEnabled")


def lake_fits(request: Request) -> None:
    """Versioning is refused on a hierarchical account, whichever of the two comes first."""
    service = request.subscription.get(f"{request.id}/blobServices/default")
    if service and service.inputs.get("isVersioningEnabled") and request.inputs.get("isHnsEnabled"):
        raise ArmError(
            409,
            "FeatureNotSupportedForAccount",
            "Versioning is not supported for accounts with a hierarchical namespace.",
        )


def account_outputs(request: Request) -> Values:
    name = request.name
    services = ["blob", "queue", "table", "file", "dfs", "web"]
    hosts: Values = {one: f"https://{name}.{one}.core.windows.net/" for one in services}
    hosts["web"] = f"https://{name}.z6.web.core.windows.net/"
    outputs: Values = {
        "primaryEndpoints": hosts,
        "primaryLocation": request.inputs.get("location"),
        "statusOfPrimary": "available",
        "creationTime": "2026-01-01T00:00:00.0000000Z",
        "privateEndpointConnections": [],
        "keyCreationTime": {"key1": "2026-01-01T00:00:00.0000000Z", "key2": "2026-01-01T00:00:00.0000000Z"},
    }
    sku = request.at("sku.name") or ""
    outputs["sku"] = {"name": sku, "tier": "Premium" if str(sku).startswith("Premium") else "Standard"}
    return outputs


def keys(subscription: Subscription, arguments: Values, scope: str) -> Values:
    identifier = (
        f"{scope}/resourceGroups/{arguments['resourceGroupName']}/providers/Microsoft.Storage/storageAccounts/"
        f"{arguments['accountName']}"
    )
    account = subscription.get(identifier)
    if account is None:
        raise ArmError(404, "ResourceNotFound", f"The Resource '{identifier}' was not found.")
    if account.inputs.get("allowSharedKeyAccess") is False:
        raise ArmError(
            403,
            "KeyBasedAuthenticationNotPermitted",
            f"Key based authentication is not permitted on '{identifier}'.",
        )
    made = [
        base64.b64encode(subscription.redactor.derive(f"{ids.key(identifier)}:{number}", 64)).decode()
        for number in (1, 2)
    ]
    return {
        "keys": [
            {
                "keyName": f"key{number}",
                "permissions": "FULL",
                "value": value,
                "creationTime": "2026-01-01T00:00:00Z",
            }
            for number, value in enumerate(made, 1)
        ]
    }
