"""Which roles the identity that deploys may assign, and the condition that limits it to them."""

from __future__ import annotations

from collections.abc import Sequence

from roastery import roles

# Who has one of these can give itself any right: no delegate may assign them.
PRIVILEGED = frozenset(
    {
        roles.OWNER,
        roles.CONTRIBUTOR,
        roles.RBAC_ADMINISTRATOR,
        roles.USER_ACCESS_ADMINISTRATOR,
        roles.KEY_VAULT_DATA_ACCESS_ADMINISTRATOR,
    }
)
ASSIGNABLE = tuple(sorted(set(roles.NAMES) - PRIVILEGED))
"""What the identity that deploys may assign: every role that this program knows, but no privileged one."""


def assign_only(allowed: Sequence[roles.Role]) -> str:
    """The condition of a role assignment: its holder may assign and remove these roles only.

    Source: learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples.
    """
    guids = ", ".join(allowed)
    write, delete = (
        f"((!(ActionMatches{{'Microsoft.Authorization/roleAssignments/{verb}'}})) OR "
        f"(@{source}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] "
        f"ForAnyOfAnyValues:GuidEquals {{{guids}}}))"
        for verb, source in (("write", "Request"), ("delete", "Resource"))
    )
    return f"{write} AND {delete}"
