"""What Azure refuses about custom roles (learn.microsoft.com/azure/role-based-access-control/custom-roles).

Read on 2026-12-01; also the Azure CLI (command_modules/role) and terraform-provider-azurerm, role_definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.facts import role_definitions
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.schema.values import UNKNOWN
from azsandbox.services import kinds

_LISTS = ("actions", "notActions", "dataActions", "notDataActions")
_ACTION = re.compile(r"\*|[\w.*-]+(/[\w.*{}$-]+)*/([\w-]*\*|read|write|delete|action)", re.IGNORECASE)
_MANAGEMENT_GROUP = "/providers/microsoft.management/managementgroups/"
_SCOPE = re.compile(
    r"/subscriptions/[^/]+(/resourceGroups/[^/]+(/providers/.+)?)?"
    r"|/providers/Microsoft\.Management/managementGroups/[^/]+",
    re.IGNORECASE,
)
_LONGEST_NAME, _LONGEST_DESCRIPTION = 512, 2048


def role_has_a_name(inputs: Values) -> Iterator[Problem]:
    name, description = inputs.get("roleName"), inputs.get("description")
    if name is None:
        yield Problem("roleName", "is required", code="required")
    elif isinstance(name, str) and not 1 <= len(name) <= _LONGEST_NAME:
        yield Problem("roleName", f"has {len(name)} characters, but 1 to {_LONGEST_NAME} are allowed")
    if isinstance(description, str) and len(description) > _LONGEST_DESCRIPTION:
        yield Problem("description", f"has {len(description)} characters, but at most {_LONGEST_DESCRIPTION}")


def actions_are_operations(inputs: Values) -> Iterator[Problem]:
    """`*`, or a provider's operation that ends in read, write, delete, action or a wildcard."""
    for name in _LISTS:
        for path, action in walk.values(inputs, f"permissions[].{name}[]"):
            if isinstance(action, str) and not _ACTION.fullmatch(action):
                yield Problem(
                    path,
                    f"{action!r} is not an operation such as Microsoft.Storage/storageAccounts/read: it "
                    "ends in read, "
                    "write, delete, action or *",
                )


def actions_are_of_their_kind(inputs: Values) -> Iterator[Problem]:
    """Providers exist; an operation on data is not among the actions of the control plane."""
    for name in _LISTS:
        for path, action in walk.values(inputs, f"permissions[].{name}[]"):
            if not isinstance(action, str):
                continue
            provider = action.partition("/")[0]
            hint = suggestion(provider.lower(), role_definitions.providers())
            if "*" not in provider and provider.lower() not in role_definitions.providers():
                yield Problem(path, f"{provider!r} is not a known resource provider{hint}", warning=not hint)
            elif name in {"actions", "notActions"} and action.lower() in role_definitions.data_operations():
                yield Problem(path, f"{action!r} is an operation on data: it belongs to dataActions")


def scopes_are_assignable(inputs: Values) -> Iterator[Problem]:
    """At least one, its own among them; at most one management group, and no data actions there."""
    scopes, own = inputs.get("assignableScopes"), inputs.get("scope")
    if scopes is UNKNOWN:
        return
    if not isinstance(scopes, list) or not scopes:
        yield Problem("assignableScopes", "is required, with at least one scope", code="required")
        return
    for index, scope in enumerate(scopes):
        if isinstance(scope, str) and not _SCOPE.fullmatch(scope.rstrip("/")):
            yield Problem(
                f"assignableScopes[{index}]",
                f"{scope!r} is not a subscription, a resource group or a management group",
            )
    groups = [
        scope for scope in scopes if isinstance(scope, str) and scope.lower().startswith(_MANAGEMENT_GROUP)
    ]
    if len(groups) > 1:
        yield Problem("assignableScopes", f"has {len(groups)} management groups, but at most one is allowed")
    if groups and any(True for _ in walk.values(inputs, "permissions[].dataActions[]")):
        yield Problem(
            "assignableScopes",
            f"has {groups[0]}, but roles with dataActions can't be assigned at management groups",
        )
    if isinstance(own, str) and UNKNOWN not in scopes and not any(_covers(scope, own) for scope in scopes):
        yield Problem("assignableScopes", f"lacks the role's own scope, {own}")


def _covers(scope: Any, own: str) -> bool:
    """Whether the scope is the role's own one, or above it; what is above a subscription is not known."""
    if not isinstance(scope, str) or scope.lower().startswith(_MANAGEMENT_GROUP):
        return True
    wanted = ids.key(own if own.startswith("/") else f"/{own}")
    return wanted == ids.key(scope) or ids.below(wanted, scope)


def role_name_is_unique(request: Request) -> None:
    """In the whole tenant (custom-roles, limits)."""
    name = request.inputs.get("roleName")
    built_in = role_definitions.role_called(name) if isinstance(name, str) else None
    if built_in is not None:
        raise ArmError(
            409,
            "RoleDefinitionWithSameNameExists",
            f"A role with the name '{name}' already exists in this directory: it is built in. Use another.",
        )
    for other in request.subscription.of_kind(kinds.ROLE_DEFINITION):
        same = isinstance(name, str) and str(other.inputs.get("roleName")).lower() == name.lower()
        if same and ids.parse(other.id).name.lower() != request.name.lower():
            raise ArmError(
                409,
                "RoleDefinitionWithSameNameExists",
                "A role definition cannot be updated with a name that already exists. "
                f"'{name}' is '{other.id}': use a different name.",
            )
