"""Each resource of a state as an entry of a template's `resources`, and its dependencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.bodies.request import body
from azsandbox.arm.catalogue import Types
from azsandbox.errors import ExportError
from azsandbox.export.contents import ExportedResource
from azsandbox.schema.catalogue import Catalogue

Values = dict[str, Any]
# The order in Microsoft's template reference; all other properties come between these and `properties`.
_FIRST = ("kind", "location", "extendedLocation", "sku", "identity", "plan", "zones", "tags")


@dataclass(frozen=True, kw_only=True)
class TemplateEntry:
    """One resource in ARM's format, without `dependsOn`."""

    id: str
    group: str | None  # the resource group's id; None for a resource outside groups
    content: Values
    depends_on: frozenset[str]  # keys of ids (`ids.key`), in this template


def entries(resources: Sequence[ExportedResource], types: Types, shapes: Catalogue) -> list[TemplateEntry]:
    """The entries of all resources, in the order of their ids.

    Raises:
        ExportError: a resource or one of its inputs can't be in a template.
    """
    by_urn = {resource.urn: ids.key(resource.id) for resource in resources}
    known = frozenset(by_urn.values())
    return [
        _entry(resource, types, shapes, by_urn, known) for resource in sorted(resources, key=lambda x: x.id)
    ]


def _entry(
    resource: ExportedResource,
    types: Types,
    shapes: Catalogue,
    by_urn: Mapping[str, str],
    known: frozenset[str],
) -> TemplateEntry:
    spec, shape = types.get(resource.token), shapes.shape(resource.token)
    content = body(resource.token, spec.path_parameters, shape, resource.inputs)
    entry = {**_identity(resource, shape.api_version, content), **_ordered(content)}
    own = ids.key(resource.id)
    dependencies = {by_urn[urn] for urn in resource.depends_on if urn in by_urn}
    for reference in (*_ancestors(resource.id), *_ids_in(content)):
        candidates = (reference, *_ancestors(reference))
        nearest = next((candidate for candidate in candidates if candidate in known), None)
        if nearest is not None:
            dependencies.add(nearest)
    return TemplateEntry(
        id=resource.id,
        group=None if entry["type"] == _GROUP else ids.group_of(resource.id),
        content=entry,
        depends_on=frozenset(dependencies - {own}),
    )


_GROUP = "Microsoft.Resources/resourceGroups"


def _identity(resource: ExportedResource, api_version: str, content: Values) -> Values:
    """Type, API version, name and scope; removes these from `content`, where they must be the same."""
    parsed = ids.parse(resource.id)
    if not resource.id.lower().startswith("/subscriptions/"):
        raise ExportError(
            f"{resource.id} is above the subscription: a subscription's template can't contain it"
        )
    if not api_version:
        raise ExportError(f"{resource.token}: the SDK does not name its API version")
    head: Values = {"type": parsed.kind, "apiVersion": api_version, "name": "/".join(parsed.names)}
    for name, value in (("id", resource.id), ("name", parsed.name), ("type", parsed.kind)):
        written = content.pop(name, None)
        if written is not None and ids.key(str(written)) != ids.key(value):
            raise ExportError(
                f"{resource.token} {name} is {written!r}, but the resource's {name} is {value!r}"
            )
    if parsed.kind != _GROUP and _is_resource(parsed.scope):
        head["scope"] = _relative(parsed.scope)
    return head


def _is_resource(scope: str) -> bool:
    return "/providers/" in scope.lower()


def _relative(scope: str) -> str:
    """The scope of an extension in its group's deployment: `Microsoft.Storage/storageAccounts/name`."""
    return scope[scope.lower().index("/providers/") + len("/providers/") :]


def _ordered(content: Values) -> Values:
    names = [*(name for name in _FIRST if name in content), *sorted(set(content) - {*_FIRST, "properties"})]
    last = ["properties"] if "properties" in content else []
    return {name: content[name] for name in (*names, *last)}


def _ancestors(identifier: str) -> Iterator[str]:
    """The keys of the resources above an id, nearest first: parents, scopes, resource group."""
    current = ids.key(identifier)
    while current.count("/") > _SUBSCRIPTION_DEPTH:
        head, _, tail = current.rpartition("/providers/")
        parts = tail.split("/")
        if head and len(parts) > _ONE_RESOURCE:
            current = f"{head}/providers/{'/'.join(parts[:-2])}"
        elif head:
            current = head
        else:
            return
        yield current


_SUBSCRIPTION_DEPTH = 2  # /subscriptions/s
_ONE_RESOURCE = 3  # namespace, type, name


def _ids_in(value: Any) -> Iterable[str]:
    """The keys of all ids in a body, including those that are keys of maps."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _ids_in(key)
            yield from _ids_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _ids_in(item)
    elif isinstance(value, str) and ids.looks_like_id(value):
        yield ids.key(value)
