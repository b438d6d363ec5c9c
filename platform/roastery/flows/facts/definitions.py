"""Role definitions: what each built-in role of `roastery.roles` allows, and which actions a pattern covers.

The table is a part of azsandbox's, which names its source; tests/platform/roastery/flows/facts compares them.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("role_definitions.json")


@dataclass(frozen=True, kw_only=True)
class RolePermission:
    """One permission of a role: patterns in which `*` stands for any text."""

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()

    def allows(self, action: str, *, data: bool) -> bool:
        """Whether it allows an action; one with `*` is allowed if all that it stands for is."""
        allowing = self.data_actions if data else self.actions
        excluding = self.not_data_actions if data else self.not_actions
        return any(covers(pattern, action) for pattern in allowing) and not any(
            covers(pattern, action) or covers(action, pattern) for pattern in excluding
        )


@dataclass(frozen=True, kw_only=True)
class RoleDefinition:
    """A role: built into Azure, or declared by the state (its id is then its ARM id)."""

    id: str
    name: str
    permissions: tuple[RolePermission, ...]

    def allows(self, action: str, *, data: bool) -> bool:
        return any(permission.allows(action, data=data) for permission in self.permissions)

    @property
    def breadth(self) -> tuple[int, int, str]:
        """Sorts roles by how much they allow: patterns with `*` first of all, then the number of patterns."""
        patterns = [text for part in self.permissions for text in (*part.actions, *part.data_actions)]
        # `*` weighs more than `Microsoft.Storage/*`, which weighs more than `…/blobs/*`.
        open_ended = sum(max(1, 64 >> text.count("/") * 2) for text in patterns if "*" in text)
        return open_ended, len(patterns), self.name


def permission(fields: Mapping[str, Any]) -> RolePermission:
    """A permission as Azure writes it."""
    return RolePermission(
        actions=_texts(fields.get("actions")),
        not_actions=_texts(fields.get("notActions")),
        data_actions=_texts(fields.get("dataActions")),
        not_data_actions=_texts(fields.get("notDataActions")),
    )


def covers(pattern: str, action: str) -> bool:
    """Whether a pattern covers an action, or all that another pattern covers; without regard to case."""
    return _expression(pattern.lower()).fullmatch(action.lower()) is not None


@functools.cache
def built_in() -> Mapping[str, RoleDefinition]:
    """The known built-in roles by GUID."""
    rows: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))["roles"]
    return {
        guid: RoleDefinition(
            id=guid, name=row["name"], permissions=tuple(permission(part) for part in row["permissions"])
        )
        for guid, row in rows.items()
    }


def narrowest(
    known: Iterable[RoleDefinition], actions: Sequence[str], data_actions: Sequence[str]
) -> RoleDefinition | None:
    """The role that allows all of these and the least besides."""
    fitting = [
        role
        for role in known
        if all(role.allows(action, data=False) for action in actions)
        and all(role.allows(action, data=True) for action in data_actions)
    ]
    return min(fitting, key=lambda role: role.breadth, default=None)


@functools.cache
def _expression(pattern: str) -> re.Pattern[str]:
    # Managed Identity Operator has userAssignedIdentities/*/assign/action, and Azure takes it for the action
    # userAssignedIdentities/assign/action: a star between slashes stands for nothing as well.
    between = "/(?:.*/)?".join(".*".join(map(re.escape, part.split("*"))) for part in pattern.split("/*/"))
    return re.compile(between, re.DOTALL)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
