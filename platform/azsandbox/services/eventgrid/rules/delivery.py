"""What Event Grid refuses about deliveries: destinations, identities, their roles, retries, headers.

Sources, 2026-12-01: learn.microsoft.com/azure/event-grid, pages managed-service-identity,
add-identity-roles, handler-storage-queues and delivery-and-retry; MicrosoftDocs/azure-docs issue 98216 (a
dead-letter container without a role is refused).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.facts import role_definitions
from azsandbox.schema.validate import Problem
from azsandbox.services.authorization.assignments import permissions_of, roles_on
from azsandbox.services.eventgrid.rules.topics import invalid_request, text

# A destination is written to with the topic's own rights, or with those of an identity that the topic has.
_AS_IDENTITY = {
    "destination": "deliveryWithResourceIdentity",
    "deadLetterDestination": "deadLetterWithResourceIdentity",
}
# Which role lets an identity write to a destination, and what it has to allow (add-identity-roles).
_SENDERS = {
    "storagequeue": (
        "Storage Queue Data Message Sender",
        (
            "Microsoft.Storage/storageAccounts/queueServices/queues/messages/add/action",
            "Microsoft.Storage/storageAccounts/queueServices/queues/messages/write",
        ),
    ),
    "storageblob": (
        "Storage Blob Data Contributor",
        ("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write",),
    ),
    "eventhub": ("Azure Event Hubs Data Sender", ("Microsoft.EventHub/namespaces/messages/send/action",)),
    "servicebusqueue": (
        "Azure Service Bus Data Sender",
        ("Microsoft.ServiceBus/namespaces/messages/send/action",),
    ),
    "servicebustopic": (
        "Azure Service Bus Data Sender",
        ("Microsoft.ServiceBus/namespaces/messages/send/action",),
    ),
}
_LONGEST_TIME_TO_LIVE = 1440  # minutes
_MOST_ATTEMPTS = 30


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
        if isinstance(value, (int, float)) and not 1 <= value <= most:
            yield Problem(f"retryPolicy.{name}", f"{value:g} is not between 1 and {most}")


def delivery_identity_belongs_to_topic(request: Request) -> None:
    """The identity is one of the topic's, and one that the destination's firewall admits."""
    topic = topic_of(request)
    if topic is None or not topic.kind.lower().startswith("microsoft.eventgrid/"):
        return  # the system topic of another source is made by the service
    topic_identity: Any = topic.inputs.get("identity") or {}
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
            raise invalid_request(f"The topic has no identity of type {kind} that {as_identity} could use.")
        if kind == "UserAssigned":
            for destination in ("destination", "deadLetterDestination"):
                _refuse_firewall(request, str(request.at(f"{as_identity}.{destination}.resourceId")))


def _refuse_firewall(request: Request, account_id: str) -> None:
    account = request.subscription.get(account_id)
    rules = account.inputs.get("networkRuleSet") if account else None
    if isinstance(rules, dict) and rules.get("defaultAction") == "Deny":
        raise invalid_request(
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
        raise invalid_request(f"The destination '{identifier}' does not exist.")


def topic_of(request: Request) -> Resource | None:
    """The topic that a subscription belongs to, or the resource that it is an extension of."""
    return request.parent or request.subscription.get(ids.parse(request.id).scope)


def identity_may_send(request: Request) -> None:
    topic = topic_of(request)
    for destination, as_identity in _AS_IDENTITY.items():
        target = request.at(f"{as_identity}.{destination}")
        principal = _principal(request, topic, request.at(f"{as_identity}.identity"))
        scope = _scope(target)
        role, actions = _SENDERS.get(text(target.get("endpointType")) if _is(target) else "", ("", ()))
        if principal is None or scope is None or not role:
            continue
        permissions = [
            permission
            for guid in roles_on(request.subscription, {principal}, scope)
            for permission in permissions_of(request.subscription, guid)
        ]
        if len(role_definitions.missing(permissions, actions, data=True)) == len(actions):
            raise invalid_request(
                f"The identity of {as_identity} may not write to '{scope}': assign it the role {role} there "
                "first, and let the subscription depend on it."
            )


def _is(target: Any) -> bool:
    return isinstance(target, dict)


def _scope(target: Any) -> str | None:
    """The id of what a destination writes to."""
    account = target.get("resourceId") if _is(target) else None
    if not isinstance(account, str):
        return None
    if text(target.get("endpointType")) == "storagequeue":
        return f"{account}/queueServices/default/queues/{target.get('queueName')}"
    if text(target.get("endpointType")) == "storageblob":
        return f"{account}/blobServices/default/containers/{target.get('blobContainerName')}"
    return account


def _principal(request: Request, topic: Resource | None, identity: Any) -> str | None:
    """The principal id of the identity that delivers; None if it is not known."""
    if not isinstance(identity, dict) or topic is None:
        return None
    if text(identity.get("type")) == "userassigned":
        user = request.subscription.get(str(identity.get("userAssignedIdentity")))
        principal = user.outputs.get("principalId") if user else None
    else:
        own = topic.outputs.get("identity")
        principal = own.get("principalId") if isinstance(own, dict) else None
    return principal if isinstance(principal, str) else None
