"""What Event Hubs and Event Grid refuse."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError

NAMESPACE = {"resourceGroupName": "rg", "namespaceName": "evhns-one"}


def namespace(azure: Any, tier: str = "Standard") -> None:
    azure.make("eventhub:Namespace", **NAMESPACE, location="westeurope", sku={"name": tier, "tier": tier})


def test_the_smallest_tier_has_no_private_network(azure: Any) -> None:
    (found,) = azure.errors(
        "eventhub:Namespace",
        **NAMESPACE,
        publicNetworkAccess="Disabled",
        sku={"name": "Basic", "tier": "Basic"},
    )
    assert "publicNetworkAccess can't be Disabled in tier Basic" in found


def test_tier_and_name_of_a_sku_are_one_thing(azure: Any) -> None:
    (found,) = azure.errors("eventhub:Namespace", **NAMESPACE, sku={"name": "Standard", "tier": "Premium"})
    assert "sku.tier 'Premium' differs" in found


@pytest.mark.parametrize(
    ("tier", "shape", "fits"),
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
    azure: Any, tier: str, shape: dict[str, Any], fits: bool
) -> None:
    namespace(azure, tier)
    hub = {**NAMESPACE, "eventHubName": "hub", **shape}
    if fits:
        assert azure.make("eventhub:EventHub", **hub).outputs["status"] == "Active"
    else:
        assert azure.refusal("eventhub:EventHub", **hub) == "BadRequest"


def test_the_smallest_tier_has_one_consumer_group(azure: Any) -> None:
    namespace(azure, "Basic")
    azure.make("eventhub:EventHub", **NAMESPACE, eventHubName="hub")
    group = {**NAMESPACE, "eventHubName": "hub", "consumerGroupName": "mine"}
    assert azure.refusal("eventhub:ConsumerGroup", **group) == "BadRequest"


TOPIC = {
    "resourceGroupName": "rg",
    "systemTopicName": "evgt-one",
    "topicType": "Microsoft.Storage.StorageAccounts",
}


def topic(source: str, **more: Any) -> dict[str, Any]:
    identity = {"type": "SystemAssigned"}
    return {**TOPIC, "source": source, "location": "westeurope", "identity": identity, **more}


def test_a_topic_is_of_its_sources_type_and_region_and_the_only_one(azure: Any) -> None:
    account = azure.storage(location="westeurope").id
    token = "eventgrid:SystemTopic"
    assert azure.refusal(token, **topic(account, location="eastus2")) == "InvalidRequest"
    assert azure.refusal(token, **topic(account, topicType="Microsoft.KeyVault.Vaults")) == "InvalidRequest"
    made = azure.make(token, **topic(account))
    assert made.outputs["identity"]["principalId"]
    assert azure.refusal(token, **topic(account, systemTopicName="evgt-two")) == "InvalidRequest"


def subscription(
    account: str, queue: str = "landing", identity: str = "SystemAssigned", **more: Any
) -> dict[str, Any]:
    target = {"endpointType": "StorageQueue", "resourceId": account, "queueName": queue}
    return {
        "resourceGroupName": "rg",
        "systemTopicName": "evgt-one",
        "eventSubscriptionName": "complete",
        "deliveryWithResourceIdentity": {"identity": {"type": identity}, "destination": target},
        **more,
    }


@pytest.fixture
def account(azure: Any) -> str:
    """An account behind a firewall with a queue and a topic."""
    made = azure.storage(location="westeurope", networkRuleSet={"defaultAction": "Deny"}).id
    azure.make("storage:Queue", resourceGroupName="rg", accountName="stone", queueName="landing")
    azure.make("eventgrid:SystemTopic", **topic(made))
    return str(made)


SUBSCRIPTION = "eventgrid:SystemTopicEventSubscription"


def test_a_subscription_delivers_to_a_queue_as_its_topic(azure: Any, account: str) -> None:
    azure.make(SUBSCRIPTION, **subscription(account))


def test_a_queue_or_container_that_is_not_there_is_refused(azure: Any, account: str) -> None:
    assert azure.refusal(SUBSCRIPTION, **subscription(account, queue="lost")) == "InvalidRequest"
    lost = {"endpointType": "StorageBlob", "resourceId": account, "blobContainerName": "lost"}
    own = {"identity": {"type": "SystemAssigned"}, "deadLetterDestination": lost}
    assert (
        azure.refusal(SUBSCRIPTION, **subscription(account, deadLetterWithResourceIdentity=own))
        == "InvalidRequest"
    )


@pytest.mark.parametrize(("closed", "words"), [("Deny", "system-assigned identity through"), ("Allow", "")])
def test_a_firewall_lets_no_user_assigned_identity_of_a_topic_through(
    azure: Any, closed: str, words: str
) -> None:
    user = azure.identity().id
    account = azure.storage(location="westeurope", networkRuleSet={"defaultAction": closed}).id
    azure.make("storage:Queue", resourceGroupName="rg", accountName="stone", queueName="landing")
    own = {"type": "UserAssigned", "userAssignedIdentities": {user: {}}}
    azure.make("eventgrid:SystemTopic", **topic(account, identity=own))
    request = subscription(account, identity="UserAssigned")
    request["deliveryWithResourceIdentity"]["identity"]["userAssignedIdentity"] = user
    if words:
        with pytest.raises(ArmError, match=words):
            azure.make(SUBSCRIPTION, **request)
    else:
        azure.make(SUBSCRIPTION, **request)


def test_a_topic_delivers_as_no_identity_that_it_does_not_have(azure: Any) -> None:
    account = azure.storage(location="westeurope").id
    azure.make("storage:Queue", resourceGroupName="rg", accountName="stone", queueName="landing")
    azure.make("eventgrid:SystemTopic", **topic(account, identity={"type": "None"}))
    assert azure.refusal(SUBSCRIPTION, **subscription(account)) == "InvalidRequest"


def test_a_subscription_says_once_where_to_and_tries_for_a_day_at_most(azure: Any, account: str) -> None:
    both = subscription(
        account, destination={"endpointType": "StorageQueue", "resourceId": account, "queueName": "q"}
    )
    assert any("give one of the two" in one for one in azure.errors(SUBSCRIPTION, **both))
    none = {**subscription(account), "deliveryWithResourceIdentity": None}
    assert any("destination is missing" in one for one in azure.errors(SUBSCRIPTION, **none))
    late = subscription(account, retryPolicy={"eventTimeToLiveInMinutes": 1441})
    assert any("1441 is not between 1 and 1440" in one for one in azure.errors(SUBSCRIPTION, **late))
