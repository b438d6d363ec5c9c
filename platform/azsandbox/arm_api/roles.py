"""The built-in roles of Azure, which exist in every scope without being stored."""

from __future__ import annotations

import re

from azsandbox.arm_api.wire import Call, Values
from azsandbox.facts import role_definitions

KIND = "microsoft.authorization/roledefinitions"
_NAMED = re.compile(r"roleName eq '([^']*)'", re.IGNORECASE)
_CUSTOM = re.compile(r"type eq 'CustomRole'", re.IGNORECASE)


def built_in(name: str) -> Values | None:
    """One built-in role by its GUID."""
    role = role_definitions.role(name)
    if role is None:
        return None
    return {
        "id": f"/providers/Microsoft.Authorization/roleDefinitions/{role.guid}",
        "name": role.guid,
        "type": "Microsoft.Authorization/roleDefinitions",
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole",
            "description": role.name,
            "assignableScopes": ["/"],
            "permissions": [
                {
                    "actions": list(permission.actions),
                    "notActions": list(permission.not_actions),
                    "dataActions": list(permission.data_actions),
                    "notDataActions": list(permission.not_data_actions),
                }
                for permission in role.permissions
            ],
        },
    }


def listed(call: Call, custom: list[Values]) -> list[Values]:
    """The roles that a list's filter names: custom ones and built-in ones."""
    query = call.query.get("$filter", "")
    known = (
        []
        if _CUSTOM.search(query)
        else [body for name in role_definitions.guids() if (body := built_in(name))]
    )
    wanted = _NAMED.search(query)
    roles = [*custom, *known]
    if wanted is None:
        return roles
    return [role for role in roles if role["properties"].get("roleName", "").lower() == wanted[1].lower()]
