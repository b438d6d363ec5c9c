"""Lines of cron and names of time zones, as Argo takes them and as Azure ML's schedules do.

Azure ML reads a cron line too, but not its day and its month: what stands there is ignored and treated as `*`
(Microsoft, "Schedule machine learning pipeline jobs", limitations). A line for the second of the month would
run every day. There, a day of the month has to be said as a recurrence.
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
    """The line, if it is one of five fields of numbers.

    Raises:
        ValueError: it is not; the message says where.
    """
    _values(line)
    return line


def spelled(line: str) -> str:
    """The same line in numbers and lists: Microsoft documents no ranges and steps for Azure ML's triggers.

    Raises:
        ValueError: it is no line of cron.
    """
    values = _values(line)
    fields = zip(values, line.split(), strict=True)
    return " ".join("*" if field == "*" else ",".join(map(str, values[name])) for name, field in fields)


def monthly(line: str) -> Monthly | None:
    """What a line means to Azure ML as a recurrence; None if its own cron trigger means the same.

    Raises:
        ValueError: it is no line of cron, or Azure ML can't say it.
    """
    values = _values(line)
    _, _, day, month, weekday = line.split()
    if month != "*":
        raise ValueError(f"{line!r} names months, which no schedule of Azure ML knows: leave a * there")
    if day == "*":
        return None
    if weekday != "*":
        raise ValueError(f"{line!r} names days of the month and of the week: Azure ML knows one or the other")
    return Monthly(days=values["day"], hours=values["hour"], minutes=values["minute"])


def windows(zone: str) -> str:
    """What Windows, and with it Azure ML, calls an IANA time zone.

    Raises:
        ValueError: there is no such zone.
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
        raise ValueError(f"{line!r} has {len(fields)} fields, a line of cron has five: {_EXAMPLE}")
    return {name: _expand(line, name, field) for name, field in zip(_FIELDS, fields, strict=True)}


def _expand(line: str, name: str, field: str) -> tuple[int, ...]:
    """`*`, `5`, `1-5`, `*/10`, `8-18/2`, and lists of them, as the numbers they stand for."""
    low, high = _FIELDS[name]
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = (str(low), "-", str(high)) if span == "*" else span.partition("-")
        numbers = [first, *([last] if dash else []), *([step] if slash else [])]
        if not all(one.isascii() and one.isdigit() for one in numbers) or (slash and int(step) == 0):
            raise ValueError(f"{line!r}: the {name} {part!r} is no number, range or step; {_EXAMPLE}")
        start, end = int(first), int(last) if dash else int(first)
        if not low <= start <= end <= high:
            raise ValueError(f"{line!r}: the {name} {part!r} is not within {low} and {high}")
        found.update(range(start, end + 1, int(step) if slash else 1))
    return tuple(sorted(found))
