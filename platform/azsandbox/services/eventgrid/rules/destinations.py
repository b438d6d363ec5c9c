"""What Event Grid refuses about the destinations of subscriptions, from the inputs alone.

Sources, 2026-12-01: REST specification of event subscriptions; learn.microsoft.com/azure/event-grid,
pages delivery-properties, delivery-and-retry and event-handlers; terraform-provider-azurerm,
event_subscription_schema.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import is_url
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.services.eventgrid.rules.topics import text

_PATHS = ("destination", "deliveryWithResourceIdentity.destination")
_DEAD_LETTERS = ("deadLetterDestination", "deadLetterWithResourceIdentity.deadLetterDestination")
_NEEDED = {
    "webhook": ("endpointUrl",),
    "storagequeue": ("resourceId", "queueName"),
    "storageblob": ("resourceId", "blobContainerName"),
    "monitoralert": ("severity",),
}
_KINDS = {
    "eventhub": "Microsoft.EventHub/namespaces/eventhubs",
    "storagequeue": "Microsoft.Storage/storageAccounts",
    "storageblob": "Microsoft.Storage/storageAccounts",
    "servicebusqueue": "Microsoft.ServiceBus/namespaces/queues",
    "servicebustopic": "Microsoft.ServiceBus/namespaces/topics",
    "azurefunction": "Microsoft.Web/sites/functions",
    "hybridconnection": "Microsoft.Relay/namespaces/hybridConnections",
    "namespacetopic": "Microsoft.EventGrid/namespaces/topics",
}
_BATCHES = {"maxEventsPerBatch": 5000, "preferredBatchSizeInKilobytes": 1024}
_MOST_HEADERS = 10
_RESERVED = "aeg-"


def _destinations(inputs: Values) -> Iterator[tuple[str, Values]]:
    for pattern in (*_PATHS, *_DEAD_LETTERS):
        yield from walk.objects(inputs, pattern)


def destination_is_complete(inputs: Values) -> Iterator[Problem]:
    for path, target in _destinations(inputs):
        kind = text(target.get("endpointType"))
        for name in _NEEDED.get(kind, ("resourceId",) if kind in _KINDS else ()):
            if target.get(name) in (None, ""):
                yield Problem(f"{path}.{name}", f"is required with endpointType {target['endpointType']}")
        identifier, wanted = target.get("resourceId"), _KINDS.get(kind)
        if isinstance(identifier, str) and wanted and ids.looks_like_id(identifier):
            other = ids.parse(identifier).kind
            if other.lower() != wanted.lower():
                yield Problem(
                    f"{path}.resourceId", f"has to be the id of a {wanted}, but is that of a {other}"
                )
        url = target.get("endpointUrl")
        if isinstance(url, str) and url and not is_url(url, ("https",)):
            yield Problem(f"{path}.endpointUrl", f"{url!r} is not a URL that begins with https://")


def batches_within_limits(inputs: Values) -> Iterator[Problem]:
    for path, target in _destinations(inputs):
        for name, most in _BATCHES.items():
            value = target.get(name)
            if isinstance(value, (int, float)) and not 1 <= value <= most:
                yield Problem(f"{path}.{name}", f"{value:g} is not between 1 and {most}")
        time = target.get("queueMessageTimeToLiveInSeconds")
        if isinstance(time, (int, float)) and time <= 0 and time != -1:
            yield Problem(
                f"{path}.queueMessageTimeToLiveInSeconds", f"{time:g} is neither positive nor -1, for no end"
            )


def headers_are_possible(inputs: Values) -> Iterator[Problem]:
    for path, target in _destinations(inputs):
        headers = target.get("deliveryAttributeMappings")
        if isinstance(headers, list) and len(headers) > _MOST_HEADERS:
            yield Problem(
                f"{path}.deliveryAttributeMappings", f"has {len(headers)} headers, but 10 are the most"
            )
        for where, header in walk.objects(target, "deliveryAttributeMappings[]"):
            name, needed = (
                header.get("name"),
                "value" if text(header.get("type")) == "static" else "sourceField",
            )
            if not name:
                yield Problem(f"{path}.{where}.name", "is required: the name of the header")
            elif isinstance(name, str) and name.lower().startswith(_RESERVED):
                yield Problem(f"{path}.{where}.name", f"{name!r} begins with aeg-, which is Event Grid's own")
            if header.get(needed) in (None, ""):
                yield Problem(f"{path}.{where}.{needed}", f"is required with type {header.get('type')}")
