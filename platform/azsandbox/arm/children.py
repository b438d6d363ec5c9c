"""Child resources that a parent declares inline: subnets of a VNet, rules of a security group, node pools."""

from __future__ import annotations

from typing import Any, Protocol

from azsandbox.arm import ids, rules
from azsandbox.arm.catalogue import Types
from azsandbox.arm.model import Request, ResourceType
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.schema.values import Secret

INLINE = "__inline"  # in a child's inputs: it was declared inline by its parent


class Writer(Protocol):
    """The part of the provider that writes child resources."""

    @property
    def subscription(self) -> Subscription: ...

    @property
    def types(self) -> Types: ...

    def put(self, spec: ResourceType, identifier: str, inputs: dict[str, Any]) -> Resource: ...


def reconcile_children(provider: Writer, spec: ResourceType, request: Request, resource: Resource) -> None:
    """Create, update and delete inline children so that they match the parent's inputs.

    A parent whose inputs lack the list keeps its children, as ARM does with a VNet.
    """
    for inline in spec.inline:
        items: list[dict[str, Any]] | None = request.inputs.get(inline.path)
        if items is None:
            continue
        child = provider.types.get(inline.token)
        segment = child.kind.rpartition("/")[2]
        wanted: dict[str, dict[str, Any]] = {}
        for item in items:
            identifier = f"{request.id}/{segment}/{item.get('name')}"
            wanted[ids.key(identifier)] = item
            provider.put(child, identifier, {**item, INLINE: True})
        for existing in provider.subscription.of_kind(child.kind):
            parent = ids.parent_of(existing.id)
            if (
                parent
                and ids.key(parent) == ids.key(request.id)
                and existing.inputs.get(INLINE)
                and ids.key(existing.id) not in wanted
            ):
                for removed in rules.check_delete(provider.subscription, existing, provider.types):
                    provider.subscription.remove(removed.id)
        _add_ids(resource, inline.path, segment, request.id)
        provider.subscription.put(resource)


def _add_ids(resource: Resource, path: str, segment: str, parent: str) -> None:
    """Add the children's ids to the parent's outputs."""
    children = resource.outputs.get(path)
    for item in children.value if isinstance(children, Secret) else children or []:
        if isinstance(item, dict):
            item["id"] = f"{parent}/{segment}/{item.get('name')}"
            item["provisioningState"] = "Succeeded"
