"""Who holds which role where: what services ask before they act as an identity."""

from __future__ import annotations

from collections.abc import Collection

from azsandbox.arm import ids
from azsandbox.arm.subscription import Subscription
from azsandbox.services import kinds
from azsandbox.services.authorization.roles import role_guid


def roles_on(subscription: Subscription, principals: Collection[str], scope: str) -> set[str]:
    """The GUIDs of the roles that one of the principals holds at the scope or above it."""
    return {
        role_guid(str(assignment.inputs.get("roleDefinitionId")))
        for assignment in subscription.of_kind(kinds.ROLE_ASSIGNMENT)
        if assignment.inputs.get("principalId") in principals
        and _covers(ids.parse(assignment.id).scope, scope)
    }


def _covers(assigned_scope: str, scope: str) -> bool:
    return ids.key(assigned_scope) == ids.key(scope) or ids.below(scope, assigned_scope)
