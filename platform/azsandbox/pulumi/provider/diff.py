"""Compares old and new inputs: a detailed diff, with the changes that replace the resource."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from azsandbox.pulumi.provider.backend import ReplaceRules
from azsandbox.schema.values import UNKNOWN, reveal

_INDEX = re.compile(r"\[\d+\]")
_PLAIN = re.compile(r"^[A-Za-z_$][\w$]*$")


class DiffKind(Enum):
    ADD = "ADD"
    DELETE = "DELETE"
    UPDATE = "UPDATE"


@dataclass(frozen=True)
class Change:
    path: str  # in Pulumi's notation: a.b[0]["c.d"]
    kind: DiffKind
    replaces: bool


def changes(
    old: dict[str, Any],
    new: dict[str, Any],
    rules: ReplaceRules,
    equivalent: Callable[[str, Any, Any], bool],
) -> list[Change]:
    """Every change between the inputs, by path.

    Args:
        old: the inputs in the state.
        new: the program's inputs.
        rules: which of the changes replace the resource.
        equivalent: whether two different values at a path mean the same to the service.
    """
    differences: list[Change] = []
    for path, kind in _walk("", reveal(old), reveal(new), equivalent):
        pattern = pattern_of(path)
        replaces = rules.every_change or any(
            pattern == prefix or pattern.startswith((f"{prefix}.", f"{prefix}[")) for prefix in rules.paths
        )
        differences.append(Change(path, kind, replaces))
    return differences


def pattern_of(path: str) -> str:
    """The path without list indexes: `pools[0].count` → `pools.count`."""
    return _INDEX.sub("", path)


def _walk(
    path: str, old: Any, new: Any, equivalent: Callable[[str, Any, Any], bool]
) -> Iterator[tuple[str, DiffKind]]:
    if old == new and new is not UNKNOWN:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            if not key.startswith("__"):
                yield from _walk(_join(path, key), old.get(key), new.get(key), equivalent)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            old_item = old[index] if index < len(old) else None
            new_item = new[index] if index < len(new) else None
            yield from _walk(f"{path}[{index}]", old_item, new_item, equivalent)
    elif new is None:
        yield path, DiffKind.DELETE
    elif old is None:
        yield path, DiffKind.ADD
    elif new is UNKNOWN or not equivalent(pattern_of(path), old, new):
        yield path, DiffKind.UPDATE


def _join(path: str, key: str) -> str:
    if not _PLAIN.match(key):
        escaped = key.replace('"', '\\"')
        return f'{path}["{escaped}"]'
    return f"{path}.{key}" if path else key
