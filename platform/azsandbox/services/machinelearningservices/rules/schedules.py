"""What Azure ML refuses about schedules, and what it accepts and then ignores."""

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

_COMPONENT_VERSION = "microsoft.machinelearningservices/workspaces/components/versions"
_COMPUTE = "microsoft.machinelearningservices/workspaces/computes"
_TRIGGER = "properties.trigger"
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_RANGES = {"hours": (0, 23), "minutes": (0, 59), "monthDays": (1, 31)}
_CRON_FIELDS = 5


def trigger_is_valid(inputs: Values) -> Iterator[Problem]:
    properties = inputs.get("properties")
    trigger = properties.get("trigger") if isinstance(properties, dict) else None
    if not isinstance(trigger, dict):
        return
    if trigger.get("triggerType") == "Cron":
        yield from _cron_is_valid(trigger.get("expression"))
    if trigger.get("triggerType") == "Recurrence":
        yield from _recurrence_is_valid(trigger)
    yield from _time_zone_is_known(trigger.get("timeZone"))


def _cron_is_valid(expression: Any) -> Iterator[Problem]:
    """learn.microsoft.com/azure/machine-learning/how-to-schedule-pipeline-job, "cron expression"."""
    if not isinstance(expression, str):
        return
    path, fields = f"{_TRIGGER}.expression", expression.split()
    if len(fields) != _CRON_FIELDS:
        yield Problem(path, f"{expression!r} is not a cron expression of five fields")
        return
    ignored = [name for name, field in zip(("day", "month"), fields[2:4], strict=True) if field != "*"]
    if ignored:
        yield Problem(
            path,
            f"{expression!r} names a {' and a '.join(ignored)}, which Azure ML ignores and reads as *: "
            "use a recurrence",
        )
        return
    weekday = re.sub(r"[A-Za-z]+", lambda name: _weekday_number(name[0]), fields[4])  # names are allowed
    try:
        cron.check(" ".join([*fields[:4], weekday]))
    except ValueError as error:
        yield Problem(path, str(error))


def _weekday_number(name: str) -> str:
    short = name[:3].lower()
    return str(_WEEKDAYS.index(short)) if short in _WEEKDAYS else name


def _recurrence_is_valid(trigger: Values) -> Iterator[Problem]:
    interval, pattern = trigger.get("interval"), trigger.get("schedule")
    if isinstance(interval, (int, float)) and interval < 1:
        yield Problem(f"{_TRIGGER}.interval", f"is {interval}, but must be at least 1")
    if not isinstance(pattern, dict):
        return
    for name, (low, high) in _RANGES.items():
        for number in pattern.get(name) or []:
            if isinstance(number, (int, float)) and not low <= number <= high:
                yield Problem(f"{_TRIGGER}.schedule.{name}", f"{number} is not within {low} and {high}")
    frequency = str(trigger.get("frequency")).lower()
    for name, frequencies in (("monthDays", {"month"}), ("weekDays", {"week", "month"})):
        if pattern.get(name) and frequency not in frequencies:
            yield Problem(
                f"{_TRIGGER}.schedule.{name}", f"has no effect with frequency {trigger['frequency']}"
            )


def _time_zone_is_known(zone: Any) -> Iterator[Problem]:
    from tzlocal.windows_tz import tz_win  # noqa: PLC0415 - seldom needed

    known = set(tz_win.values())
    if not isinstance(zone, str) or zone in known:
        return
    nearest = tz_win.get(zone) or next(iter(get_close_matches(zone, known, 1)), None)
    hint = f", did you mean {nearest}?" if nearest else ""
    yield Problem(f"{_TRIGGER}.timeZone", f"{zone!r} is not the name of a time zone in Windows{hint}")


def job_can_run(request: Request) -> None:
    """The ids of a pipeline job are of the right types, and its inputs are those of its component.

    That the ids exist is checked for every resource, not here.
    """
    job: Any = request.at("properties.action.jobDefinition")
    if not isinstance(job, dict) or job.get("jobType") != "Pipeline":
        return
    settings = job.get("settings")
    default_compute = settings.get("default_compute") if isinstance(settings, dict) else None
    for compute in (job.get("computeId"), default_compute):
        if isinstance(compute, str) and compute.startswith("/"):
            _require_kind(request, compute, _COMPUTE, "compute")
    if job.get("componentId"):
        _require_kind(request, job["componentId"], _COMPONENT_VERSION, "component")
        component = request.subscription.get(job["componentId"])
        spec: Any = component.inputs["properties"]["componentSpec"] if component else {}
        _require_inputs_of_component(request, spec.get("inputs") or {}, job.get("inputs") or {})


def _require_kind(request: Request, identifier: str, kind: str, noun: str) -> None:
    if ids.parse(identifier).kind.lower() != kind:
        raise ArmError(400, "UserError", f"'{identifier}' in '{request.id}' is not a {noun}.")


def _require_inputs_of_component(request: Request, declared: Values, inputs: Values) -> None:
    unknown = sorted(set(inputs) - set(declared))
    if unknown:
        raise ArmError(
            400,
            "UserError",
            f"The component in '{request.id}' has no input '{unknown[0]}'; it has {', '.join(declared)}.",
        )
    missing = sorted(
        name
        for name, declaration in declared.items()
        if name not in inputs
        and isinstance(declaration, dict)
        and str(declaration.get("optional")).lower() != "true"
        and declaration.get("default") is None
    )
    if missing:
        raise ArmError(400, "UserError", f"The job in '{request.id}' lacks the input '{missing[0]}'.")
