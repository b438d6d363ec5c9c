"""The values at a path pattern such as `ipConfigurations[].subnet.id` or `dataSources.*[].streams[]`.

`[]` stands for every item of a list, `*` for every key of an object; keys are compared as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.schema.values import UNKNOWN


def values(inputs: Any, pattern: str) -> Iterator[tuple[str, Any]]:
    """(concrete path, value) of every value at the pattern that is present and known."""
    parts = pattern.replace("[]", ".[]").split(".") if pattern else []
    yield from _walk(inputs, [part for part in parts if part], "")


def value(inputs: Any, path: str) -> Any:
    """The value at a path without `[]`; None if it is absent, UNKNOWN if it or a part above it is unknown."""
    for part in path.split("."):
        if inputs is UNKNOWN:
            return UNKNOWN
        inputs = inputs.get(part) if isinstance(inputs, dict) else None
    return inputs


def lists(inputs: Any, pattern: str) -> Iterator[tuple[str, list[Any]]]:
    """(concrete path, list) of every list at the pattern."""
    for path, item in values(inputs, pattern):
        if isinstance(item, list):
            yield path, item


def objects(inputs: Any, pattern: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(concrete path, object) of every object at the pattern; an empty pattern is the inputs themselves."""
    for path, item in values(inputs, pattern):
        if isinstance(item, dict):
            yield path, item


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _walk(item: Any, parts: list[str], path: str) -> Iterator[tuple[str, Any]]:
    if item is None or item is UNKNOWN:
        return
    if not parts:
        yield path, item
        return
    head, *rest = parts
    if head == "[]":
        if isinstance(item, list):
            for index, member in enumerate(item):
                yield from _walk(member, rest, f"{path}[{index}]")
    elif not isinstance(item, dict):
        return
    elif head == "*":
        for key, member in item.items():
            yield from _walk(member, rest, joined(path, str(key)))
    else:
        yield from _walk(item.get(head), rest, joined(path, head))
