"""Event Hubs: what each tier supports."""

from __future__ import annotations

from typing import Any

import pytest

NAMESPACE = {"resourceGroupName": "rg", "namespaceName": "evhns-one"}


def namespace(azure: Any, tier: str = "Standard") -> None:
    azure.make("eventhub:Namespace", **NAMESPACE, location="westeurope", sku={"name": tier, "tier": tier})


def test_the_smallest_tier_has_no_private_network(azure: Any) -> None:
    (problem,) = azure.errors(
        "eventhub:Namespace",
        **NAMESPACE,
        publicNetworkAccess="Disabled",
        sku={"name": "Basic", "tier": "Basic"},
    )
    assert "publicNetworkAccess can't be Disabled in tier Basic" in problem


def test_tier_and_name_of_a_sku_are_the_same(azure: Any) -> None:
    (problem,) = azure.errors("eventhub:Namespace", **NAMESPACE, sku={"name": "Standard", "tier": "Premium"})
    assert "sku.tier 'Premium' differs" in problem


def test_the_capacity_is_bounded_by_the_tier(azure: Any) -> None:
    sku = {"name": "Premium", "tier": "Premium", "capacity": 17}
    assert azure.errors("eventhub:Namespace", **NAMESPACE, sku=sku) == [
        "sku.capacity 17 is not between 1 and 16"
    ]


@pytest.mark.parametrize(
    ("tier", "hub", "accepted"),
    [
        ("Standard", {"partitionCount": 32}, True),
        ("Standard", {"partitionCount": 33}, False),
        ("Premium", {"partitionCount": 33}, True),
        ("Basic", {"messageRetentionInDays": 2}, False),
        (
            "Standard",
            {"retentionDescription": {"cleanupPolicy": "Delete", "retentionTimeInHours": 168}},
            True,
        ),
        (
            "Standard",
            {"retentionDescription": {"cleanupPolicy": "Delete", "retentionTimeInHours": 169}},
            False,
        ),
    ],
)
def test_partitions_and_retention_are_bounded_by_the_tier(
    azure: Any, tier: str, hub: dict[str, Any], accepted: bool
) -> None:
    namespace(azure, tier)
    inputs = {**NAMESPACE, "eventHubName": "hub", **hub}
    if accepted:
        assert azure.make("eventhub:EventHub", **inputs).outputs["status"] == "Active"
    else:
        assert azure.refusal("eventhub:EventHub", **inputs) == "BadRequest"


def test_the_smallest_tier_has_one_consumer_group(azure: Any) -> None:
    namespace(azure, "Basic")
    azure.make("eventhub:EventHub", **NAMESPACE, eventHubName="hub")
    group = {**NAMESPACE, "eventHubName": "hub", "consumerGroupName": "mine"}
    assert azure.refusal("eventhub:ConsumerGroup", **group) == "BadRequest"
