"""What Azure Monitor refuses about alert rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.facts import metrics
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
    """Each target emits the metric, with the dimensions that it is split by, where its metrics are known."""
    scopes, criteria = request.inputs.get("scopes"), request.at("criteria.allOf")
    for scope in scopes if isinstance(scopes, list) else []:
        kind = ids.parse(str(scope)).kind
        for criterion in criteria if isinstance(criteria, list) else []:
            if isinstance(criterion, dict) and not criterion.get("skipMetricValidation"):
                _metric_exists(str(scope), kind, criterion)


def _metric_exists(scope: str, kind: str, criterion: Values) -> None:
    name, namespace = criterion.get("metricName"), criterion.get("metricNamespace")
    emitting = namespace if isinstance(namespace, str) and namespace else kind
    known = METRICS.get(emitting.lower())
    names = frozenset(known or metrics.of_kind(emitting) or ())
    if not names or not isinstance(name, str):
        return  # of a type that is not tabulated, or custom metrics in a namespace of their own
    if name.lower() not in {metric.lower() for metric in names}:
        raise ArmError(
            400,
            "BadRequest",
            f"'{scope}' has no metric '{name}'{suggestion(name, names)}.",
        )
    metric, dimensions = metrics.metric(emitting, name), criterion.get("dimensions")
    for dimension in dimensions if metric and isinstance(dimensions, list) else []:
        wanted = dimension.get("name") if isinstance(dimension, dict) else None
        allowed = {known_name.lower() for known_name in metric.dimensions} if metric else set[str]()
        if metric and isinstance(wanted, str) and wanted.lower() not in allowed:
            hint = suggestion(wanted, metric.dimensions)
            available = ", ".join(sorted(metric.dimensions)) or "none"
            raise ArmError(
                400,
                "BadRequest",
                f"Metric '{name}' of '{scope}' has no dimension '{wanted}'{hint or f'; it has {available}'}.",
            )


def _minutes(duration: Any) -> float | None:
    match = _DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if not match or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return days * 1440 + hours * 60 + minutes + seconds / 60
