"""Cron expressions and names of time zones, as Argo takes them and as Azure ML's schedules do.

Azure ML takes a cron expression too, but ignores its day and its month: it treats both as `*` (Microsoft,
"Schedule machine learning pipeline jobs", limitations). An expression for the second of the month would run
every day. There, a day of the month has to be written as a recurrence.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

_FIELDS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 6)}
_EXAMPLE = "such as '0 6 2 * *': minute, hour, day of the month, month, day of the week"


@dataclass(frozen=True, kw_only=True)
class Monthly:
    """Certain days of every month; every hour with every minute."""

    days: tuple[int, ...]
    hours: tuple[int, ...]
    minutes: tuple[int, ...]


def check(line: str) -> str:
    """The expression, if it has five fields of numbers.

    Raises:
        ValueError: it has not; the message names the field.
    """
    _values(line)
    return line


def expanded(line: str) -> str:
    """The same expression with ranges and steps as lists: Microsoft documents neither for Azure ML.

    Raises:
        ValueError: it is not a cron expression.
    """
    values = _values(line)
    fields = zip(values, line.split(), strict=True)
    return " ".join("*" if field == "*" else ",".join(map(str, values[name])) for name, field in fields)


def monthly(line: str) -> Monthly | None:
    """The expression as a recurrence of Azure ML; None if Azure ML's own cron trigger means the same.

    Raises:
        ValueError: it is not a cron expression, or Azure ML has no equivalent.
    """
    values = _values(line)
    _, _, day, month, weekday = line.split()
    if month != "*":
        raise ValueError(f"{line!r} names months, which Azure ML's schedules do not support: write * there")
    if day == "*":
        return None
    if weekday != "*":
        raise ValueError(f"{line!r} names days of the month and of the week: Azure ML supports only one")
    return Monthly(days=values["day"], hours=values["hour"], minutes=values["minute"])


def windows_zone(zone: str) -> str:
    """The name of an IANA time zone in Windows, which Azure ML takes.

    Raises:
        ValueError: there is no such time zone.
    """
    from tzlocal.windows_tz import tz_win  # noqa: PLC0415 - only where a schedule is declared or read

    if zone not in tz_win:
        near = get_close_matches(zone, tz_win, 1)
        hint = f", did you mean {near[0]}?" if near else "; write it as in America/New_York"
        raise ValueError(f"there is no time zone {zone!r}{hint}")
    return tz_win[zone]


def _values(line: str) -> dict[str, tuple[int, ...]]:
    fields = line.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f"{line!r} has {len(fields)} fields, a cron expression has five: {_EXAMPLE}")
    return {name: _expand(line, name, field) for name, field in zip(_FIELDS, fields, strict=True)}


def _expand(line: str, name: str, field: str) -> tuple[int, ...]:
    """`*`, `5`, `1-5`, `*/10`, `8-18/2`, and lists of them, as the numbers they stand for."""
    low, high = _FIELDS[name]
    values: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = (str(low), "-", str(high)) if span == "*" else span.partition("-")
        numbers = [first, *([last] if dash else []), *([step] if slash else [])]
        if not all(number.isascii() and number.isdigit() for number in numbers) or (slash and int(step) == 0):
            raise ValueError(f"{line!r}: the {name} {part!r} is not a number, range or step; {_EXAMPLE}")
        start, end = int(first), int(last) if dash else int(first)
        if not low <= start <= end <= high:
            raise ValueError(f"{line!r}: the {name} {part!r} is not within {low} and {high}")
        values.update(range(start, end + 1, int(step) if slash else 1))
    return tuple(sorted(values))
