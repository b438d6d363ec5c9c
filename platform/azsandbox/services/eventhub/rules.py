"""What Event Hubs refuses, by tier.

Source: learn.microsoft.com/azure/event-hubs/event-hubs-quotas and …/compare-tiers.
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_MOST_PARTITIONS = {"Basic": 32, "Standard": 32, "Premium": 100, "Dedicated": 1024}
_LONGEST_RETENTION = {"Basic": 24, "Standard": 168, "Premium": 2160, "Dedicated": 2160}  # hours
_MOST_UNITS = {"Basic": 40, "Standard": 40, "Premium": 16}


def sku_within_tier_limits(inputs: Values) -> Iterator[Problem]:
    sku = inputs.get("sku")
    if not isinstance(sku, dict) or not isinstance(sku.get("name"), str):
        return
    tier, capacity = sku["name"], sku.get("capacity")
    if isinstance(sku.get("tier"), str) and sku["tier"] != tier:
        yield Problem("sku.tier", f"{sku['tier']!r} differs from sku.name {tier!r}")
    most = _MOST_UNITS.get(tier)
    if isinstance(capacity, int) and most and not 1 <= capacity <= most:
        yield Problem("sku.capacity", f"{capacity} is not between 1 and {most}")


def features_supported_by_tier(inputs: Values) -> Iterator[Problem]:
    sku = inputs.get("sku")
    if not isinstance(sku, dict) or sku.get("name") != "Basic":
        return
    if inputs.get("publicNetworkAccess") == "Disabled":
        yield Problem(
            "publicNetworkAccess", "can't be Disabled in tier Basic, which supports no private endpoint"
        )
    if inputs.get("isAutoInflateEnabled"):
        yield Problem("isAutoInflateEnabled", "needs tier Standard")


def partitions_within_tier_limit(request: Request) -> None:
    tier, partitions = _tier(request), request.at("partitionCount")
    most = _MOST_PARTITIONS[tier]
    if isinstance(partitions, int) and not 1 <= partitions <= most:
        raise _bad_request(f"PartitionCount {partitions} is not between 1 and {most} in tier {tier}.")


def retention_within_tier_limit(request: Request) -> None:
    tier, days = _tier(request), request.at("messageRetentionInDays")
    hours = request.at("retentionDescription.retentionTimeInHours")
    if not isinstance(hours, int | float):
        hours = days * 24 if isinstance(days, int | float) else 24
    longest = _LONGEST_RETENTION[tier]
    if not 1 <= hours <= longest:
        raise _bad_request(f"A retention of {hours:g} hours is not between 1 and {longest} in tier {tier}.")


def consumer_group_supported_by_tier(request: Request) -> None:
    if _tier(request) == "Basic" and request.name != "$Default":
        raise _bad_request("Tier Basic supports no consumer group other than $Default.")


def _tier(request: Request) -> str:
    namespace = request.subscription.get(request.id.split("/eventhubs/")[0])
    sku = namespace.inputs.get("sku") if namespace else None
    name = sku.get("name") if isinstance(sku, dict) else None
    return name if name in _MOST_PARTITIONS else "Standard"


def _bad_request(message: str) -> ArmError:
    return ArmError(400, "BadRequest", message)
