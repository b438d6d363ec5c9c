"""What Event Hubs refuses, by tier.

Source: learn.microsoft.com/azure/event-hubs/event-hubs-quotas and …/compare-tiers.
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_PARTITIONS = {"Basic": 32, "Standard": 32, "Premium": 100, "Dedicated": 1024}
_HOURS = {"Basic": 24, "Standard": 168, "Premium": 2160, "Dedicated": 2160}
_UNITS = {"Basic": 40, "Standard": 40, "Premium": 16}


def shape_of_namespace(inputs: Values) -> Iterator[Problem]:
    sku = inputs.get("sku")
    if not isinstance(sku, dict) or not isinstance(sku.get("name"), str):
        return
    name, capacity = sku["name"], sku.get("capacity")
    if isinstance(sku.get("tier"), str) and sku["tier"] != name:
        yield Problem("sku.tier", f"{sku['tier']!r} differs from sku.name {name!r}")
    most = _UNITS.get(name)
    if isinstance(capacity, int) and most and not 1 <= capacity <= most:
        yield Problem("sku.capacity", f"{capacity} is not between 1 and {most}")
    if name == "Basic" and inputs.get("publicNetworkAccess") == "Disabled":
        yield Problem(
            "publicNetworkAccess", "can't be Disabled in tier Basic, which takes no private endpoint"
        )
    if name == "Basic" and inputs.get("isAutoInflateEnabled"):
        yield Problem("isAutoInflateEnabled", "needs tier Standard")


def fits_its_tier(request: Request) -> None:
    """Partitions and retention are bounded by the namespace's tier."""
    tier = _tier(request)
    partitions = request.at("partitionCount")
    if isinstance(partitions, int) and not 1 <= partitions <= _PARTITIONS[tier]:
        raise _bad(f"PartitionCount {partitions} is not between 1 and {_PARTITIONS[tier]} in tier {tier}.")
    days, hours = (
        request.at("messageRetentionInDays"),
        request.at("retentionDescription.retentionTimeInHours"),
    )
    asked = hours if isinstance(hours, int | float) else days * 24 if isinstance(days, int | float) else 24
    if not 1 <= asked <= _HOURS[tier]:
        raise _bad(f"A retention of {asked:g} hours is not between 1 and {_HOURS[tier]} in tier {tier}.")


def more_than_the_default_group(request: Request) -> None:
    if _tier(request) == "Basic" and request.name != "$Default":
        raise _bad("Tier Basic has no consumer group but $Default.")


def _tier(request: Request) -> str:
    namespace = request.subscription.get(request.id.split("/eventhubs/")[0])
    sku = namespace.inputs.get("sku") if namespace else None
    name = sku.get("name") if isinstance(sku, dict) else None
    return name if name in _PARTITIONS else "Standard"


def _bad(message: str) -> ArmError:
    return ArmError(400, "BadRequest", message)


def hub_outputs(request: Request) -> Values:
    partitions = request.at("partitionCount")
    count = partitions if isinstance(partitions, int) else 4
    return {"status": "Active", "partitionIds": [str(number) for number in range(count)]}
