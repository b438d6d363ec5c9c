"""Which resources a state has, and which of them are drawn; what is not drawn is counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from roastery.graph.state import StateResource

_COMPONENT = "Pulumi component"


class Inventory:
    """Finds resources by id and by type, and keeps account of those that are not drawn yet."""

    def __init__(self, resources: Iterable[StateResource]) -> None:
        self.resources = tuple(resources)
        self._undrawn = dict.fromkeys(range(len(self.resources)))
        self._numbers = {id(resource): number for number, resource in enumerate(self.resources)}
        self._by_id = {
            key(resource.id): resource
            for resource in reversed(self.resources)
            if resource.id and not resource.deleting
        }
        self._by_type: dict[str, list[StateResource]] = defaultdict(list)
        for resource in self.resources:
            if resource.custom and not resource.deleting:
                self._by_type[resource.type].append(resource)

    def by_id(self, identifier: str) -> StateResource | None:
        """The resource with this ARM id; Azure compares ids without case."""
        return self._by_id.get(key(identifier))

    def of(self, *types: str) -> list[StateResource]:
        """All resources of these types, in the order of their ids."""
        resources = [resource for name in types for resource in self._by_type[name]]
        return sorted(resources, key=lambda resource: (key(resource.id), resource.urn))

    def under(self, identifier: str, *types: str) -> list[StateResource]:
        """Resources of these types that are children of the resource with this id."""
        prefix = f"{key(identifier)}/"
        return [resource for resource in self.of(*types) if key(resource.id).startswith(prefix)]

    def mark_drawn(self, *resources: StateResource) -> int:
        """Marks resources as drawn; returns how many of them were not drawn before."""
        before = len(self._undrawn)
        for resource in resources:
            self._undrawn.pop(self._numbers[id(resource)], None)
        return before - len(self._undrawn)

    def is_undrawn(self, resource: StateResource) -> bool:
        return self._numbers[id(resource)] in self._undrawn

    def undrawn(self) -> Counter[str]:
        """How many resources are not drawn, by the name of their type in the legend."""
        return Counter(_legend(self.resources[number]) for number in self._undrawn)


def key(identifier: str) -> str:
    """An id in the form in which ids are compared."""
    return identifier.rstrip("/").lower()


def _legend(resource: StateResource) -> str:
    kind = resource.type.removeprefix("azure-native:").removeprefix("kubernetes:")
    if resource.deleting:
        return "waiting for deletion"
    if resource.type == "pulumi:pulumi:Stack":
        return "the stack itself"
    if resource.type.startswith("pulumi:providers:"):
        return "provider"
    return kind if resource.custom else _COMPONENT
