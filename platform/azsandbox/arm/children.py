"""Children that a parent declares inline: a VNet's subnets, a security group's rules, a cluster's pools."""

from __future__ import annotations

from typing import Any, Protocol

from azsandbox.arm import ids, rules
from azsandbox.arm.catalogue import Types
from azsandbox.arm.model import Request, ResourceType
from azsandbox.arm.subscription import Resource, Subscription

INLINE = "__inline"  # marks, in a child's inputs, that its parent's declaration brought it


class Writer(Protocol):
    """What children are written with: the provider."""

    @property
    def subscription(self) -> Subscription: ...

    @property
    def types(self) -> Types: ...

    def put(self, spec: ResourceType, identifier: str, inputs: dict[str, Any]) -> Resource: ...


def settle_children(provider: Writer, spec: ResourceType, request: Request, resource: Resource) -> None:
    """Make, change and remove the children so that they are what the parent's inputs say.

    A parent that does not mention the list leaves its children alone, as ARM does with a VNet.
    """
    for one in spec.inline:
        items: list[dict[str, Any]] | None = request.inputs.get(one.path)
        if items is None:
            continue
        child = provider.types.get(one.token)
        segment = child.kind.rpartition("/")[2]
        wanted: dict[str, dict[str, Any]] = {}
        for item in items:
            identifier = f"{request.id}/{segment}/{item.get('name')}"
            wanted[ids.key(identifier)] = item
            provider.put(child, identifier, {**item, INLINE: True})
        for held in provider.subscription.of_kind(child.kind):
            mine = ids.parent_of(held.id)
            if (
                mine
                and ids.key(mine) == ids.key(request.id)
                and held.inputs.get(INLINE)
                and ids.key(held.id) not in wanted
            ):
                for gone in rules.check_delete(provider.subscription, held, provider.types):
                    provider.subscription.remove(gone.id)
        _show(resource, one.path, segment, request.id)
        provider.subscription.put(resource)


def _show(resource: Resource, path: str, segment: str, parent: str) -> None:
    """The parent's outputs name its children's ids."""
    for item in resource.outputs.get(path, []):
        if isinstance(item, dict):
            item["id"] = f"{parent}/{segment}/{item.get('name')}"
            item["provisioningState"] = "Succeeded"
