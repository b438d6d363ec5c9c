"""A caller, as Azure's authorization sees it."""

from __future__ import annotations

from dataclasses import dataclass

from azsandbox.arm import ids
from azsandbox.facts.role_definitions import Permission


@dataclass(frozen=True, kw_only=True)
class OutsideRole:
    """A role that was assigned outside of the programs: by hand, or by a bootstrap."""

    name: str
    permissions: tuple[Permission, ...]
    scope: str  # one that ends in /* stands for all that is below

    def covers(self, scope: str) -> bool:
        """Whether the role holds at a scope."""
        if self.scope.endswith("/*"):
            return ids.below(scope, self.scope.removesuffix("/*"))
        return ids.key(self.scope) == ids.key(scope) or ids.below(scope, self.scope)


@dataclass(frozen=True, kw_only=True)
class Principal:
    """One person, service principal or managed identity."""

    object_id: str
    client_id: str = ""  # of an application; empty for a person
    name: str
    groups: tuple[str, ...] = ()  # object ids of the groups that it is a member of
    roles: tuple[OutsideRole, ...] = ()

    @property
    def client(self) -> str:
        """What Azure's messages call the client: its application's id, or the name of a person."""
        return self.client_id or self.name

    @property
    def ids(self) -> frozenset[str]:
        """The object ids whose role assignments count."""
        return frozenset({self.object_id, *self.groups})
