"""What Event Hubs refuses, by tier.

Sources, 2026-12-01: learn.microsoft.com/azure/event-hubs, pages event-hubs-quotas, compare-tiers,
event-hubs-faq, event-hubs-capture-overview, event-hubs-auto-inflate; terraform-provider-azurerm,
internal/services/eventhub; REST specification of Microsoft.EventHub.
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN

_MOST_PARTITIONS = {"Basic": 32, "Standard": 32, "Premium": 100, "Dedicated": 1024}
_LONGEST_RETENTION = {"Basic": 24, "Standard": 168, "Premium": 2160, "Dedicated": 2160}  # hours
_MOST_GROUPS = {"Basic": 1, "Standard": 20, "Premium": 100, "Dedicated": 1000}
_MOST_HUBS = {"Basic": 10, "Standard": 10, "Premium": 100, "Dedicated": 1000}  # Premium: per processing unit
_MOST_UNITS = {"Basic": 40, "Standard": 40, "Premium": 16}
_MOST_AUTOMATIC_UNITS = 40
_HUBS, _GROUPS = (
    "Microsoft.EventHub/namespaces/eventhubs",
    "Microsoft.EventHub/namespaces/eventhubs/consumergroups",
)
_DEFAULT_GROUP = "$default"


def _text(value: object) -> str:
    return value.lower() if isinstance(value, str) else ""


def sku_within_tier_limits(inputs: Values) -> Iterator[Problem]:
    name, tier = walk.value(inputs, "sku.name"), walk.value(inputs, "sku.tier")
    if not isinstance(name, str):
        return
    capacity = walk.value(inputs, "sku.capacity")
    if isinstance(tier, str) and tier.lower() != name.lower():
        yield Problem("sku.tier", f"{tier!r} differs from sku.name {name!r}")
    most = _MOST_UNITS.get(name.capitalize())
    if isinstance(capacity, (int, float)) and most and not 1 <= capacity <= most:
        yield Problem("sku.capacity", f"{capacity:g} is not between 1 and {most}")


def features_supported_by_tier(inputs: Values) -> Iterator[Problem]:
    name = _text(walk.value(inputs, "sku.name"))
    if name == "basic" and _text(inputs.get("publicNetworkAccess")) == "disabled":
        yield Problem(
            "publicNetworkAccess", "can't be Disabled in tier Basic, which supports no private endpoint"
        )
    if name == "basic" and inputs.get("kafkaEnabled") is True:
        yield Problem(
            "kafkaEnabled", "needs tier Standard or Premium: Basic does not speak Kafka (compare tiers)"
        )
    if name in ("basic", "premium") and inputs.get("isAutoInflateEnabled") is True:
        yield Problem("isAutoInflateEnabled", "needs tier Standard")
    dedicated = inputs.get("clusterArmId") is not None
    if (
        name in ("basic", "standard")
        and not dedicated
        and inputs.get("encryption") not in (None, {}, UNKNOWN)
    ):
        yield Problem(
            "encryption", "a customer's key needs tier Premium or a dedicated cluster (compare tiers)"
        )


def automatic_units_are_possible(inputs: Values) -> Iterator[Problem]:
    most, capacity = inputs.get("maximumThroughputUnits"), walk.value(inputs, "sku.capacity")
    inflates = inputs.get("isAutoInflateEnabled")
    if not isinstance(most, (int, float)) or inflates is UNKNOWN:
        if inflates is True and most is None:
            yield Problem("maximumThroughputUnits", "is required with isAutoInflateEnabled")
        return
    if inflates is not True:
        if most:
            yield Problem("maximumThroughputUnits", f"{most:g} needs isAutoInflateEnabled")
        return
    least = capacity if isinstance(capacity, (int, float)) else 1
    if not least <= most <= _MOST_AUTOMATIC_UNITS:
        yield Problem(
            "maximumThroughputUnits",
            f"{most:g} is not between {least:g}, the capacity, and {_MOST_AUTOMATIC_UNITS} (auto-inflate)",
        )


def key_is_named(inputs: Values) -> Iterator[Problem]:
    own = walk.value(inputs, "identity.userAssignedIdentities")
    identities = {ids.key(str(identity)) for identity in own} if isinstance(own, (list, dict)) else set[str]()
    uncertain = own is UNKNOWN or (isinstance(own, list) and UNKNOWN in own)
    for path, key in walk.objects(inputs, "encryption.keyVaultProperties[]"):
        for name in ("keyName", "keyVaultUri"):
            if key.get(name) in (None, ""):
                yield Problem(f"{path}.{name}", "is required: a key is named by vault and name")
        user = walk.value(key, "identity.userAssignedIdentity")
        if isinstance(user, str) and not uncertain and ids.key(user) not in identities:
            yield Problem(
                f"{path}.identity.userAssignedIdentity",
                f"{user!r:.120} is not among identity.userAssignedIdentities of the namespace",
            )


def rules_need_tier_standard(request: Request) -> None:
    wanted = _text(request.at("defaultAction")) == "deny" or bool(
        request.at("ipRules") or request.at("virtualNetworkRules")
    )
    if wanted and tier_of(request) == "Basic":
        raise bad_request("Tier Basic supports no network rules: use Standard or Premium.")


def partitions_are_countable(inputs: Values) -> Iterator[Problem]:
    partitions, most = inputs.get("partitionCount"), max(_MOST_PARTITIONS.values())
    if isinstance(partitions, (int, float)) and not 1 <= partitions <= most:
        yield Problem("partitionCount", f"{partitions:g} is not between 1 and {most}, the most of any tier")


def partitions_within_tier_limit(request: Request) -> None:
    tier, partitions = tier_of(request), request.at("partitionCount")
    most = _MOST_PARTITIONS[tier]
    if isinstance(partitions, (int, float)) and not 1 <= partitions <= most:
        raise bad_request(f"PartitionCount {partitions:g} is not between 1 and {most} in tier {tier}.")
    before = request.existing.inputs.get("partitionCount") if request.existing else None
    if isinstance(before, (int, float)) and isinstance(partitions, (int, float)):
        if partitions < before:
            raise bad_request(f"PartitionCount can't be decreased from {before:g} to {partitions:g}.")
        if partitions > before and tier in ("Basic", "Standard"):
            raise bad_request(
                f"PartitionCount can't be changed in tier {tier}: only Premium can add partitions."
            )


def retention_is_described_once(inputs: Values) -> Iterator[Problem]:
    policy = _text(walk.value(inputs, "retentionDescription.cleanupPolicy"))
    hours = walk.value(inputs, "retentionDescription.retentionTimeInHours")
    tombstones = walk.value(inputs, "retentionDescription.tombstoneRetentionTimeInHours")
    if policy == "compact" and hours is not None:
        yield Problem(
            "retentionDescription.retentionTimeInHours",
            "is for cleanupPolicy Delete: a compacted hub has no end",
        )
    if policy == "delete" and tombstones is not None:
        yield Problem("retentionDescription.tombstoneRetentionTimeInHours", "is for cleanupPolicy Compact")
    days = inputs.get("messageRetentionInDays")
    if isinstance(days, (int, float)) and isinstance(hours, (int, float)) and hours != days * 24:
        yield Problem(
            "messageRetentionInDays",
            f"{days:g} days contradict retentionDescription, {hours:g} hours: set one",
        )


def retention_within_tier_limit(request: Request) -> None:
    tier, days = tier_of(request), request.at("messageRetentionInDays")
    if _text(request.at("retentionDescription.cleanupPolicy")) == "compact":
        if tier == "Basic":
            raise bad_request("Tier Basic supports no log compaction: use Standard or Premium.")
        return
    hours = request.at("retentionDescription.retentionTimeInHours")
    if not isinstance(hours, int | float):
        hours = days * 24 if isinstance(days, int | float) else 24
    longest = _LONGEST_RETENTION[tier]
    if not 1 <= hours <= longest:
        raise bad_request(f"A retention of {hours:g} hours is not between 1 and {longest} in tier {tier}.")


def hub_within_tier_quota(request: Request) -> None:
    tier, namespace = tier_of(request), _namespace_id(request.id)
    hubs = [
        hub
        for hub in request.subscription.of_kind(_HUBS)
        if ids.below(hub.id, namespace) and ids.key(hub.id) != ids.key(request.id)
    ]
    most = _MOST_HUBS[tier] * (_capacity(request) if tier == "Premium" else 1)
    if request.existing is None and len(hubs) >= most:
        raise ArmError(409, "Conflict", f"The namespace has {len(hubs)} event hubs, the most of tier {tier}.")


def status_can_be_set(request: Request) -> None:
    if request.existing is None and request.inputs.get("status") == "SendDisabled":
        raise bad_request("Status SendDisabled can only be set on an event hub that exists.")


def consumer_group_supported_by_tier(request: Request) -> None:
    tier, own = tier_of(request), request.name.lower() == _DEFAULT_GROUP
    if tier == "Basic" and not own:
        raise bad_request("Tier Basic supports no consumer group other than $Default.")
    hub = ids.parent_of(request.id) or ""
    others = [
        group
        for group in request.subscription.of_kind(_GROUPS)
        if ids.below(group.id, hub)
        and ids.key(group.id) != ids.key(request.id)
        and group.name.lower() != _DEFAULT_GROUP
    ]
    if request.existing is None and not own and len(others) + 1 >= _MOST_GROUPS[tier]:
        raise ArmError(
            409,
            "MessagingGatewayTooManyConsumerGroups",
            f"The event hub has {_MOST_GROUPS[tier]} consumer groups with $Default, the most of tier {tier}.",
        )


def tier_of(request: Request) -> str:
    """The tier of the namespace that a resource belongs to; Dedicated in a cluster."""
    inputs = _namespace(request)
    if inputs.get("clusterArmId") is not None:
        return "Dedicated"
    name = _text(walk.value(inputs, "sku.name")).capitalize()
    return name if name in _MOST_PARTITIONS else "Standard"


def _namespace(request: Request) -> Values:
    namespace = request.subscription.get(_namespace_id(request.id))
    return namespace.inputs if namespace else {}


def _namespace_id(identifier: str) -> str:
    """The id of the namespace above, in whatever case the types are written."""
    lowered = identifier.lower()
    for segment in ("/eventhubs/", "/networkrulesets/"):
        start = lowered.rfind(segment)
        if start > 0:
            return identifier[:start]
    return identifier


def _capacity(request: Request) -> int:
    capacity = walk.value(_namespace(request), "sku.capacity")
    return int(capacity) if isinstance(capacity, (int, float)) else 1


def bad_request(message: str) -> ArmError:
    return ArmError(400, "BadRequest", message)
