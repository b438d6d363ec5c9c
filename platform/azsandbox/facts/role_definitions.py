"""Azure's built-in roles: what each allows, and whether permissions allow what an operation needs."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from azsandbox.facts.table import load

TABLE = "role_definitions"


@dataclass(frozen=True, kw_only=True)
class Permission:
    """What one permission of a role definition allows, as patterns in which `*` stands for any text."""

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()

    def allows(self, action: str, *, data: bool = False) -> bool:
        """Whether it allows the action; an action with `*` is allowed if all that it stands for is."""
        allowed = self.data_actions if data else self.actions
        excluded = self.not_data_actions if data else self.not_actions
        return any(matches(pattern, action) for pattern in allowed) and not any(
            matches(pattern, action) or matches(action, pattern) for pattern in excluded
        )


@dataclass(frozen=True, kw_only=True)
class Role:
    """A built-in role: its GUID is the same in every subscription."""

    guid: str
    name: str
    permissions: tuple[Permission, ...]

    def covers(self, actions: Iterable[str], *, data: bool = False) -> bool:
        return not missing(self.permissions, actions, data=data)


def matches(pattern: str, action: str) -> bool:
    """Whether a role definition's pattern covers the action, or all that another pattern covers."""
    return _expression(pattern.lower()).fullmatch(action.lower()) is not None


@functools.cache
def _expression(pattern: str) -> re.Pattern[str]:
    # Managed Identity Operator has userAssignedIdentities/*/assign/action, and Azure takes it for the action
    # userAssignedIdentities/assign/action: a star between slashes stands for nothing as well.
    between = "/(?:.*/)?".join(".*".join(map(re.escape, part.split("*"))) for part in pattern.split("/*/"))
    return re.compile(between, re.DOTALL)


def missing(permissions: Iterable[Permission], actions: Iterable[str], *, data: bool = False) -> list[str]:
    """The actions that none of the permissions allows."""
    held_together = tuple(permissions)
    return [
        action
        for action in actions
        if not any(permission.allows(action, data=data) for permission in held_together)
    ]


def permission(value: Any) -> Permission:
    """A permission as a request body has it; what is not a list of texts is left out."""
    fields = value if isinstance(value, dict) else {}
    return Permission(
        actions=_texts(fields.get("actions")),
        not_actions=_texts(fields.get("notActions")),
        data_actions=_texts(fields.get("dataActions")),
        not_data_actions=_texts(fields.get("notDataActions")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


@functools.cache
def _names() -> Mapping[str, str]:
    return {guid: role[0] for guid, role in load(TABLE).rows["roles"].items()}


@functools.cache
def role(guid: str) -> Role | None:
    """The built-in role with this GUID."""
    rows = load(TABLE).rows
    values = rows["roles"].get(guid.lower())
    if values is None:
        return None
    actions: list[str] = rows["actions"]
    permissions = (
        Permission(
            **dict(zip(_FIELDS, (tuple(actions[number] for number in kind) for kind in part), strict=True))
        )
        for part in values[1:]
    )
    return Role(guid=guid.lower(), name=values[0], permissions=tuple(permissions))


_FIELDS = ("actions", "not_actions", "data_actions", "not_data_actions")


def guids() -> tuple[str, ...]:
    """The GUIDs of all built-in roles."""
    return tuple(_names())


def role_called(name: str) -> Role | None:
    """The built-in role with this name, whatever its case."""
    guid = next((guid for guid, known in _names().items() if known.lower() == name.lower()), None)
    return role(guid) if guid else None


def similar(text: str) -> str:
    """`'AcrPull' (7f95…)`: the role whose GUID or name is spelled like the text, or an empty text."""
    names = _names()
    close = difflib.get_close_matches(text.lower(), list(names), 1, 0.8)
    by_name = {name.lower(): guid for guid, name in names.items()}
    close += [by_name[name] for name in difflib.get_close_matches(text.lower(), list(by_name), 1, 0.6)]
    return f"{names[close[0]]!r} ({close[0]})" if close else ""


@functools.cache
def providers() -> frozenset[str]:
    """The resource providers whose operations a built-in role names, in lower case."""
    return frozenset(action.partition("/")[0].lower() for action in operations() if "/" in action)


@functools.cache
def data_operations() -> frozenset[str]:
    """Operations, in lower case, that built-in roles name among data actions and never among actions."""
    permissions = [permission for guid in _names() for permission in _permissions(guid)]
    control = {action.lower() for item in permissions for action in (*item.actions, *item.not_actions)}
    data = {action.lower() for item in permissions for action in (*item.data_actions, *item.not_data_actions)}
    return frozenset(data - control)


def _permissions(guid: str) -> tuple[Permission, ...]:
    built_in = role(guid)
    return built_in.permissions if built_in else ()


def operations() -> frozenset[str]:
    """Every action, or pattern of actions, that a built-in role names."""
    return frozenset(load(TABLE).rows["actions"])
