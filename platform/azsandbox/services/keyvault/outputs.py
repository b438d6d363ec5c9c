"""The addresses of vaults, secrets and keys; a secret's value never comes back."""

from __future__ import annotations

from azsandbox.arm import identities, ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values

_KEY_DEFAULTS: dict[str, Values] = {
    "RSA": {"keySize": 2048, "keyOps": ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"]},
    "EC": {"curveName": "P-256", "keyOps": ["sign", "verify"]},
}


def vault(request: Request) -> Values:
    properties = {key: value for key, value in request.inputs["properties"].items() if key != "createMode"}
    return {
        "properties": {
            **_plain_guids(properties),
            "vaultUri": f"https://{request.name.lower()}.vault.azure.net/",
            "provisioningState": "Succeeded",
            "hsmPoolResourceId": "",
            "privateEndpointConnections": [],
        }
    }


def _plain_guids(properties: Values) -> Values:
    """GUIDs of tenants and applications come back in small letters, object ids as sent (recorded)."""
    policies = properties.get("accessPolicies")
    if isinstance(policies, list):
        policies = [_plain_guids(policy) if isinstance(policy, dict) else policy for policy in policies]
        properties = {**properties, "accessPolicies": policies}
    guids = {name: properties.get(name) for name in ("tenantId", "applicationId")}
    return {**properties, **{name: guid.lower() for name, guid in guids.items() if isinstance(guid, str)}}


def secret(request: Request) -> Values:
    properties = {key: value for key, value in request.inputs["properties"].items() if key != "value"}
    uri, version = _uri(request, "secrets"), _version(request, "secret version")
    return {"properties": {**properties, "secretUri": uri, "secretUriWithVersion": f"{uri}/{version}"}}


def key(request: Request) -> Values:
    uri, version = _uri(request, "keys"), _version(request, "key version")
    properties = request.inputs["properties"]
    kind = str(properties.get("kty") or "").removesuffix("-HSM")
    vault = request.parent
    protected = bool(vault and walk.value(vault.inputs, "properties.enablePurgeProtection"))
    return {
        "attributes": {
            **(properties.get("attributes") or {}),
            "recoveryLevel": "Recoverable" if protected else "Recoverable+Purgeable",
        },
        "keyUri": uri,
        "keyUriWithVersion": f"{uri}/{version}",
        **_KEY_DEFAULTS.get(kind, {}),
        **{name: value for name, value in properties.items() if name != "attributes"},
    }


def _uri(request: Request, collection: str) -> str:
    vault_name = ids.parse(request.id).names[0].lower()
    return f"https://{vault_name}.vault.azure.net/{collection}/{request.name}"


def _version(request: Request, purpose: str) -> str:
    return identities.made_up(purpose, request.id).replace("-", "")
