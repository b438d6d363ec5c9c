"""Each resource of a state as an entry of a template's `resources`, and what has to come before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.catalogue import Types
from azsandbox.errors import ExportError
from azsandbox.export.arm.body import body
from azsandbox.export.contents import Held
from azsandbox.schema.catalogue import Catalogue

Values = dict[str, Any]
# The order in which Microsoft's template reference names them; what it does not name stands in between.
_FIRST = ("kind", "location", "extendedLocation", "sku", "identity", "plan", "zones", "tags")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One resource in its ARM shape, without `dependsOn`."""

    id: str
    group: str | None  # the resource group's id; None for what stands above groups
    content: Values
    depends_on: frozenset[str]  # keys of ids (`ids.key`), in this template


def entries(resources: Sequence[Held], types: Types, shapes: Catalogue) -> list[Entry]:
    """All resources, in order of their ids.

    Raises:
        ExportError: a resource, or one of its inputs, that has no place in a template.
    """
    by_urn = {one.urn: ids.key(one.id) for one in resources}
    known = frozenset(by_urn.values())
    return [_entry(one, types, shapes, by_urn, known) for one in sorted(resources, key=lambda x: x.id)]


def _entry(
    held: Held, types: Types, shapes: Catalogue, by_urn: Mapping[str, str], known: frozenset[str]
) -> Entry:
    spec, shape = types.get(held.token), shapes.shape(held.token)
    placed = body(held.token, spec.path_parameters, shape, held.inputs)
    content = {**_head(held, shape.api_version, placed), **_ordered(placed)}
    own = ids.key(held.id)
    needed = {by_urn[urn] for urn in held.depends_on if urn in by_urn}
    for named in (*_above(held.id), *_ids_in(placed)):
        nearest = next((one for one in (named, *_above(named)) if one in known), None)
        if nearest is not None:
            needed.add(nearest)
    return Entry(
        id=held.id,
        group=None if content["type"] == _GROUP else ids.group_of(held.id),
        content=content,
        depends_on=frozenset(needed - {own}),
    )


_GROUP = "Microsoft.Resources/resourceGroups"


def _head(held: Held, api_version: str, placed: Values) -> Values:
    """Type, version, name and scope; what the inputs repeat of them must agree, and is then not repeated."""
    parsed = ids.parse(held.id)
    if not held.id.lower().startswith("/subscriptions/"):
        raise ExportError(f"{held.id} stands above subscriptions: a template of one can't hold it")
    if not api_version:
        raise ExportError(f"{held.token}: the SDK does not say which API version it speaks")
    head: Values = {"type": parsed.kind, "apiVersion": api_version, "name": "/".join(parsed.names)}
    for name, value in (("id", held.id), ("name", parsed.name), ("type", parsed.kind)):
        given = placed.pop(name, None)
        if given is not None and ids.key(str(given)) != ids.key(value):
            raise ExportError(f"{held.token} {name} is {given!r}, but the resource's own is {value!r}")
    if parsed.kind != _GROUP and _is_resource(parsed.scope):
        head["scope"] = _relative(parsed.scope)
    return head


def _is_resource(scope: str) -> bool:
    return "/providers/" in scope.lower()


def _relative(scope: str) -> str:
    """`Microsoft.Storage/storageAccounts/name`: an extension's scope inside the group's own deployment."""
    return scope[scope.lower().index("/providers/") + len("/providers/") :]


def _ordered(placed: Values) -> Values:
    names = [*(one for one in _FIRST if one in placed), *sorted(set(placed) - {*_FIRST, "properties"})]
    last = ["properties"] if "properties" in placed else []
    return {name: placed[name] for name in (*names, *last)}


def _above(identifier: str) -> Iterator[str]:
    """The keys of every resource that an id lies under, nearest first: parents, scopes, group."""
    found = ids.key(identifier)
    while found.count("/") > _SUBSCRIPTION_DEPTH:
        head, _, tail = found.rpartition("/providers/")
        parts = tail.split("/")
        if head and len(parts) > _ONE_RESOURCE:
            found = f"{head}/providers/{'/'.join(parts[:-2])}"
        elif head:
            found = head
        else:
            return
        yield found


_SUBSCRIPTION_DEPTH = 2  # /subscriptions/s
_ONE_RESOURCE = 3  # namespace, type, name


def _ids_in(value: Any) -> Iterable[str]:
    """Keys of the ids that a body names, wherever they stand, keys of maps included."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _ids_in(key)
            yield from _ids_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _ids_in(item)
    elif isinstance(value, str) and ids.looks_like_id(value):
        yield ids.key(value)
