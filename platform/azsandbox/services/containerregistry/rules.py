"""What the container registry refuses, and its host name."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem


def premium_only(inputs: Values) -> Iterator[Problem]:
    sku = inputs.get("sku")
    if not isinstance(sku, dict) or sku.get("name") == "Premium" or not isinstance(sku.get("name"), str):
        return
    wanted = {
        "publicNetworkAccess": inputs.get("publicNetworkAccess") == "Disabled",
        "networkRuleSet": bool(inputs.get("networkRuleSet")),
        "zoneRedundancy": inputs.get("zoneRedundancy") == "Enabled",
        "dataEndpointEnabled": bool(inputs.get("dataEndpointEnabled")),
        "encryption": bool(inputs.get("encryption")),
    }
    for name, asked in wanted.items():
        if asked:
            yield Problem(name, f"needs SKU Premium, but the registry's is {sku['name']}")


def registry_outputs(request: Request) -> Values:
    host = f"{request.name.lower()}.azurecr.io"
    region = str(request.inputs.get("location", "")).replace(" ", "").lower()
    data = (
        [f"{request.name.lower()}.{region}.data.azurecr.io"]
        if request.inputs.get("dataEndpointEnabled")
        else []
    )
    name = request.at("sku.name")
    return {
        "loginServer": host,
        "dataEndpointHostNames": data,
        "creationDate": "2026-01-01T00:00:00.0000000Z",
        "privateEndpointConnections": [],
        "sku": {"name": name, "tier": name},
    }


def credentials(subscription: Subscription, arguments: Values, scope: str) -> Values:
    identifier = (
        f"{scope}/resourceGroups/{arguments['resourceGroupName']}/providers/Microsoft.ContainerRegistry/registries/"
        f"{arguments['registryName']}"
    )
    registry = subscription.get(identifier)
    if registry is None:
        raise ArmError(404, "ResourceNotFound", f"The Resource '{identifier}' was not found.")
    if not registry.inputs.get("adminUserEnabled"):
        raise ArmError(
            400, "UnAuthorizedForCredentialOperations", f"Admin user is disabled on registry {registry.name}."
        )
    made = [
        base64.b64encode(subscription.redactor.derive(f"{identifier.lower()}:{n}", 39)).decode()
        for n in (1, 2)
    ]
    passwords = [
        {"name": name, "value": value} for name, value in zip(("password", "password2"), made, strict=True)
    ]
    return {"username": registry.name, "passwords": passwords}
