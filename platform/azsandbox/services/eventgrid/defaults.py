"""What Event Grid fills in where a request says nothing, as recordings of 2019 to 2024 answer it."""

from __future__ import annotations

from typing import Any

TOPIC: dict[str, Any] = {
    "disableLocalAuth": False,
    "inboundIpRules": [],
    "inputSchema": "EventGridSchema",
    "privateEndpointConnections": [],
    "publicNetworkAccess": "Enabled",
}
