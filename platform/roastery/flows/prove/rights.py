"""Whether an identity may do what a flow needs in Azure.

Source: learn.microsoft.com, "How Azure RBAC determines if a user has access to a resource" and "Understand
Azure role definitions". Not judged: deny assignments, and the members of groups.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

from roastery.flows.facts.definitions import (
    RoleDefinition,
    RolePermission,
    built_in,
    narrowest,
    permission,
)
from roastery.flows.inputs import text
from roastery.flows.model import NOT_NEEDED, Access, FlowVerdict, Judgement, all_of, allowed, blocked
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource, DeclaredStack
from roastery.policies.values import UnprovenError, reveal

GROUP = "group:"
_MANAGEMENT_GROUP = "/providers/microsoft.management/managementgroups/"
_MOST_TOGETHER = 4  # assignments that a flow may need at once
Need = tuple[str, bool]  # an action, and whether it is a data action


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One role assignment; `role` is None if nobody knows its definition.

    `doubt` says why it may not hold: a condition, a scope whose members are unknown.
    """

    id: str
    principal: str
    principal_type: str
    scope: str
    role_id: str
    role: RoleDefinition | None
    doubt: str = ""

    def reaches(self, scope: str) -> bool:
        """Whether its scope is the given one, or above it."""
        own, wanted = self.scope.rstrip("/").lower(), scope.lower()
        return wanted == own or wanted.startswith(f"{own}/") or own.startswith(_MANAGEMENT_GROUP)

    def grants(self, need: Need) -> bool:
        action, data = need
        return self.role is not None and self.role.allows(action, data=data)


class Rights(Protocol):
    """Role assignments from wherever they are known: a state, several states, a live subscription."""

    def assignments(self) -> Sequence[Assignment]:
        """All assignments."""
        ...


class DeclaredRights:
    """The assignments of one or more states, with the roles that these declare."""

    def __init__(self, *stacks: DeclaredStack) -> None:
        self._stacks = stacks
        self._custom = dict(_custom_roles(stacks))

    def assignments(self) -> Sequence[Assignment]:
        return [self._assignment(resource) for stack in self._stacks for resource in stack.of(t.ROLE)]

    def _assignment(self, resource: DeclaredResource) -> Assignment:
        guid = text(resource, "roleDefinitionId").rpartition("/")[2].lower()
        scope = text(resource, "scope")
        doubt = ""
        if text(resource, "condition"):
            doubt = f"{resource.name} has a condition"
        elif scope.lower().startswith(_MANAGEMENT_GROUP):
            doubt = f"{resource.name} is on management group {scope.rpartition('/')[2]}"
        return Assignment(
            id=resource.urn,
            principal=text(resource, "principalId"),
            principal_type=text(resource, "principalType"),
            scope=scope,
            role_id=guid,
            role=self._custom.get(guid) or built_in().get(guid),
            doubt=doubt,
        )


def declared(topology: Topology) -> DeclaredRights:
    """The assignments of the state, and of the bootstrap's where it is known."""
    return DeclaredRights(*filter(None, (topology.stack, topology.bootstrap)))


def authorised(topology: Topology, access: Access, rights: Rights | None = None) -> Judgement:
    """Whether the identity has all actions and data actions at the scope.

    Args:
        topology: of the state.
        access: what is needed.
        rights: where assignments come from; by default the state alone.
    """
    needs: list[Need] = [(action, False) for action in access.actions]
    needs += [(action, True) for action in access.data_actions]
    if not needs:
        return NOT_NEEDED
    scopes = topology.ids_of(access.scope)
    if not scopes:
        return Judgement(FlowVerdict.NOT_DECLARED, f"the state has no {access.scope.partition('/')[0]}")
    known = (rights or declared(topology)).assignments()
    return all_of([_at(topology, access, needs, scope, known) for scope in scopes])


def _at(
    topology: Topology, access: Access, needs: Sequence[Need], scope: str, known: Iterable[Assignment]
) -> Judgement:
    above = sorted((a for a in known if a.scope and a.reaches(scope)), key=lambda a: a.id)
    if access.identity.startswith(GROUP):
        return _of_group(access, needs, above, topology.group(access.identity.removeprefix(GROUP)))
    principal = topology.principal(access.identity)
    if not principal:
        return Judgement(FlowVerdict.NOT_DECLARED, f"the state has no identity {access.identity}")
    own = [a for a in above if a.principal.lower() == principal.lower()]
    return _judge(f"identity {access.identity}", access, needs, own)


def _of_group(
    access: Access, needs: Sequence[Need], above: Sequence[Assignment], own: Collection[str]
) -> Judgement:
    """Whether the group has all of it; any one group does, where the program names no role by it."""
    name = access.identity.removeprefix(GROUP)
    groups: dict[str, list[Assignment]] = {}
    for assignment in above:
        if assignment.principal_type.lower() == "group":
            groups.setdefault(assignment.principal.lower(), []).append(assignment)
    who = f"the group of {name}" if own else f"a group of {name}"
    judgements = [
        _judge(who, access, needs, groups.get(principal, [])) for principal in sorted(own or groups)
    ]
    for verdict in (FlowVerdict.OK, FlowVerdict.UNPROVEN):
        for judgement in judgements:
            if judgement.verdict is verdict:
                return judgement
    return _judge(who, access, needs, [])


def _judge(who: str, access: Access, needs: Sequence[Need], own: Sequence[Assignment]) -> Judgement:
    certain = [assignment for assignment in own if not assignment.doubt]
    fewest = _fewest(certain, needs)
    if fewest is not None:
        return allowed(*(assignment.id for assignment in fewest))
    doubtful = _fewest(own, needs)
    if doubtful is not None:
        why = next(assignment.doubt for assignment in doubtful if assignment.doubt)
        return Judgement(FlowVerdict.UNPROVEN, f"{who} at {access.scope}: {why}")
    unknown = next((assignment for assignment in own if assignment.role is None), None)
    if unknown is not None:
        return Judgement(
            FlowVerdict.UNPROVEN, f"role definition {unknown.role_id} of {_name(unknown.id)} is not known"
        )
    return blocked(_missing(who, access, [need for need in needs if not _granted(certain, need)]))


def _missing(who: str, access: Access, needs: Sequence[Need]) -> str:
    actions = [action for action, data in needs if not data]
    data_actions = [action for action, data in needs if data]
    role = narrowest(built_in().values(), actions, data_actions)
    hint = f": assign {role.name}" if role else ""
    return f"{who} lacks {', '.join((*actions, *data_actions))} at {access.scope}{hint}"


def _fewest(assignments: Sequence[Assignment], needs: Sequence[Need]) -> Sequence[Assignment] | None:
    """The fewest that grant all together, of those the first by id and narrowest; None if they do not."""
    useful = [a for a in assignments if any(a.grants(need) for need in needs)]
    if not all(_granted(useful, need) for need in needs):
        return None
    useful.sort(key=lambda a: (a.role.breadth if a.role else (0, 0, ""), a.id))
    for size in range(1, min(len(useful), _MOST_TOGETHER) + 1):
        for group in combinations(useful, size):
            if all(_granted(group, need) for need in needs):
                return group
    return useful


def _granted(assignments: Collection[Assignment], need: Need) -> bool:
    return any(assignment.grants(need) for assignment in assignments)


def _custom_roles(stacks: Iterable[DeclaredStack]) -> Iterable[tuple[str, RoleDefinition]]:
    for stack in stacks:
        for resource in stack.of(t.ROLE_DEFINITION):
            guid = (resource.id.rpartition("/")[2] or text(resource, "roleDefinitionId")).lower()
            name = text(resource, "roleName") or resource.name
            yield guid, RoleDefinition(id=guid, name=name, permissions=_permissions(resource))


def _permissions(resource: DeclaredResource) -> tuple[RolePermission, ...]:
    """What is unknown before an update grants nothing."""
    try:
        parts = [part.known for part in resource.each("permissions")]
        return tuple(
            permission({key: _plain(value) for key, value in part.items()})
            for part in parts
            if isinstance(part, dict)
        )
    except UnprovenError:
        return ()


def _plain(value: object) -> list[object]:
    return [reveal(item, "permissions") for item in value] if isinstance(value, list) else []


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
