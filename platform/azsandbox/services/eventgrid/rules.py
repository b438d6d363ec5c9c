"""What Event Grid refuses about system topics and their subscriptions.

Sources: learn.microsoft.com/azure/event-grid, pages system-topics, managed-service-identity and
handler-storage-queues.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids, regions
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_SYSTEM_TOPIC = "Microsoft.EventGrid/systemTopics"
# A destination is written to with the topic's own rights, or with those of an identity that the topic has.
_AS_IDENTITY = {
    "destination": "deliveryWithResourceIdentity",
    "deadLetterDestination": "deadLetterWithResourceIdentity",
}
_LONGEST_TIME_TO_LIVE = 1440  # minutes
_MOST_ATTEMPTS = 30


def topic_type_matches_source(request: Request) -> None:
    kind = ids.parse(_source(request)).kind
    topic_type = str(request.inputs.get("topicType"))
    if topic_type.lower() != kind.replace("/", ".").lower():
        raise _invalid_request(f"The topicType {topic_type} does not match the source, which is a {kind}.")


def topic_in_region_of_source(request: Request) -> None:
    source = request.subscription.get(_source(request))
    source_region = regions.canonical(str(source.inputs.get("location"))) if source else None
    region = regions.canonical(str(request.inputs.get("location")))
    of_resources = ids.parse(_source(request)).kind.startswith("Microsoft.Resources")
    if source_region and source_region != region and not of_resources:
        raise _invalid_request(
            f"A system topic has to be in the region of its source, {source_region}, not in {region}."
        )


def only_topic_of_source(request: Request) -> None:
    source = ids.key(_source(request))
    for other in request.subscription.of_kind(_SYSTEM_TOPIC):
        if ids.key(other.id) != ids.key(request.id) and ids.key(str(other.inputs.get("source"))) == source:
            raise _invalid_request(
                f"Only one system topic is allowed per source, and this source has '{other.id}' already."
            )


def _source(request: Request) -> str:
    return str(request.inputs.get("source"))


def exactly_one_delivery(inputs: Values) -> Iterator[Problem]:
    for destination, as_identity in _AS_IDENTITY.items():
        if inputs.get(destination) is not None and inputs.get(as_identity) is not None:
            yield Problem(destination, f"excludes {as_identity}: set one of the two")
    if inputs.get("destination") is None and inputs.get("deliveryWithResourceIdentity") is None:
        yield Problem("destination", "or deliveryWithResourceIdentity is required", code="required")


def retry_policy_within_limits(inputs: Values) -> Iterator[Problem]:
    policy = inputs.get("retryPolicy")
    for name, most in (
        ("eventTimeToLiveInMinutes", _LONGEST_TIME_TO_LIVE),
        ("maxDeliveryAttempts", _MOST_ATTEMPTS),
    ):
        value = policy.get(name) if isinstance(policy, dict) else None
        if isinstance(value, int) and not 1 <= value <= most:
            yield Problem(f"retryPolicy.{name}", f"{value} is not between 1 and {most}")


def delivery_identity_belongs_to_topic(request: Request) -> None:
    """The identity is one of the topic's, and one that the destination's firewall admits."""
    topic = request.parent
    topic_identity: Any = (topic.inputs.get("identity") if topic else None) or {}
    for as_identity in _AS_IDENTITY.values():
        kind = request.at(f"{as_identity}.identity.type")
        if kind is None:
            continue
        if kind == "UserAssigned":
            assigned = {
                ids.key(str(identity)) for identity in topic_identity.get("userAssignedIdentities") or ()
            }
            identity = ids.key(str(request.at(f"{as_identity}.identity.userAssignedIdentity")))
            belongs = identity in assigned
        else:
            belongs = "systemassigned" in str(topic_identity.get("type", "")).lower()
        if not belongs:
            raise _invalid_request(f"The topic has no identity of type {kind} that {as_identity} could use.")
        if kind == "UserAssigned":
            for destination in ("destination", "deadLetterDestination"):
                _refuse_firewall(request, str(request.at(f"{as_identity}.{destination}.resourceId")))


def _refuse_firewall(request: Request, account_id: str) -> None:
    account = request.subscription.get(account_id)
    rules = account.inputs.get("networkRuleSet") if account else None
    if isinstance(rules, dict) and rules.get("defaultAction") == "Deny":
        raise _invalid_request(
            f"The firewall of '{account_id}' admits the topic's system-assigned identity only, not a "
            "user-assigned one."
        )


def destination_exists(request: Request) -> None:
    """A queue or container is named beside its account's id, where ARM does not look for references."""
    for path in ("destination", "deliveryWithResourceIdentity.destination"):
        if request.at(f"{path}.endpointType") == "StorageQueue":
            queue = request.at(f"{path}.queueName")
            _require(request, f"{request.at(f'{path}.resourceId')}/queueServices/default/queues/{queue}")
    for path in ("deadLetterDestination", "deadLetterWithResourceIdentity.deadLetterDestination"):
        if request.at(f"{path}.endpointType") == "StorageBlob":
            container = request.at(f"{path}.blobContainerName")
            account_id = request.at(f"{path}.resourceId")
            _require(request, f"{account_id}/blobServices/default/containers/{container}")


def _require(request: Request, identifier: str) -> None:
    if request.subscription.get(identifier) is None:
        raise _invalid_request(f"The destination '{identifier}' does not exist.")


def _invalid_request(message: str) -> ArmError:
    return ArmError(400, "InvalidRequest", message)
