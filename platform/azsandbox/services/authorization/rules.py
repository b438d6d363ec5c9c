"""What authorization refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import identities, ids
from azsandbox.arm.model import Request, Values
from azsandbox.arm.roles import ROLE_DEFINITIONS, role_guid
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
LEVELS = frozenset({"CanNotDelete", "ReadOnly"})


def principal_is_guid(inputs: Values) -> Iterator[Problem]:
    principal = inputs.get("principalId")
    if isinstance(principal, str) and not _GUID.fullmatch(principal):
        yield Problem("principalId", f"{principal!r} is no object id: a GUID is")
    if inputs.get("principalType") is None:
        yield Problem(
            "principalType", "is missing: a principal made a moment ago may not be found", warning=True
        )


def level_is_known(inputs: Values) -> Iterator[Problem]:
    level = inputs.get("level")
    if isinstance(level, str) and level not in LEVELS:
        yield Problem("level", f"{level!r} is none of {', '.join(sorted(LEVELS))}")


def role_exists(request: Request) -> None:
    role = str(request.inputs.get("roleDefinitionId"))
    own = request.subscription.get(role)
    if role_guid(role) not in ROLE_DEFINITIONS and own is None:
        raise ArmError(
            400,
            "RoleDefinitionDoesNotExist",
            f"The specified role definition with ID '{role_guid(role)}' does not exist.",
        )


def not_twice(request: Request) -> None:
    wanted = _meaning(request.inputs)
    scope = ids.key(ids.parse(request.id).scope)
    for other in request.subscription.of_kind(_ASSIGNMENTS):
        same_place = ids.key(ids.parse(other.id).scope) == scope and ids.key(other.id) != ids.key(request.id)
        if same_place and _meaning(other.inputs) == wanted:
            raise ArmError(
                409, "RoleAssignmentExists", f"The role assignment already exists, as '{other.id}'."
            )


def _meaning(inputs: Values) -> tuple[Any, str, Any]:
    return inputs.get("principalId"), role_guid(str(inputs.get("roleDefinitionId"))), inputs.get("condition")


def client_config(_: Subscription, arguments: Values, scope: str) -> Values:
    return {
        "clientId": identities.made_up("client", scope),
        "objectId": identities.made_up("principal", scope),
        "subscriptionId": arguments["subscriptionId"],
        "tenantId": arguments["tenantId"],
    }


def client_token(subscription: Subscription, arguments: Values, scope: str) -> Values:
    return {
        "token": f"sandbox.{subscription.redactor.derive(scope + str(arguments.get('endpoint')), 24).hex()}"
    }
