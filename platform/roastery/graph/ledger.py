"""Which resources a state holds, and which of them the drawing has taken: none is ever lost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from roastery.graph.state import Resource

_PULUMI = "Pulumi component"


class Ledger:
    """Owns what is drawn and what is not yet."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = tuple(resources)
        self._left = dict.fromkeys(range(len(self.resources)))
        self._numbers = {id(one): number for number, one in enumerate(self.resources)}
        self._by_id = {key(one.id): one for one in reversed(self.resources) if one.id and not one.deleting}
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        for one in self.resources:
            if one.custom and not one.deleting:
                self._by_type[one.type].append(one)

    def by_id(self, identifier: str) -> Resource | None:
        """The resource with this ARM id; Azure compares ids without case."""
        return self._by_id.get(key(identifier))

    def of(self, *types: str) -> list[Resource]:
        """All of these types, in the order of their names."""
        found = [one for name in types for one in self._by_type[name]]
        return sorted(found, key=lambda one: (key(one.id), one.urn))

    def under(self, identifier: str, *types: str) -> list[Resource]:
        """Those of these types whose id lies beneath another."""
        prefix = f"{key(identifier)}/"
        return [one for one in self.of(*types) if key(one.id).startswith(prefix)]

    def take(self, *resources: Resource) -> int:
        """Marks resources as drawn; how many were not before."""
        before = len(self._left)
        for one in resources:
            self._left.pop(self._numbers[id(one)], None)
        return before - len(self._left)

    def free(self, resource: Resource) -> bool:
        """Nothing has drawn it yet."""
        return self._numbers[id(resource)] in self._left

    def left(self) -> Counter[str]:
        """What nothing has drawn, by what it is called in the legend."""
        return Counter(_legend(self.resources[number]) for number in self._left)


def key(identifier: str) -> str:
    """An id in the form that is compared."""
    return identifier.rstrip("/").lower()


def _legend(resource: Resource) -> str:
    kind = resource.type.removeprefix("azure-native:").removeprefix("kubernetes:")
    if resource.deleting:
        return "waiting for deletion"
    if resource.type == "pulumi:pulumi:Stack":
        return "the stack itself"
    if resource.type.startswith("pulumi:providers:"):
        return "provider"
    return kind if resource.custom else _PULUMI
