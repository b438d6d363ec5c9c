"""What Azure Monitor refuses about alert rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.monitor.metrics import METRICS

_SEVERITIES = range(5)
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def severity_within_limits(inputs: Values) -> Iterator[Problem]:
    severity = inputs.get("severity")
    if isinstance(severity, (int, float)) and severity not in _SEVERITIES:
        yield Problem("severity", f"is {severity}, but must be 0 to 4")


def window_covers_evaluation_frequency(inputs: Values) -> Iterator[Problem]:
    frequency, window = _minutes(inputs.get("evaluationFrequency")), _minutes(inputs.get("windowSize"))
    if frequency and window and window < frequency:
        yield Problem(
            "windowSize",
            f"is {inputs['windowSize']}, shorter than evaluationFrequency {inputs['evaluationFrequency']}",
        )
    for name in ("evaluationFrequency", "windowSize"):
        if isinstance(inputs.get(name), str) and _minutes(inputs[name]) is None:
            yield Problem(name, f"{inputs[name]!r} is not an ISO 8601 duration such as PT5M")


def metrics_exist(request: Request) -> None:
    """Each target has the metric, for the types whose metrics are known here."""
    criteria = request.at("criteria.allOf") or []
    for scope in request.inputs.get("scopes") or []:
        metrics = METRICS.get(ids.parse(str(scope)).kind.lower())
        if metrics is None:
            continue
        for criterion in criteria:
            name = str(criterion.get("metricName"))
            if name not in metrics:
                raise ArmError(
                    400, "BadRequest", f"'{scope}' has no metric '{name}'{suggestion(name, metrics)}"
                )


def _minutes(duration: Any) -> float | None:
    match = _DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if not match or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return days * 1440 + hours * 60 + minutes + seconds / 60
