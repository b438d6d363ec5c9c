"""What namespaces and hubs report."""

from __future__ import annotations

from typing import Any

from azsandbox.arm.model import Request, Values

_DEFAULT_PARTITIONS = 4


def namespace(request: Request) -> Values:
    sku: Values = {**(request.inputs.get("sku") or {"name": "Standard"})}
    sku.setdefault("tier", sku.get("name"))
    return {
        "serviceBusEndpoint": f"https://{request.name}.servicebus.windows.net:443/",
        "status": "Active",
        "sku": sku,
        "kafkaEnabled": sku.get("name") != "Basic",
    }


def event_hub(request: Request) -> Values:
    partitions = request.at("partitionCount")
    count = partitions if isinstance(partitions, int) else _DEFAULT_PARTITIONS
    return {
        **_retention(request.at("retentionDescription")),
        "status": "Active",
        "partitionCount": count,
        "partitionIds": [str(number) for number in range(count)],
    }


def _retention(retention: Any) -> Values:
    """Events that are deleted are kept for a day where nothing else is said (recorded on 2023-04-19)."""
    if not isinstance(retention, dict) or retention.get("cleanupPolicy") != "Delete":
        return {}
    if retention.get("retentionTimeInHours") is not None:
        return {}
    return {"retentionDescription": {**retention, "retentionTimeInHours": 24}, "messageRetentionInDays": 1}
