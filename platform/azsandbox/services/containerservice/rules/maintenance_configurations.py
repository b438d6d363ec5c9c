"""What AKS refuses about maintenance windows.

Sources, read on 2026-12-01: learn.microsoft.com/azure/aks/planned-maintenance, the REST specification, the
Azure CLI's maintenanceconfiguration.py.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.services.containerservice.rules.pool_fields import number

_SHORTEST_WINDOW, _LONGEST_WINDOW = 4, 24  # hours
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")
_LARGEST_OFFSET = 14 * 60  # minutes: UTC+14:00 is the largest there is
_LAST_HOUR = 23


def window_is_long_enough(inputs: Values) -> Iterator[Problem]:
    hours = number(walk.value(inputs, "maintenanceWindow.durationHours"))
    if hours is not None and not _SHORTEST_WINDOW <= hours <= _LONGEST_WINDOW:
        yield Problem(
            "maintenanceWindow.durationHours",
            f"is {hours:g}, but must be {_SHORTEST_WINDOW} to {_LONGEST_WINDOW}",
        )


def window_has_a_time(inputs: Values) -> Iterator[Problem]:
    start = walk.value(inputs, "maintenanceWindow.startTime")
    if isinstance(start, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", start):
        yield Problem("maintenanceWindow.startTime", f"{start!r} is not a time of 00:00 to 23:59")
    offset = walk.value(inputs, "maintenanceWindow.utcOffset")
    match = _OFFSET.fullmatch(offset) if isinstance(offset, str) else None
    if match and (int(match[3]) >= 60 or int(match[2]) * 60 + int(match[3]) > _LARGEST_OFFSET):  # noqa: PLR2004 - minutes
        yield Problem("maintenanceWindow.utcOffset", f"{offset!r} is not an offset such as +05:30")


def dates_are_dates(inputs: Values) -> Iterator[Problem]:
    paths = ("startDate", "notAllowedDates[].start", "notAllowedDates[].end")
    for path in paths:
        for where, text in walk.values(inputs, f"maintenanceWindow.{path}"):
            if isinstance(text, str) and _date(text) is None:
                yield Problem(where, f"{text!r} is not a date such as 2026-12-24")
    for where, span in walk.objects(inputs, "maintenanceWindow.notAllowedDates[]"):
        start, end = _date(span.get("start")), _date(span.get("end"))
        if start and end and start > end:
            yield Problem(f"{where}.end", f"is {span['end']}, before the start {span['start']}")


def _date(text: object) -> dt.date | None:
    """The date of a text; a time of day behind it is dropped, as other clients send it."""
    try:
        return dt.datetime.fromisoformat(text).date() if isinstance(text, str) else None
    except ValueError:
        return None


def window_suits_the_configuration(inputs: Values) -> Iterator[Problem]:
    """Time slots, or a weekly window, for `default`; a window for the other two."""
    name, window = inputs.get("configName"), inputs.get("maintenanceWindow")
    if not isinstance(name, str):
        return
    if name != "default":
        if window is None:
            yield Problem("maintenanceWindow", f"is required for {name}", code="required")
        for path in ("timeInWeek", "notAllowedTime"):
            if inputs.get(path):
                yield Problem(path, f"goes with the configuration default only, not with {name}")
        return
    if window is None and inputs.get("timeInWeek") is None:
        yield Problem("timeInWeek", "is required for default, or a weekly maintenanceWindow", code="required")
    for kind in ("daily", "absoluteMonthly", "relativeMonthly"):
        if walk.value(inputs, f"maintenanceWindow.schedule.{kind}") is not None:
            yield Problem(
                f"maintenanceWindow.schedule.{kind}", "is not a schedule of default, which is weekly"
            )
    weeks = number(walk.value(inputs, "maintenanceWindow.schedule.weekly.intervalWeeks"))
    if weeks is not None and weeks != 1:
        yield Problem("maintenanceWindow.schedule.weekly.intervalWeeks", f"is {weeks:g}, but 1 for default")


def hours_are_hours(inputs: Values) -> Iterator[Problem]:
    for path, hour in walk.values(inputs, "timeInWeek[].hourSlots[]"):
        value = number(hour)
        if value is not None and not 0 <= value <= _LAST_HOUR:
            yield Problem(path, f"is {value:g}, but an hour is 0 to {_LAST_HOUR}")
