"""The identity block of any resource: its type says what it names (managed identities overview)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN


def identity_names_what_its_type_says(inputs: dict[str, Any]) -> Iterator[Problem]:
    """User-assigned identities are named exactly where the type says that there are some."""
    identity = inputs.get("identity")
    if not isinstance(identity, dict):
        return
    kind, assigned = identity.get("type"), identity.get("userAssignedIdentities")
    if not isinstance(kind, str) or assigned is UNKNOWN:
        return
    user_assigned = "userassigned" in kind.lower()
    if user_assigned and not assigned:
        yield Problem(
            "identity.userAssignedIdentities",
            f"type {kind!r} needs the id of at least one user-assigned identity",
            code="law",
        )
    elif assigned and not user_assigned:
        yield Problem(
            "identity.type",
            f"{kind!r} excludes userAssignedIdentities: use 'UserAssigned', or leave the identities out",
            code="law",
        )
