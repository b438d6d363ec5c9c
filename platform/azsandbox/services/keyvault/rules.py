"""What Key Vault refuses, and the addresses that it gives."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import identities, ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

RETENTION = range(7, 91)


def shape_of_vault(inputs: Values) -> Iterator[Problem]:
    properties = inputs.get("properties")
    if not isinstance(properties, dict):
        return
    days = properties.get("softDeleteRetentionInDays")
    if isinstance(days, int) and days not in RETENTION:
        yield Problem("properties.softDeleteRetentionInDays", f"is {days}, but must be 7 to 90")
    if properties.get("enablePurgeProtection") is False:
        yield Problem("properties.enablePurgeProtection", "can't be false: leave it out or set it to true")
    if properties.get("enableRbacAuthorization") and properties.get("accessPolicies"):
        yield Problem(
            "properties.accessPolicies", "have no effect with enableRbacAuthorization", warning=True
        )


def no_purge_protection_undone(request: Request) -> None:
    if request.existing is None:
        return
    before, after = request.existing.inputs.get("properties", {}), request.inputs.get("properties", {})
    if before.get("enablePurgeProtection") and not after.get("enablePurgeProtection"):
        raise ArmError(
            400,
            "BadRequest",
            'The property "enablePurgeProtection" cannot be set to false. Enabling it is irreversible.',
        )
    old, new = before.get("softDeleteRetentionInDays"), after.get("softDeleteRetentionInDays")
    if old is not None and new is not None and old != new:
        raise ArmError(
            400,
            "BadRequest",
            'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.',
        )


def purge_protected(inputs: Values) -> bool:
    return bool(inputs.get("properties", {}).get("enablePurgeProtection"))


def wants_recovery(inputs: Values) -> bool:
    return str(inputs.get("properties", {}).get("createMode", "")).lower() == "recover"


def vault_outputs(request: Request) -> Values:
    properties = {key: value for key, value in request.inputs["properties"].items() if key != "createMode"}
    return {
        "properties": {
            **properties,
            "vaultUri": f"https://{request.name.lower()}.vault.azure.net/",
            "provisioningState": "Succeeded",
            "hsmPoolResourceId": "",
            "privateEndpointConnections": [],
        }
    }


def secret_outputs(request: Request) -> Values:
    vault = ids.parse(request.id).names[0].lower()
    uri = f"https://{vault}.vault.azure.net/secrets/{request.name}"
    version = identities.made_up("secret version", request.id).replace("-", "")
    kept = {key: value for key, value in request.inputs["properties"].items() if key != "value"}
    return {"properties": {**kept, "secretUri": uri, "secretUriWithVersion": f"{uri}/{version}"}}


def key_outputs(request: Request) -> Values:
    vault = ids.parse(request.id).names[0].lower()
    uri = f"https://{vault}.vault.azure.net/keys/{request.name}"
    version = identities.made_up("key version", request.id).replace("-", "")
    return {"keyUri": uri, "keyUriWithVersion": f"{uri}/{version}", **request.inputs["properties"]}
