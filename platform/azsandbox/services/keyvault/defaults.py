"""What Key Vault fills in where a request says nothing, as recordings of 2022 to 2024 answer it."""

from __future__ import annotations

from typing import Any

VAULT: dict[str, Any] = {
    "properties.enableSoftDelete": True,
    "properties.enabledForDeployment": False,
    "properties.publicNetworkAccess": "Enabled",
}
SECRET: dict[str, Any] = {"properties.attributes.enabled": True}
KEY: dict[str, Any] = {
    "attributes.enabled": True,
    "attributes.exportable": False,
    "rotationPolicy.lifetimeActions": [
        {"action": {"type": "Notify"}, "trigger": {"timeBeforeExpiry": "P30D"}}
    ],
}
