"""Cron expressions of five fields, as Azure ML's schedules take them."""

from __future__ import annotations

_FIELDS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 6)}


def check(expression: str) -> None:
    """Accepts `*`, `5`, `1-5`, `*/10`, `8-18/2` and lists of them in each field.

    Raises:
        ValueError: a field is none of these, or out of its range; the message names it.
    """
    fields = expression.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f"{expression!r} has {len(fields)} fields, but a cron expression has five")
    for (name, (low, high)), field in zip(_FIELDS.items(), fields, strict=True):
        for part in field.split(","):
            span, slash, step = part.partition("/")
            first, dash, last = (str(low), "-", str(high)) if span == "*" else span.partition("-")
            numbers = [first, *([last] if dash else []), *([step] if slash else [])]
            digits = all(number.isascii() and number.isdigit() for number in numbers)
            if not digits or (slash and int(step) == 0):
                raise ValueError(f"{expression!r}: the {name} {part!r} is not a number, a range or a step")
            if not low <= int(first) <= int(last if dash else first) <= high:
                raise ValueError(f"{expression!r}: the {name} {part!r} is not within {low} and {high}")
