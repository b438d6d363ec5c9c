"""Role assignments."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_azure_native import authorization

from roastery.naming import Names
from roastery.roles import Role, definition_id

# Assignments are named by GUID; this namespace makes them the same on every run.
_NAMESPACE = uuid.UUID("6d0f6a52-3f0b-4f4c-9a3e-1d6f5f0c7b11")

PrincipalType = Literal["ServicePrincipal", "Group"]


@dataclass(frozen=True, kw_only=True)
class RoleGrant:
    """A built-in role for a principal on a scope.

    Args:
        name: Pulumi name, e.g. `jobs-blob`; the assignment's GUID is computed from it.
        role: one of `roastery.roles`.
        principal: object id.
        scope: ARM id.
        why: the reason; it becomes the assignment's description and is listed in docs/security.md.
        principal_type: spares Azure a look-up that fails while a new identity is being replicated.
        condition: narrows the role, in the language of attribute-based access control, version 2.0.
    """

    name: str
    role: Role
    principal: pulumi.Input[str]
    scope: pulumi.Input[str]
    why: str
    principal_type: PrincipalType = "ServicePrincipal"
    condition: str | None = None


def assign_all(
    grants: Iterable[RoleGrant], *, names: Names, parent: pulumi.Resource
) -> list[authorization.RoleAssignment]:
    """Declares an assignment for each grant.

    Args:
        grants: who gets which role on what.
        names: of the stack; its salt is the subscription id.
        parent: the component that needs them.
    """
    return [assign(grant, names=names, parent=parent) for grant in grants]


def assign(grant: RoleGrant, *, names: Names, parent: pulumi.Resource) -> authorization.RoleAssignment:
    """Declares one assignment; arguments as for `assign_all`."""
    return authorization.RoleAssignment(
        f"role-{grant.name}",
        role_assignment_name=assignment_name(grant.name, names),
        role_definition_id=definition_id(grant.role, _subscription(grant, names)),
        principal_id=grant.principal,
        principal_type=grant.principal_type,
        scope=grant.scope,
        description=grant.why,
        condition=grant.condition,
        condition_version="2.0" if grant.condition else None,
        opts=pulumi.ResourceOptions(
            parent=parent,
            # The new assignment has the name of the old one, which is free only after its deletion.
            delete_before_replace=True,
            # Azure replaces an assignment for another description: nobody loses a right for that.
            ignore_changes=["description"],
        ),
    )


def _subscription(grant: RoleGrant, names: Names) -> str:
    """Of the scope: the stack's own, unless an id names another."""
    plain = isinstance(grant.scope, str) and grant.scope.startswith("/subscriptions/")
    return str(grant.scope).split("/")[2] if plain else names.salt


def assignment_name(name: str, names: Names) -> str:
    """The GUID of the assignment with that Pulumi name: the same on every run of the stack."""
    seed = f"{names.salt}/{names.workload}/{names.environment}/{names.region}/{name}"
    return str(uuid.uuid5(_NAMESPACE, seed))
