"""Role assignments."""

from __future__ import annotations

import uuid
from typing import Literal

import pulumi
from pulumi_azure_native import authorization

from roastery.naming import Names
from roastery.roles import NAMES, Role, definition_id

# Assignments are named by GUID; this namespace makes them the same on every run.
_NAMESPACE = uuid.UUID("6d0f6a52-3f0b-4f4c-9a3e-1d6f5f0c7b11")

PrincipalType = Literal["ServicePrincipal", "Group"]


def assign(
    name: str,
    *,
    names: Names,
    role: Role,
    principal: pulumi.Input[str],
    scope: pulumi.Input[str],
    parent: pulumi.Resource,
    principal_type: PrincipalType = "ServicePrincipal",
    why: str = "",
) -> authorization.RoleAssignment:
    """Gives `principal` a built-in role on `scope`.

    Args:
        name: Pulumi name, e.g. `jobs-blob-contributor`; also makes the assignment's GUID.
        names: of the stack; its salt is the subscription id.
        role: one of `roastery.roles`.
        principal: object id.
        scope: ARM id.
        parent: the component that needs it.
        principal_type: spares Azure a look-up that fails while a new identity spreads.
        why: what it is for; stands in the assignment and in the role table of docs/security.md.
    """
    seed = f"{names.salt}/{names.workload}/{names.environment}/{names.region}/{name}"
    return authorization.RoleAssignment(
        f"role-{name}",
        role_assignment_name=str(uuid.uuid5(_NAMESPACE, seed)),
        role_definition_id=definition_id(role, names.salt),
        principal_id=principal,
        principal_type=principal_type,
        scope=scope,
        description=why or NAMES[role],
        # Its name is taken until the old one is gone.
        opts=pulumi.ResourceOptions(parent=parent, delete_before_replace=True),
    )
