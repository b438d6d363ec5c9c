"""What Container Registry fills in where a request says nothing, as recordings of 2019 to 2024 answer it."""

from __future__ import annotations

from typing import Any

REGISTRY: dict[str, Any] = {
    "adminUserEnabled": False,
    "anonymousPullEnabled": False,
    "dataEndpointEnabled": False,
    "encryption.status": "disabled",
    "networkRuleBypassOptions": "AzureServices",
    "policies.exportPolicy.status": "enabled",
    "policies.quarantinePolicy.status": "disabled",
    "policies.retentionPolicy.days": 7,
    "policies.retentionPolicy.status": "disabled",
    "policies.trustPolicy.status": "disabled",
    "policies.trustPolicy.type": "Notary",
    "publicNetworkAccess": "Enabled",
    "zoneRedundancy": "Disabled",
}
