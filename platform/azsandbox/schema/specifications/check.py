"""One value against one constraint of Azure's specifications."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from azsandbox.schema.specifications.table import Constraint


def violations(constraint: Constraint, value: Any) -> Iterator[str]:
    """What a value of a request body breaks, as the rest of a sentence about it.

    A value of another type than the constraint is about breaks nothing: that is the type's own problem.
    """
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield from _number(constraint, value)
    elif isinstance(value, str):
        yield from _text(constraint, value)
    elif isinstance(value, list):
        yield from _items(constraint, value)


def _number(constraint: Constraint, value: float) -> Iterator[str]:
    low, high, step = (constraint.get(kind) for kind in ("minimum", "maximum", "multipleOf"))
    if (low is not None and value < low) or (high is not None and value > high):
        if low is None or high is None:
            bound = f"at least {low:,}" if high is None else f"at most {high:,}"
        else:
            bound = f"between {low:,} and {high:,}"
        yield f"is {value:,}, but must be {bound}"
    if step and value % step:
        yield f"is {value:,}, but must be a multiple of {step:,}"


def _text(constraint: Constraint, value: str) -> Iterator[str]:
    shortest, longest = constraint.get("minLength", 0), constraint.get("maxLength")
    if len(value) < shortest or (longest is not None and len(value) > longest):
        allowed = f"at least {shortest}" if longest is None else f"{shortest} to {longest}"
        yield f"is {value!r:.60}, {len(value)} characters long, but must have {allowed}"
    pattern = constraint.get("pattern")
    if pattern and not _compiled(pattern).search(value):
        yield f"is {value!r:.60}, but must match the pattern {pattern}"


def _items(constraint: Constraint, value: list[Any]) -> Iterator[str]:
    fewest, most = constraint.get("minItems", 0), constraint.get("maxItems")
    if len(value) < fewest or (most is not None and len(value) > most):
        allowed = f"at least {fewest}" if most is None else f"{fewest} to {most}"
        yield f"has {len(value)} items, but must have {allowed}"
    if constraint.get("uniqueItems") and len({repr(item) for item in value}) < len(value):
        yield "has an item twice, but its items must differ"


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """As the specifications' own dialect (ECMA 262) reads it: digits and words are ASCII."""
    return re.compile(pattern, re.ASCII)
