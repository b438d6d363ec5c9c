"""Changes of one value each: everything that a program can get wrong about an object."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]
_TEXTS = ("", "Not Valid!", "a" * 64, "../up", "/", "None", "10.0.0.300")
_NUMBERS = (-1, 0, 70000, 2**31)
_OTHERS: tuple[Any, ...] = ([], {}, True, "text", 7)


def paths(value: Any, prefix: Path = ()) -> Iterator[Path]:
    """Every path below a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*prefix, key)
        yield from paths(inner, (*prefix, key))


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def mutations(manifest: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every change with its name; the identity of the object stays."""
    for path in paths(manifest):
        if path[0] in {"apiVersion", "kind"} or path in {("metadata",), ("metadata", "name")}:
            continue
        yield _changed(manifest, path, "without", None)
        for replacement in _replacements(at(manifest, path)):
            yield _changed(manifest, path, f"= {replacement!r:.30}", replacement)
        if isinstance(at(manifest, path), dict):
            yield _changed(manifest, (*path, "surplus"), "= 'x'", "x")
        if isinstance(path[-1], int):
            yield _doubled(manifest, path)


def _replacements(value: Any) -> Iterator[Any]:
    if isinstance(value, str):
        yield from _TEXTS
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _NUMBERS
    for other in _OTHERS:
        if type(other) is not type(value) or other == []:
            yield copy.deepcopy(other)


def _changed(manifest: dict[str, Any], path: Path, name: str, value: Any) -> tuple[str, dict[str, Any]]:
    changed = copy.deepcopy(manifest)
    owner = at(changed, path[:-1])
    if name == "without":
        del owner[path[-1]]
    else:
        owner[path[-1]] = value
    return f"{'.'.join(map(str, path))} {name}", changed


def _doubled(manifest: dict[str, Any], path: Path) -> tuple[str, dict[str, Any]]:
    changed = copy.deepcopy(manifest)
    owner = at(changed, path[:-1])
    owner.append(copy.deepcopy(owner[path[-1]]))
    return f"{'.'.join(map(str, path))} twice", changed
