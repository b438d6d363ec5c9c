"""`${vnet.id}` in the strings of a case: outputs of another resource, or facts of the deployment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from azsandbox.schema.values import UNKNOWN

REFERENCE = re.compile(r"\$\{([^{}]+)\}")


def interpolated(value: Any, lookup: Callable[[str], Any]) -> Any:
    """The value with all references replaced; a string that is one reference becomes that value."""
    if isinstance(value, dict):
        return {str(interpolated(key, lookup)): interpolated(item, lookup) for key, item in value.items()}
    if isinstance(value, list):
        return [interpolated(item, lookup) for item in value]
    if not isinstance(value, str):
        return value
    whole = REFERENCE.fullmatch(value)
    if whole:
        return lookup(whole[1])
    parts = [lookup(name) for name in REFERENCE.findall(value)]
    if any(part is UNKNOWN for part in parts):
        return UNKNOWN
    rest = iter(parts)
    return REFERENCE.sub(lambda _: str(next(rest)), value)


def references(value: Any) -> Iterator[str]:
    """What the strings among the inputs refer to: `vnet.id` of `${vnet.id}`."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from REFERENCE.findall(str(key))
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, str):
        yield from REFERENCE.findall(value)
