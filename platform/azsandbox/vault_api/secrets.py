"""Key Vault's secrets: set and get. Values stay in the memory of the session, and are in no file.

Source: REST specification of Microsoft.KeyVault, data plane, secrets (Set Secret, Get Secret).
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from azsandbox.arm_api.wire import Values
from azsandbox.errors import ArmError


@dataclass(frozen=True)
class _Version:
    id: str
    value: str
    content_type: str
    created: int


class Secrets:
    """The versions of each secret, newest last."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], list[_Version]] = {}

    def put(self, host: str, name: str, body: Values) -> Values:
        """Adds a version; 400 without a value."""
        if not isinstance(body.get("value"), str):
            raise ArmError(400, "BadParameter", "Property value is required.")
        version = _Version(
            id=f"https://{host}/secrets/{name}/{secrets.token_hex(16)}",
            value=body["value"],
            content_type=str(body.get("contentType") or ""),
            created=int(time.time()),
        )
        self._versions.setdefault((host, name.lower()), []).append(version)
        return _bundle(version)

    def get(self, host: str, name: str, version: str) -> Values:
        """The named version, or the newest; 404 if there is none."""
        versions = self._versions.get((host, name.lower()), [])
        matching = [each for each in versions if not version or each.id.endswith(f"/{version}")]
        if not matching:
            raise ArmError(
                404,
                "SecretNotFound",
                f"A secret with (name/id) {name} was not found in this key vault. If you recently deleted "
                "this secret you may be able to recover it using the correct recovery command.",
            )
        return _bundle(matching[-1])


def _bundle(version: _Version) -> Values:
    attributes = {"enabled": True, "created": version.created, "updated": version.created}
    bundle: Values = {"value": version.value, "id": version.id, "attributes": attributes}
    return bundle | ({"contentType": version.content_type} if version.content_type else {})
