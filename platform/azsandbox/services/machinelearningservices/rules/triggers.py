"""When a schedule fires: of jobs, and of the start and stop of compute instances.

Source: learn.microsoft.com, "Schedule machine learning pipeline jobs" and "CLI (v2) job schedule YAML
schema"; azure-ai-ml 1.35, `constants/_job` TimeZone (2026-12-01).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from azsandbox import cron
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.services.machinelearningservices.rules.commands import whole_number
from azsandbox.services.machinelearningservices.rules.reading import at, items, number, section, text

_TRIGGER = "properties.trigger"
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_RANGES = {"hours": (0, 23), "minutes": (0, 59), "monthDays": (1, 31)}
_CRON_FIELDS = 5
_RETIRED_ZONES = frozenset(
    {"Kamchatka Standard Time", "Mid-Atlantic Standard Time"}
)  # which Azure ML still lists


def trigger_is_valid(inputs: Values) -> Iterator[Problem]:
    trigger = at(inputs, _TRIGGER)
    if isinstance(trigger, dict):
        yield from problems(trigger, _TRIGGER)


def problems(trigger: Values, path: str) -> Iterator[Problem]:
    """Of a trigger with a triggerType."""
    if trigger.get("triggerType") == "Cron":
        yield from _cron_is_valid(trigger.get("expression"), path)
    if trigger.get("triggerType") == "Recurrence":
        yield from _recurrence_is_valid(trigger, path)
    yield from _time_zone_is_known(trigger.get("timeZone"), path)
    yield from _times_are_ordered(trigger, path)


def _cron_is_valid(expression: Any, trigger: str) -> Iterator[Problem]:
    """learn.microsoft.com/azure/machine-learning/how-to-schedule-pipeline-job, "cron expression"."""
    content, path = text(expression), f"{trigger}.expression"
    if content is None:
        return
    fields = content.split()
    if len(fields) != _CRON_FIELDS:
        yield Problem(path, f"{content!r} is not a cron expression of five fields")
        return
    ignored = [name for name, field in zip(("day", "month"), fields[2:4], strict=True) if field != "*"]
    weekday = re.sub(r"[A-Za-z]+", lambda name: _weekday_number(name[0]), fields[4])  # names are allowed
    try:
        cron.check(" ".join([*fields[:4], "0" if weekday == "7" else weekday]))
    except ValueError as error:
        yield Problem(path, str(error))
        return
    if ignored:
        yield Problem(
            path,
            f"{content!r} names a {' and a '.join(ignored)}, which Azure ML ignores and reads as *: "
            "use a recurrence",
            warning=True,
        )


def _weekday_number(name: str) -> str:
    short = name[:3].lower()
    return str(_WEEKDAYS.index(short)) if short in _WEEKDAYS else name


def _recurrence_is_valid(trigger: Values, path: str) -> Iterator[Problem]:
    interval = number(trigger.get("interval"))
    if interval is not None and interval < 1:
        yield Problem(f"{path}.interval", f"is {interval:g}, but must be at least 1")
    else:
        yield from whole_number(trigger, path, "interval", 1)
    pattern = section(trigger.get("schedule"))
    for name, (low, high) in _RANGES.items():
        for value in items(pattern.get(name)):
            amount = number(value)
            if amount is not None and not (low <= amount <= high and float(amount).is_integer()):
                yield Problem(f"{path}.schedule.{name}", f"{amount:g} is not within {low} and {high}")
    frequency = text(trigger.get("frequency"))
    for name, frequencies in (("monthDays", {"month"}), ("weekDays", {"week", "month"})):
        if frequency and pattern.get(name) and frequency.lower() not in frequencies:
            yield Problem(f"{path}.schedule.{name}", f"has no effect with frequency {frequency}")


def _time_zone_is_known(zone: Any, path: str) -> Iterator[Problem]:
    from tzlocal.windows_tz import tz_win  # noqa: PLC0415 - seldom needed

    known, name = {*tz_win.values(), *_RETIRED_ZONES}, text(zone)
    if name is None or name in known:
        return
    nearest = tz_win.get(name) or next(iter(get_close_matches(name, known, 1)), None)
    hint = f", did you mean {nearest}?" if nearest else ""
    yield Problem(f"{path}.timeZone", f"{name!r} is not the name of a time zone in Windows{hint}")


def _times_are_ordered(trigger: Values, path: str) -> Iterator[Problem]:
    moments: dict[str, dt.datetime] = {}
    for name in ("startTime", "endTime"):
        value = text(trigger.get(name))
        if value is None:
            continue
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            yield Problem(f"{path}.{name}", f"{value!r} is not an ISO 8601 time such as 2027-01-31T06:00:00")
            continue
        moments[name] = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    start, end = moments.get("startTime"), moments.get("endTime")
    if start and end and end <= start:
        yield Problem(
            f"{path}.endTime", f"is {trigger['endTime']}, not after startTime {trigger['startTime']}"
        )
