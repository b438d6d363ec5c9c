"""What Azure Monitor refuses about action groups."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_SHORT_NAME_LENGTHS = range(1, 13)


def short_name_within_limit(inputs: Values) -> Iterator[Problem]:
    name = inputs.get("groupShortName")
    if isinstance(name, str) and len(name) not in _SHORT_NAME_LENGTHS:
        yield Problem("groupShortName", f"{name!r} has {len(name)} characters, but 1 to 12 are allowed")
