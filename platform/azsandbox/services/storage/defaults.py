"""What Azure Storage fills in where a request says nothing, as recordings of 2019 to 2025 answer it."""

from __future__ import annotations

from typing import Any

_ENCRYPTED: dict[str, Any] = {"enabled": True, "keyType": "Account"}
ACCOUNT: dict[str, Any] = {
    "allowCrossTenantReplication": False,
    "enableHttpsTrafficOnly": True,
    "encryption.keySource": "Microsoft.Storage",
    **{
        f"encryption.services.{service}.{name}": value
        for service in ("blob", "file")
        for name, value in _ENCRYPTED.items()
    },
    "networkRuleSet.bypass": "AzureServices",
    "networkRuleSet.defaultAction": "Allow",
    "networkRuleSet.ipRules": [],
    "networkRuleSet.virtualNetworkRules": [],
}
_CONTAINER: dict[str, Any] = {
    "defaultEncryptionScope": "$account-encryption-key",
    "deleted": False,
    "denyEncryptionScopeOverride": False,
    "hasImmutabilityPolicy": False,
    "hasLegalHold": False,
    "leaseState": "Available",
    "leaseStatus": "Unlocked",
    "legalHold.hasLegalHold": False,
    "legalHold.tags": [],
    "publicAccess": "None",
    "remainingRetentionDays": 0,
}
SERVICES: dict[str, dict[str, Any]] = {
    "blob": {
        "cors.corsRules": [],
        "deleteRetentionPolicy.enabled": False,
        "deleteRetentionPolicy.allowPermanentDelete": False,
    },
    "file": {"cors.corsRules": []},
    "queue": {"cors.corsRules": []},
    "table": {"cors.corsRules": []},
}
LIFECYCLE: dict[str, Any] = {"policy.rules[].enabled": True}
_QUEUE: dict[str, Any] = {"approximateMessageCount": 0, "metadata": {}}
ITEMS: dict[str, dict[str, Any]] = {"BlobContainer": _CONTAINER, "Queue": _QUEUE}
