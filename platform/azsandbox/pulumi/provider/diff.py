"""Old inputs against new ones: a detailed diff, with the changes that need a replacement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from azsandbox.pulumi.provider.backend import Replacing
from azsandbox.schema.values import UNKNOWN, reveal

_INDEX = re.compile(r"\[\d+\]")
_PLAIN = re.compile(r"^[A-Za-z_$][\w$]*$")


class Kind(Enum):
    ADD = "ADD"
    DELETE = "DELETE"
    UPDATE = "UPDATE"


@dataclass(frozen=True)
class Change:
    path: str  # Pulumi's spelling: a.b[0]["c.d"]
    kind: Kind
    replaces: bool


def changes(
    old: dict[str, Any], new: dict[str, Any], replacing: Replacing, same: Callable[[str, Any, Any], bool]
) -> list[Change]:
    """Every differing leaf. `same` is asked about two values that differ literally, with their path."""
    found: list[Change] = []
    for path, kind in _walk("", reveal(old), reveal(new), same):
        pattern = pattern_of(path)
        hit = replacing.everything or any(
            pattern == one or pattern.startswith((f"{one}.", f"{one}[")) for one in replacing.paths
        )
        found.append(Change(path, kind, hit))
    return found


def pattern_of(path: str) -> str:
    """The path without list indexes: `pools[0].count` → `pools.count`."""
    return _INDEX.sub("", path)


def _walk(path: str, old: Any, new: Any, same: Callable[[str, Any, Any], bool]) -> Iterator[tuple[str, Kind]]:
    if old == new and new is not UNKNOWN:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            if not key.startswith("__"):
                yield from _walk(_join(path, key), old.get(key), new.get(key), same)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            here = old[index] if index < len(old) else None
            there = new[index] if index < len(new) else None
            yield from _walk(f"{path}[{index}]", here, there, same)
    elif new is None:
        yield path, Kind.DELETE
    elif old is None:
        yield path, Kind.ADD
    elif new is UNKNOWN or not same(pattern_of(path), old, new):
        yield path, Kind.UPDATE


def _join(path: str, key: str) -> str:
    if not _PLAIN.match(key):
        escaped = key.replace('"', '\\"')
        return f'{path}["{escaped}"]'
    return f"{path}.{key}" if path else key
