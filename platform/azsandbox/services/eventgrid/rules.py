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

_TOPIC = "Microsoft.EventGrid/systemTopics"
_WAYS = {
    "destination": "deliveryWithResourceIdentity",
    "deadLetterDestination": "deadLetterWithResourceIdentity",
}


def source_fits(request: Request) -> None:
    """The topic's type, region and uniqueness follow from its source."""
    source = str(request.inputs.get("source"))
    kind = ids.parse(source).kind
    asked = str(request.inputs.get("topicType"))
    if asked.lower() != kind.replace("/", ".").lower():
        raise _bad(f"The topicType {asked} does not fit the source, which is a {kind}.")
    found = request.subscription.get(source)
    theirs = regions.canonical(str(found.inputs.get("location"))) if found else None
    ours = regions.canonical(str(request.inputs.get("location")))
    if theirs and theirs != ours and not kind.startswith("Microsoft.Resources"):
        raise _bad(f"A system topic has to be in the region of its source, {theirs}, not in {ours}.")
    for other in request.subscription.of_kind(_TOPIC):
        if ids.key(other.id) != ids.key(request.id) and ids.key(str(other.inputs.get("source"))) == ids.key(
            source
        ):
            raise _bad(f"Only one system topic is allowed per source: '{other.id}' has this one already.")


def one_way_to_deliver(inputs: Values) -> Iterator[Problem]:
    for plain, as_identity in _WAYS.items():
        if inputs.get(plain) is not None and inputs.get(as_identity) is not None:
            yield Problem(plain, f"goes without {as_identity}: give one of the two")
    if inputs.get("destination") is None and inputs.get("deliveryWithResourceIdentity") is None:
        yield Problem("destination", "is missing, and so is deliveryWithResourceIdentity", code="required")
    policy = inputs.get("retryPolicy")
    for name, most in (("eventTimeToLiveInMinutes", 1440), ("maxDeliveryAttempts", 30)):
        value = policy.get(name) if isinstance(policy, dict) else None
        if isinstance(value, int) and not 1 <= value <= most:
            yield Problem(f"retryPolicy.{name}", f"{value} is not between 1 and {most}")


def delivers_as_its_topic(request: Request) -> None:
    """The identity is one of the topic's, and one that the destination's firewall lets through."""
    topic = request.parent
    has: Any = (topic.inputs.get("identity") if topic else None) or {}
    for way in _WAYS.values():
        kind = request.at(f"{way}.identity.type")
        if kind is None:
            continue
        user = kind == "UserAssigned"
        own = {ids.key(str(one)) for one in has.get("userAssignedIdentities") or ()}
        wanted = ids.key(str(request.at(f"{way}.identity.userAssignedIdentity")))
        if (wanted not in own) if user else ("systemassigned" not in str(has.get("type", "")).lower()):
            raise _bad(f"The topic has no identity of type {kind} that {way} could use.")
        if user:
            for place in ("destination", "deadLetterDestination"):
                _through_the_firewall(request, str(request.at(f"{way}.{place}.resourceId")))


def _through_the_firewall(request: Request, target: str) -> None:
    account = request.subscription.get(target)
    rules = account.inputs.get("networkRuleSet") if account else None
    if isinstance(rules, dict) and rules.get("defaultAction") == "Deny":
        raise _bad(f"The firewall of '{target}' lets the topic's system-assigned identity through, no other.")


def destination_is_there(request: Request) -> None:
    """A queue or container is named beside its account's id, where references are not looked for."""
    for way in ("destination", "deliveryWithResourceIdentity.destination"):
        if request.at(f"{way}.endpointType") == "StorageQueue":
            queue = request.at(f"{way}.queueName")
            _needs(request, f"{request.at(f'{way}.resourceId')}/queueServices/default/queues/{queue}")
    for way in ("deadLetterDestination", "deadLetterWithResourceIdentity.deadLetterDestination"):
        if request.at(f"{way}.endpointType") == "StorageBlob":
            box = request.at(f"{way}.blobContainerName")
            _needs(request, f"{request.at(f'{way}.resourceId')}/blobServices/default/containers/{box}")


def _needs(request: Request, identifier: str) -> None:
    if request.subscription.get(identifier) is None:
        raise _bad(f"The destination '{identifier}' does not exist.")


def _bad(message: str) -> ArmError:
    return ArmError(400, "InvalidRequest", message)
