"""What Azure refuses about role assignments and locks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.facts import role_definitions
from azsandbox.schema.validate import Problem
from azsandbox.services import kinds
from azsandbox.services.authorization.assignments import custom_role
from azsandbox.services.authorization.roles import role_guid

GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_IDENTITY = kinds.USER_ASSIGNED_IDENTITY.lower()
LOCK_LEVELS = frozenset({"CanNotDelete", "ReadOnly"})


def principal_is_an_object_id(inputs: Values) -> Iterator[Problem]:
    principal = inputs.get("principalId")
    if isinstance(principal, str) and not re.fullmatch(GUID, principal):
        yield Problem("principalId", f"{principal!r} is not an object id: it must be a GUID")


def scope_is_an_id(inputs: Values) -> Iterator[Problem]:
    """A subscription, or what is below it, or a management group; a leading slash may be absent."""
    scope = inputs.get("scope")
    if not isinstance(scope, str) or scope == "/":
        return
    if not re.match(r"/?(subscriptions|providers)/[^/]+", scope, re.IGNORECASE):
        yield Problem(
            "scope", f"{scope!r} is not the id of a resource, a group, a subscription or a management group"
        )


def condition_is_balanced(inputs: Values) -> Iterator[Problem]:
    condition = inputs.get("condition")
    if not isinstance(condition, str):
        return
    outside = re.sub(r"'[^']*'", "", condition)
    if outside.count("(") != outside.count(")") or outside.count("{") != outside.count("}"):
        yield Problem("condition", "has brackets that are not closed (conditions, format)")


def principal_type_is_set(inputs: Values) -> Iterator[Problem]:
    if inputs.get("principalType") is None:
        yield Problem(
            "principalType",
            "is missing: Azure may not find a principal that is only just created",
            warning=True,
        )


def lock_level_is_known(inputs: Values) -> Iterator[Problem]:
    level = inputs.get("level")
    if isinstance(level, str) and level not in LOCK_LEVELS:
        yield Problem("level", f"{level!r} must be one of {', '.join(sorted(LOCK_LEVELS))}")


def role_is_named_by_guid(inputs: Values) -> Iterator[Problem]:
    role = inputs.get("roleDefinitionId")
    if isinstance(role, str) and not re.fullmatch(GUID, role_guid(role)):
        similar = role_definitions.similar(role.rstrip("/").rpartition("/")[2])
        hint = f"; did you mean {similar}?" if similar else ""
        yield Problem("roleDefinitionId", f"{role!r} must end with the role's GUID{hint} (built-in roles)")


def role_definition_exists(request: Request) -> None:
    guid = role_guid(str(request.inputs.get("roleDefinitionId")))
    if role_definitions.role(guid) is None and custom_role(request.subscription, guid) is None:
        similar = role_definitions.similar(guid)
        hint = f" Did you mean {similar}?" if similar else ""
        raise ArmError(
            400,
            "RoleDefinitionDoesNotExist",
            f"The specified role definition with ID '{guid}' does not exist.{hint}",
        )


def principal_is_known_everywhere(request: Request) -> None:
    """Entra spreads a new identity for a while; with a principalType Azure does not look it up.

    The message is that of azure-service-operator's recordings of 2025-11-19.
    """
    spreading = request.subscription.spreading()
    if not spreading or request.inputs.get("principalType") is not None:
        return
    wanted = str(request.inputs.get("principalId")).lower()
    for key in spreading:
        resource = request.subscription.get(key)
        identity: Any = (resource.outputs.get("identity") if resource else None) or {}
        owned = (resource.outputs.get("principalId") if resource else None, identity.get("principalId"))
        if wanted in {str(item).lower() for item in owned if item}:
            raise ArmError(
                400,
                "PrincipalNotFound",
                f"Principal {wanted.replace('-', '')} does not exist in the directory {request.tenant}. "
                "Check that you have the correct principal ID. If you are creating this principal and then "
                "immediately assigning a role, this error might be related to a replication delay. In this "
                "case, set the role assignment principalType property to a value, such as ServicePrincipal, "
                "User, or Group.",
            )


def principal_is_of_its_type(request: Request) -> None:
    """An identity of the subscription is a ServicePrincipal, and is named by its principal id."""
    wanted, kind = str(request.inputs.get("principalId")).lower(), request.inputs.get("principalType")
    for resource in request.subscription.all():
        identity = resource.outputs.get("identity")
        owned = [resource.outputs.get("principalId")] if resource.kind == _IDENTITY else []
        owned += [identity.get("principalId")] if isinstance(identity, dict) else []
        if wanted in {str(item).lower() for item in owned if item} and kind not in (None, "ServicePrincipal"):
            raise ArmError(
                400,
                "UnmatchedPrincipalType",
                f"The PrincipalId '{wanted}' has type 'ServicePrincipal', which is different from specified "
                f"PrincipalType '{kind}'.",
            )
        client = resource.outputs.get("clientId") if resource.kind == _IDENTITY else None
        if isinstance(client, str) and client.lower() == wanted:
            raise ArmError(
                400,
                "PrincipalNotFound",
                f"Principal {wanted} does not exist in the directory: it is the client id of "
                f"'{resource.name}', "
                "whose principal id is another.",
            )


def assignment_is_not_a_duplicate(request: Request) -> None:
    wanted = _principal_role_and_condition(request.inputs)
    scope = ids.key(ids.parse(request.id).scope)
    for other in request.subscription.of_kind(kinds.ROLE_ASSIGNMENT):
        same_scope = ids.key(ids.parse(other.id).scope) == scope and ids.key(other.id) != ids.key(request.id)
        if same_scope and _principal_role_and_condition(other.inputs) == wanted:
            raise ArmError(
                409, "RoleAssignmentExists", f"The role assignment already exists. It is '{other.id}'."
            )


def _principal_role_and_condition(inputs: Values) -> tuple[Any, str, Any]:
    return inputs.get("principalId"), role_guid(str(inputs.get("roleDefinitionId"))), inputs.get("condition")
