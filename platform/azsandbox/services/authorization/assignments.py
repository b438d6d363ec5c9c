"""Who holds which role where: what services ask before they act as an identity."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from azsandbox.arm import ids
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.facts import role_definitions
from azsandbox.facts.role_definitions import Permission
from azsandbox.services import kinds
from azsandbox.services.authorization.roles import role_guid


def roles_on(subscription: Subscription, principals: Collection[str], scope: str) -> set[str]:
    """The GUIDs of the roles that one of the principals holds at the scope or above it."""
    return {
        role_guid(str(assignment.inputs.get("roleDefinitionId")))
        for assignment in _assignments_on(subscription, principals, scope)
    }


def missing_actions(
    subscription: Subscription,
    principals: Collection[str],
    scope: str,
    actions: Iterable[str],
    *,
    data: bool = False,
) -> list[str]:
    """The actions (or data actions) at the scope that no role of the principals allows, custom or not."""
    return role_definitions.missing(permissions_on(subscription, principals, scope), actions, data=data)


def permissions_on(subscription: Subscription, principals: Collection[str], scope: str) -> list[Permission]:
    """What the roles allow that one of the principals holds at the scope or above it."""
    return [
        permission
        for assignment in _assignments_on(subscription, principals, scope)
        for permission in permissions_of(subscription, str(assignment.inputs.get("roleDefinitionId")))
    ]


def permissions_of(subscription: Subscription, role_definition_id: str) -> tuple[Permission, ...]:
    """What a role allows; nothing for a role that does not exist."""
    guid = role_guid(role_definition_id)
    built_in = role_definitions.role(guid)
    if built_in is not None:
        return built_in.permissions
    custom = custom_role(subscription, guid)
    permissions = custom.inputs.get("permissions") if custom else None
    return tuple(map(role_definitions.permission, permissions)) if isinstance(permissions, list) else ()


def custom_role(subscription: Subscription, guid: str) -> Resource | None:
    """The role definition of the subscription with this GUID: its id may name any of its scopes."""
    for definition in subscription.of_kind(kinds.ROLE_DEFINITION):
        if role_guid(definition.id) == guid:
            return definition
    return None


def _assignments_on(
    subscription: Subscription, principals: Collection[str], scope: str
) -> Iterator[Resource]:
    spreading = subscription.spreading()
    for assignment in subscription.of_kind(kinds.ROLE_ASSIGNMENT):
        if ids.key(assignment.id) in spreading:
            continue  # accepted, but not in effect yet
        if assignment.inputs.get("principalId") in principals and _covers(
            ids.parse(assignment.id).scope, scope
        ):
            yield assignment


def _covers(assigned_scope: str, scope: str) -> bool:
    return ids.key(assigned_scope) == ids.key(scope) or ids.below(scope, assigned_scope)
