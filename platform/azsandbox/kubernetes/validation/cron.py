"""Schedules of cron jobs, as github.com/robfig/cron/v3's standard parser reads them.

Source: github.com/robfig/cron v3.0.1 parser.go and spec.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FIELDS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 6)}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DESCRIPTORS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_DURATION = re.compile(
    r"[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*"
)
_RANGE_PARTS = 2


def complaints(text: str) -> Iterator[str]:
    """What is wrong with a schedule; nothing if it can be parsed."""
    plain = re.sub(r"^(CRON_)?TZ=\S+\s+", "", text)
    if plain.startswith("@"):
        every = plain.removeprefix("@every ")
        if plain not in _DESCRIPTORS and (every == plain or not _DURATION.fullmatch(every.strip())):
            yield f"unrecognized descriptor: {plain}"
        return
    fields = plain.split()
    if len(fields) != len(_FIELDS):
        yield f"expected exactly {len(_FIELDS)} fields, found {len(fields)}: {fields}"
        return
    for (name, bounds), field in zip(_FIELDS.items(), fields, strict=True):
        for part in field.split(","):
            complaint = _part(name, part, *bounds) if part else None
            if complaint:
                yield complaint


def _part(name: str, part: str, low: int, high: int) -> str | None:
    pieces = part.split("/")
    span = pieces[0].split("-")
    first = last = None
    if pieces[0] in {"*", "?"}:
        first, last = low, high
    elif len(span) <= _RANGE_PARTS:
        first, last = _number(name, span[0]), _number(name, span[-1])
    if first is None or last is None:
        return f"failed to parse int from {part}"
    if len(pieces) == _RANGE_PARTS and len(span) == 1 and pieces[0] not in {"*", "?"}:
        last = high
    step = _number("", pieces[1]) if len(pieces) == _RANGE_PARTS else 1
    if len(pieces) > _RANGE_PARTS or step is None:
        return (
            f"too many slashes: {part}" if len(pieces) > _RANGE_PARTS else f"failed to parse int from {part}"
        )
    if first < low:
        return f"beginning of range ({first}) below minimum ({low}): {part}"
    if last > high:
        return f"end of range ({last}) above maximum ({high}): {part}"
    if first > last:
        return f"beginning of range ({first}) beyond end of range ({last}): {part}"
    return f"step of range should be a positive number: {part}" if step == 0 else None


def _number(name: str, text: str) -> int | None:
    known = {"month": _MONTHS, "weekday": _DAYS}.get(name, ())
    if text.lower() in known:
        return known.index(text.lower()) + (1 if name == "month" else 0)
    return int(text) if text.isascii() and text.isdigit() else None
