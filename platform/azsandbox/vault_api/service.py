"""Key Vault's REST operations: keys (get, encrypt, decrypt, wrap, unwrap) and secrets (set, get).

Source: REST specification of Microsoft.KeyVault, data plane; the challenge: learn.microsoft.com,
azure/key-vault/general/authentication-requests-and-responses.
"""

from __future__ import annotations

import base64

from azsandbox.access.decisions import Need
from azsandbox.arm import ids
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api import names
from azsandbox.arm_api.access import Access
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.tokens import Tokens
from azsandbox.arm_api.wire import Answer, Call, Values, not_modelled
from azsandbox.errors import ArmError
from azsandbox.vault_api.keys import Keys
from azsandbox.vault_api.secrets import Secrets

_VAULTS, _KEYS = "Microsoft.KeyVault/vaults", "Microsoft.KeyVault/vaults/keys"
_SECRETS = {
    "PUT": "Microsoft.KeyVault/vaults/secrets/setSecret/action",
    "GET": "Microsoft.KeyVault/vaults/secrets/getSecret/action",
}
_ACTIONS = {
    "encrypt": "encrypt/action",
    "decrypt": "decrypt/action",
    "wrapkey": "wrap/action",
    "unwrapkey": "unwrap/action",
}
_OPERATIONS = {"encrypt": "encrypt", "decrypt": "decrypt", "wrapkey": "encrypt", "unwrapkey": "decrypt"}

OPERATIONS = ("Get Key", "Encrypt", "Decrypt", "Wrap Key", "Unwrap Key", "Set Secret", "Get Secret")


class VaultService:
    """One host name per vault: `<vault>.vault.azure.net`."""

    def __init__(
        self, resources: Resources, tokens: Tokens, keys: Keys, access: Access, *, base: str
    ) -> None:
        self._resources = resources
        self._access = access
        self._tokens = tokens
        self._keys = keys
        self._secrets = Secrets()
        self._base = base

    def serve(self, call: Call) -> Answer:
        authorization = call.headers.get("authorization", "")
        if not authorization:
            return self._challenge()
        claims = self._tokens.check(authorization, {names.VAULT_AUDIENCE})
        vault = self._vault(call.host.removesuffix(names.VAULT))
        kind, _, rest = call.path.strip("/").partition("/")
        parts = rest.split("/")
        if kind == "secrets" and rest and call.method in _SECRETS:
            return self._secret(call, vault, claims, parts)
        if kind != "keys" or not rest:
            return not_modelled(call)
        key = self._resources.subscription.get(f"{vault.id}/keys/{parts[0]}")
        if key is None:
            raise ArmError(
                404,
                "KeyNotFound",
                f"A key with (name/id) {parts[0]} was not found in this key vault. If you recently deleted "
                "this key you may be able to recover it using the correct recovery command.",
            )
        operation = parts[-1].lower()
        known = call.method == "POST" and operation in _OPERATIONS
        verb = _ACTIONS[operation] if known else "read"
        self._access.require_vault(claims, Need(action=f"{_KEYS}/{verb}", scope=key.id, data=True))
        if call.method == "POST" and operation in _OPERATIONS:
            return self._operate(call, key, operation)
        if call.method == "GET":
            return Answer(200, self._bundle(key))
        return not_modelled(call)

    def _secret(self, call: Call, vault: Resource, claims: Values, parts: list[str]) -> Answer:
        scope = f"{vault.id}/secrets/{parts[0]}"
        self._access.require_vault(claims, Need(action=_SECRETS[call.method], scope=scope, data=True))
        if call.method == "PUT":
            return Answer(200, self._secrets.put(call.host, parts[0], call.json()))
        return Answer(200, self._secrets.get(call.host, parts[0], "".join(parts[1:2])))

    def _challenge(self) -> Answer:
        tenant = self._tokens.tenant
        challenge = f'Bearer authorization="{self._base}/{tenant}", resource="{names.VAULT_AUDIENCE}"'
        error = {"code": "Unauthorized", "message": "AKV10000: Request is missing a Bearer or PoP token."}
        return Answer(401, {"error": error}, {"WWW-Authenticate": challenge})

    def _vault(self, name: str) -> Resource:
        vaults = self._resources.subscription.of_kind(_VAULTS)
        vault = next((vault for vault in vaults if vault.name.lower() == name.lower()), None)
        if vault is None:
            raise ArmError(404, "VaultNotFound", f"The vault '{name}' does not exist.")
        return vault

    def _operate(self, call: Call, key: Resource, operation: str) -> Answer:
        properties: Values = key.inputs.get("properties") or {}
        allowed = [str(name).lower() for name in properties.get("keyOps") or list(_OPERATIONS)]
        if operation not in allowed:
            raise ArmError(
                403, "Forbidden", f"Operation {operation} is not permitted on this key: keyOps has {allowed}."
            )
        body = call.json()
        value = _decoded(str(body.get("value", "")))
        private = self._keys.key(*_address_of(key), int(properties.get("keySize") or 2048))
        action = self._keys.encrypt if _OPERATIONS[operation] == "encrypt" else self._keys.decrypt
        result = action(private, str(body.get("alg", "")), value)
        return Answer(200, {"kid": _identifier(key), "value": _encoded(result)})

    def _bundle(self, key: Resource) -> Values:
        properties: Values = key.inputs.get("properties") or {}
        private = self._keys.key(*_address_of(key), int(properties.get("keySize") or 2048))
        numbers = private.public_key().public_numbers()
        return {
            "key": {
                "kid": _identifier(key),
                "kty": properties.get("kty", "RSA"),
                "key_ops": properties.get("keyOps") or [],
                "n": _encoded(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8)),
                "e": _encoded(numbers.e.to_bytes(3)),
            },
            "attributes": {"enabled": True, "recoveryLevel": "Recoverable"},
        }


def _identifier(key: Resource) -> str:
    outputs: Values = key.outputs
    properties: Values = outputs.get("properties") or {}
    return str(outputs.get("keyUriWithVersion") or properties.get("keyUriWithVersion"))


def _address_of(key: Resource) -> tuple[str, str, str]:
    """Vault, name and version."""
    vault = ids.parse(key.id).names[0].lower()
    return vault, key.name.lower(), _identifier(key).rpartition("/")[2]


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:  # not ASCII, or not Base64
        raise ArmError(
            400, "BadParameter", "Property value has invalid value: it is not Base64Url."
        ) from None


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
