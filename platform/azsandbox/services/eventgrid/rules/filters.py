"""What Event Grid refuses about the filters and schemas of subscriptions.

Sources, 2026-12-01: learn.microsoft.com/azure/event-grid, pages event-filtering (limitations), event-schema,
input-mappings and cloud-event-schema (which schemas a topic delivers); azure-eventgrid 4.22.1 (event names).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import moment
from azsandbox.arm.model import Request, Values
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.eventgrid.events import ALL, events_of
from azsandbox.services.eventgrid.rules.topics import invalid_request, text

_MOST_FILTERS = _MOST_VALUES = 25
_LONGEST_VALUE = 512  # characters
_WITHOUT_VALUES = ("isnotnull", "isnullorundefined")
_CLOUD, _GRID, _CUSTOM = "cloudeventschemav1_0", "eventgridschema", "custominputschema"
_TOPIC = "microsoft.eventgrid/topics"
# What a topic delivers, by what it takes in; system topics take in Event Grid's own schema.
_DELIVERED = {
    "eventgridschema": (_GRID, _CLOUD),
    "cloudeventschemav1_0": (_CLOUD,),
    "customeventschema": (_GRID, _CLOUD, _CUSTOM),
}


def filters_are_complete(inputs: Values) -> Iterator[Problem]:
    for path, condition in walk.objects(inputs, "filter.advancedFilters[]"):
        operator = text(condition.get("operatorType"))
        if condition.get("key") in (None, ""):
            yield Problem(f"{path}.key", "is required: the field that is compared")
        if operator.startswith(("bool", "numberg", "numberl")):
            if condition.get("value") is None:
                yield Problem(f"{path}.value", f"is required with {condition.get('operatorType')}")
        elif operator and operator not in _WITHOUT_VALUES and condition.get("values") in (None, []):
            yield Problem(f"{path}.values", f"is required with {condition.get('operatorType')}")
        if "range" in operator:
            yield from _ranges(f"{path}.values", condition.get("values"))


def _ranges(path: str, ranges: Any) -> Iterator[Problem]:
    spans: list[Any] = ranges if isinstance(ranges, list) else []
    for index, span in enumerate(spans):
        numbers = (
            [bound for bound in span if isinstance(bound, (int, float))] if isinstance(span, list) else []
        )
        if isinstance(span, list) and len(span) != 2:  # noqa: PLR2004 - low and high
            yield Problem(f"{path}[{index}]", f"has {len(span)} members, but a range has two, low and high")
        elif len(numbers) == 2 and numbers[0] > numbers[1]:  # noqa: PLR2004 - low and high
            yield Problem(f"{path}[{index}]", f"begins above its end: {numbers[0]:g} to {numbers[1]:g}")


def filters_within_limits(inputs: Values) -> Iterator[Problem]:
    path = "filter.advancedFilters"
    filters = walk.value(inputs, path)
    if isinstance(filters, list) and len(filters) > _MOST_FILTERS:
        yield Problem(
            path, f"has {len(filters)} members, but at most {_MOST_FILTERS} are allowed (event filtering)"
        )
    count = sum(len(values) for _, values in walk.lists(inputs, f"{path}[].values"))
    count += sum(1 for _ in walk.values(inputs, f"{path}[].value"))
    if count > _MOST_VALUES:
        yield Problem(
            path, f"has {count} values in all, but at most {_MOST_VALUES} are allowed (event filtering)"
        )
    for where, value in walk.values(inputs, f"{path}[].values[]"):
        if isinstance(value, str) and len(value) > _LONGEST_VALUE:
            yield Problem(where, f"has {len(value)} characters, but at most {_LONGEST_VALUE} are allowed")


def subjects_have_no_wildcards(inputs: Values) -> Iterator[Problem]:
    for name in ("subjectBeginsWith", "subjectEndsWith"):
        value = walk.value(inputs, f"filter.{name}")
        if isinstance(value, str) and "*" in value:
            yield Problem(
                f"filter.{name}", f"{value!r}: * is compared as it is, not a wildcard", warning=True
            )


def event_types_belong_to_source(request: Request) -> None:
    topic = request.parent
    source = topic.inputs.get("topicType") if topic else None
    kind = source if isinstance(source, str) else ids.parse(ids.parse(request.id).scope).kind
    listed = events_of(kind)
    for path, name in walk.values(request.inputs, "filter.includedEventTypes[]"):
        if not listed or not isinstance(name, str) or name.lower() == ALL:
            continue
        if name.lower() not in {event.lower() for event in listed}:
            raise invalid_request(
                f"{path}: the event type {name} is not supported by the topic type {kind}"
                f"{suggestion(name, listed)}; it has {', '.join(listed[:6])}."
            )


def schema_is_delivered(request: Request) -> None:
    wanted = text(request.inputs.get("eventDeliverySchema")) or _GRID
    scope = request.parent
    if scope is None:
        scope = request.subscription.get(ids.parse(request.id).scope)
    takes = _GRID
    if scope is not None and scope.kind.lower() == _TOPIC:
        takes = text(scope.inputs.get("inputSchema")) or _GRID
    if request.inputs.get("eventDeliverySchema") is None and takes != _GRID:
        return  # the service chooses what the topic delivers
    allowed = _DELIVERED.get(takes, (_GRID, _CLOUD, _CUSTOM))
    if wanted not in allowed:
        raise invalid_request(
            f"The eventDeliverySchema {request.at('eventDeliverySchema')} is not one that the topic delivers:"
            f" it takes in {scope.inputs.get('inputSchema') if scope else 'EventGridSchema'}."
        )


def expiry_is_to_come(request: Request) -> None:
    expiry = moment(request.inputs.get("expirationTimeUtc"))
    if expiry is not None and expiry <= dt.datetime.now(dt.UTC):
        raise invalid_request(f"expirationTimeUtc {request.at('expirationTimeUtc')} is not in the future.")
