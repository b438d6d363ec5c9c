"""What Event Hubs fills in where a request says nothing, as recordings of 2018 to 2023 answer it."""

from __future__ import annotations

from typing import Any

NAMESPACE: dict[str, Any] = {
    "disableLocalAuth": False,
    "isAutoInflateEnabled": False,
    "maximumThroughputUnits": 0,
    "minimumTlsVersion": "1.2",
    "publicNetworkAccess": "Enabled",
    "sku.capacity": 1,
}
NETWORK_RULE_SET: dict[str, Any] = {"ipRules": [], "virtualNetworkRules": []}
