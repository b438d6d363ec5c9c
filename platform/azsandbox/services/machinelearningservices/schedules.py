"""What Azure ML refuses about schedules, and what it takes and then ignores."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from azsandbox import cron
from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_COMPONENT = "microsoft.machinelearningservices/workspaces/components/versions"
_COMPUTE = "microsoft.machinelearningservices/workspaces/computes"
_AT = "properties.trigger"
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_RANGES = {"hours": (0, 23), "minutes": (0, 59), "monthDays": (1, 31)}
_FIELDS = 5


def trigger_fits(inputs: Values) -> Iterator[Problem]:
    """The trigger's own rules; what it starts is looked at by `job_can_run`."""
    properties = inputs.get("properties")
    trigger = properties.get("trigger") if isinstance(properties, dict) else None
    if not isinstance(trigger, dict):
        return
    if trigger.get("triggerType") == "Cron":
        yield from _cron(trigger.get("expression"))
    if trigger.get("triggerType") == "Recurrence":
        yield from _recurrence(trigger)
    yield from _zone(trigger.get("timeZone"))


def _cron(expression: Any) -> Iterator[Problem]:
    """learn.microsoft.com/azure/machine-learning/how-to-schedule-pipeline-job, "cron expression"."""
    if not isinstance(expression, str):
        return
    at, fields = f"{_AT}.expression", expression.split()
    if len(fields) != _FIELDS:
        yield Problem(at, f"{expression!r} is no cron expression of five fields")
        return
    ignored = [name for name, field in zip(("day", "month"), fields[2:4], strict=True) if field != "*"]
    if ignored:
        yield Problem(
            at,
            f"{expression!r} names a {' and a '.join(ignored)}, which Azure ML ignores and reads as *: "
            "use a recurrence",
        )
        return
    weekday = re.sub(r"[A-Za-z]+", lambda name: _weekday(name[0]), fields[4])  # names of days are taken
    try:
        cron.check(" ".join([*fields[:4], weekday]))
    except ValueError as error:
        yield Problem(at, str(error))


def _weekday(name: str) -> str:
    short = name[:3].lower()
    return str(_DAYS.index(short)) if short in _DAYS else name


def _recurrence(trigger: Values) -> Iterator[Problem]:
    interval, pattern = trigger.get("interval"), trigger.get("schedule")
    if isinstance(interval, (int, float)) and interval < 1:
        yield Problem(f"{_AT}.interval", f"is {interval}, but must be at least 1")
    if not isinstance(pattern, dict):
        return
    for name, (low, high) in _RANGES.items():
        for number in pattern.get(name) or []:
            if isinstance(number, (int, float)) and not low <= number <= high:
                yield Problem(f"{_AT}.schedule.{name}", f"{number} is not within {low} and {high}")
    frequency = str(trigger.get("frequency")).lower()
    if pattern.get("monthDays") and frequency != "month":
        yield Problem(f"{_AT}.schedule.monthDays", f"has no meaning with frequency {trigger['frequency']}")
    if pattern.get("weekDays") and frequency not in {"week", "month"}:
        yield Problem(f"{_AT}.schedule.weekDays", f"has no meaning with frequency {trigger['frequency']}")


def _zone(zone: Any) -> Iterator[Problem]:
    from tzlocal.windows_tz import tz_win  # noqa: PLC0415 - seldom needed

    known = set(tz_win.values())
    if not isinstance(zone, str) or zone in known:
        return
    meant = tz_win.get(zone) or next(iter(get_close_matches(zone, known, 1)), None)
    hint = f", did you mean {meant}?" if meant else ""
    yield Problem(f"{_AT}.timeZone", f"{zone!r} is no name of a time zone in Windows{hint}")


def job_can_run(request: Request) -> None:
    """A pipeline's ids are of the right types (that they exist is looked at for every id), its inputs fit."""
    job: Any = request.at("properties.action.jobDefinition")
    if not isinstance(job, dict) or job.get("jobType") != "Pipeline":
        return
    settings = job.get("settings")
    compute = settings.get("default_compute") if isinstance(settings, dict) else None
    for found in (job.get("computeId"), compute):
        if isinstance(found, str) and found.startswith("/"):
            _is(request, found, _COMPUTE, "compute")
    if job.get("componentId"):
        _is(request, job["componentId"], _COMPONENT, "component")
        component = request.subscription.get(job["componentId"])
        spec: Any = component.inputs["properties"]["componentSpec"] if component else {}
        _inputs_fit(request, spec.get("inputs") or {}, job.get("inputs") or {})


def _is(request: Request, id_: str, kind: str, word: str) -> None:
    if ids.parse(id_).kind.lower() != kind:
        raise ArmError(400, "UserError", f"'{id_}' in '{request.id}' is no {word}.")


def _inputs_fit(request: Request, declared: Values, given: Values) -> None:
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise ArmError(
            400,
            "UserError",
            f"The component in '{request.id}' has no input '{unknown[0]}': {', '.join(declared)}.",
        )
    missing = sorted(
        name
        for name, one in declared.items()
        if name not in given
        and isinstance(one, dict)
        and str(one.get("optional")).lower() != "true"
        and one.get("default") is None
    )
    if missing:
        raise ArmError(400, "UserError", f"The job in '{request.id}' lacks the input '{missing[0]}'.")
