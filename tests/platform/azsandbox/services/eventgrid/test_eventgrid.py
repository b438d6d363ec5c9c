"""Event Grid: system topics of a source, and subscriptions that deliver as their identity."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.services.authorization import roles

TOPIC = "eventgrid:SystemTopic"
SUBSCRIPTION = "eventgrid:SystemTopicEventSubscription"


def topic(source: str, **changes: Any) -> dict[str, Any]:
    return {
        "resourceGroupName": "rg",
        "systemTopicName": "evgt-one",
        "topicType": "Microsoft.Storage.StorageAccounts",
        "source": source,
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        **changes,
    }


def subscription(
    account: str, queue: str = "landing", identity: str = "SystemAssigned", **changes: Any
) -> dict[str, Any]:
    target = {"endpointType": "StorageQueue", "resourceId": account, "queueName": queue}
    return {
        "resourceGroupName": "rg",
        "systemTopicName": "evgt-one",
        "eventSubscriptionName": "complete",
        "deliveryWithResourceIdentity": {"identity": {"type": identity}, "destination": target},
        **changes,
    }


def test_a_topic_has_the_type_and_the_region_of_its_source_and_is_the_only_one(azure: Any) -> None:
    account = azure.storage(location="westeurope").id
    assert azure.refusal(TOPIC, **topic(account, location="eastus2")) == "InvalidRequest"
    assert azure.refusal(TOPIC, **topic(account, topicType="Microsoft.KeyVault.Vaults")) == "InvalidRequest"
    state = azure.make(TOPIC, **topic(account))
    assert state.outputs["identity"]["principalId"]
    assert azure.refusal(TOPIC, **topic(account, systemTopicName="evgt-two")) == "InvalidRequest"


@pytest.fixture
def account(azure: Any) -> str:
    """An account behind a firewall with a queue and a topic."""
    account_id = azure.storage(location="westeurope", networkRuleSet={"defaultAction": "Deny"}).id
    azure.make("storage:Queue", resourceGroupName="rg", accountName="stone", queueName="landing")
    of_account = azure.make(TOPIC, **topic(account_id))
    azure.assign(
        of_account.outputs["identity"]["principalId"], roles.STORAGE_QUEUE_DATA_MESSAGE_SENDER, account_id
    )
    return str(account_id)


def test_a_subscription_delivers_to_a_queue_as_its_topic(azure: Any, account: str) -> None:
    azure.make(SUBSCRIPTION, **subscription(account))


def test_a_queue_or_container_that_does_not_exist_is_refused(azure: Any, account: str) -> None:
    assert azure.refusal(SUBSCRIPTION, **subscription(account, queue="lost")) == "InvalidRequest"
    lost = {"endpointType": "StorageBlob", "resourceId": account, "blobContainerName": "lost"}
    dead_letters = {"identity": {"type": "SystemAssigned"}, "deadLetterDestination": lost}
    inputs = subscription(account, deadLetterWithResourceIdentity=dead_letters)
    assert azure.refusal(SUBSCRIPTION, **inputs) == "InvalidRequest"


@pytest.mark.parametrize(("action", "words"), [("Deny", "system-assigned identity only"), ("Allow", "")])
def test_a_firewall_admits_no_user_assigned_identity_of_a_topic(azure: Any, action: str, words: str) -> None:
    identity = azure.identity()
    user = identity.id
    account = azure.storage(location="westeurope", networkRuleSet={"defaultAction": action}).id
    azure.make("storage:Queue", resourceGroupName="rg", accountName="stone", queueName="landing")
    of_topic = {"type": "UserAssigned", "userAssignedIdentities": {user: {}}}
    azure.make(TOPIC, **topic(account, identity=of_topic))
    azure.assign(identity.outputs["principalId"], roles.STORAGE_QUEUE_DATA_MESSAGE_SENDER, account)
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
    azure.make(TOPIC, **topic(account, identity={"type": "None"}))
    assert azure.refusal(SUBSCRIPTION, **subscription(account)) == "InvalidRequest"


def test_a_subscription_has_one_destination_and_retries_for_a_day_at_most(azure: Any, account: str) -> None:
    both = subscription(
        account, destination={"endpointType": "StorageQueue", "resourceId": account, "queueName": "q"}
    )
    problems = azure.errors(SUBSCRIPTION, **both)
    assert any("set one of the two" in problem for problem in problems), problems
    none = {**subscription(account), "deliveryWithResourceIdentity": None}
    problems = azure.errors(SUBSCRIPTION, **none)
    assert any("deliveryWithResourceIdentity is required" in problem for problem in problems), problems
    late = subscription(account, retryPolicy={"eventTimeToLiveInMinutes": 1441})
    problems = azure.errors(SUBSCRIPTION, **late)
    assert any("1441 is not between 1 and 1440" in problem for problem in problems), problems
