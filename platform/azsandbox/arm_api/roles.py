"""The built-in roles of Azure, which exist in every scope without being stored."""

from __future__ import annotations

import re

from azsandbox.arm_api.wire import Call, Values
from azsandbox.services.authorization.roles import BUILT_IN_ROLES

KIND = "microsoft.authorization/roledefinitions"
_NAMED = re.compile(r"roleName eq '([^']*)'", re.IGNORECASE)
_CUSTOM = re.compile(r"type eq 'CustomRole'", re.IGNORECASE)


def built_in(name: str) -> Values | None:
    """One built-in role by its GUID; its permissions are not modelled."""
    title = BUILT_IN_ROLES.get(name.lower())
    if title is None:
        return None
    return {
        "id": f"/providers/Microsoft.Authorization/roleDefinitions/{name.lower()}",
        "name": name.lower(),
        "type": "Microsoft.Authorization/roleDefinitions",
        "properties": {
            "roleName": title,
            "type": "BuiltInRole",
            "description": title,
            "assignableScopes": ["/"],
            "permissions": [],
        },
    }


def listed(call: Call, custom: list[Values]) -> list[Values]:
    """The roles that a list's filter names: custom ones and built-in ones."""
    query = call.query.get("$filter", "")
    known = [] if _CUSTOM.search(query) else [body for name in BUILT_IN_ROLES if (body := built_in(name))]
    wanted = _NAMED.search(query)
    roles = [*custom, *known]
    if wanted is None:
        return roles
    return [role for role in roles if role["properties"].get("roleName", "").lower() == wanted[1].lower()]
