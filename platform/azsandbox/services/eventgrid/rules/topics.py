"""What Event Grid refuses about topics and system topics.

Sources, 2026-12-01: learn.microsoft.com/azure/event-grid, pages system-topics, input-mappings and
configure-firewall; azure-cli, command_modules/eventgrid (input mappings); terraform-provider-azurerm, pull
request 11352 (error of an unknown topic type).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from azsandbox.arm import ids, regions
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services import kinds
from azsandbox.services.eventgrid.events import OF_SUBSCRIPTIONS, TOPIC_TYPES

_SYSTEM_TOPIC = "Microsoft.EventGrid/systemTopics"
_ALMOST_THE_SAME = 0.9  # of names: a misspelling rather than a newer topic type
_WITHOUT_EVENTS = ("storage", "filestorage")  # kinds of storage accounts


def text(value: object) -> str:
    return value.lower() if isinstance(value, str) else ""


def mapping_goes_with_schema(inputs: Values) -> Iterator[Problem]:
    schema, mapping = inputs.get("inputSchema"), inputs.get("inputSchemaMapping")
    custom = text(schema) == "customeventschema"
    if mapping is not None and (schema is None or isinstance(schema, str)) and not custom:
        yield Problem("inputSchemaMapping", "needs inputSchema CustomEventSchema")
    if custom and mapping is None:
        yield Problem("inputSchemaMapping", "is required with inputSchema CustomEventSchema")


def source_and_type_are_required(inputs: Values) -> Iterator[Problem]:
    for name in ("source", "topicType"):
        if inputs.get(name) in (None, ""):
            yield Problem(name, "is required", code="required")


def topic_type_is_known(inputs: Values) -> Iterator[Problem]:
    kind = inputs.get("topicType")
    if not isinstance(kind, str) or not kind or kind.lower().startswith(OF_SUBSCRIPTIONS[2]):
        return
    if kind.lower() not in {name.lower() for name in TOPIC_TYPES}:
        misspelt = difflib.get_close_matches(kind, TOPIC_TYPES, 1, _ALMOST_THE_SAME)
        hint = f"; did you mean {misspelt[0]!r}?" if misspelt else ""
        problem = f"{kind!r} is not a listed topic type{hint} (az eventgrid topic-type list)"
        well_formed = kind.startswith("Microsoft.") and "/" not in kind
        yield Problem("topicType", problem, warning=well_formed and not misspelt)


def topic_of_a_subscription_is_global(inputs: Values) -> Iterator[Problem]:
    kind, location = inputs.get("topicType"), inputs.get("location")
    if text(kind).startswith(OF_SUBSCRIPTIONS) and isinstance(location, str) and text(location) != "global":
        yield Problem("location", f"{location!r} has to be global: {kind} has no region (system topics)")


def topic_type_matches_source(request: Request) -> None:
    kind, topic_type = ids.parse(_source(request)).kind, str(request.inputs.get("topicType"))
    if kind.startswith("Microsoft.Resources") and topic_type.lower().startswith(OF_SUBSCRIPTIONS[1:]):
        return
    if topic_type.lower() != kind.replace("/", ".").lower():
        raise invalid_request(f"The topicType {topic_type} does not match the source, which is a {kind}.")


def topic_in_region_of_source(request: Request) -> None:
    source = request.subscription.get(_source(request))
    source_region = regions.canonical(str(source.inputs.get("location"))) if source else None
    region = regions.canonical(str(request.inputs.get("location")))
    of_resources = ids.parse(_source(request)).kind.startswith("Microsoft.Resources")
    if source_region and source_region != region and not of_resources:
        raise invalid_request(
            f"A system topic has to be in the region of its source, {source_region}, not in {region}."
        )


def source_has_events(request: Request) -> None:
    source = request.subscription.get(_source(request))
    if source is None or source.kind.lower() != kinds.STORAGE_ACCOUNT.lower():
        return
    if text(source.inputs.get("kind")) in _WITHOUT_EVENTS:
        raise invalid_request(
            f"Storage accounts of kind {source.inputs.get('kind')} raise no events: use StorageV2, "
            "BlobStorage or BlockBlobStorage."
        )


def only_topic_of_source(request: Request) -> None:
    source, kind = ids.key(_source(request)), text(request.inputs.get("topicType"))
    for other in request.subscription.of_kind(_SYSTEM_TOPIC):
        same = ids.key(str(other.inputs.get("source"))) == source
        if ids.key(other.id) != ids.key(request.id) and same and text(other.inputs.get("topicType")) == kind:
            raise invalid_request(
                f"Only one system topic is allowed per source, and this source has '{other.id}' already."
            )


def _source(request: Request) -> str:
    return str(request.inputs.get("source"))


def invalid_request(message: str) -> ArmError:
    return ArmError(400, "InvalidRequest", message)
