"""What Azure Monitor refuses about metric alert rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.facts import metrics
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.monitor.metrics import METRICS

_MOST_CRITERIA = 5
_SINGLE = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
_MULTIPLE = "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria"
_WEB_TEST = "Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria"
_ABOVE_RESOURCES = frozenset({"microsoft.resources/resourcegroups", "microsoft.resources/subscriptions"})


def severity_within_limits(inputs: Values) -> Iterator[Problem]:
    severity = inputs.get("severity")
    if isinstance(severity, (int, float)) and severity not in range(5):
        yield Problem("severity", f"is {severity:g}, but must be 0 to 4")


def criteria_are_complete(inputs: Values) -> Iterator[Problem]:
    """One to five criteria with names of their own; at most one of them learns its threshold."""
    kind, criteria = walk.value(inputs, "criteria.odataType"), walk.value(inputs, "criteria.allOf")
    if not isinstance(kind, str) or kind == _WEB_TEST:
        return
    if criteria is None or criteria == []:
        yield Problem("criteria.allOf", "needs at least one criterion")
    if not isinstance(criteria, list):
        return
    if len(criteria) > _MOST_CRITERIA:
        yield Problem(
            "criteria.allOf", f"has {len(criteria)} criteria, but at most {_MOST_CRITERIA} are allowed"
        )
    dynamic = [item for item in criteria if _is_dynamic(item)]
    if dynamic and len(criteria) > 1:
        yield Problem("criteria.allOf", "a criterion with a dynamic threshold has to be the only one")


def scopes_fit_criteria(inputs: Values) -> Iterator[Problem]:
    """Several resources, a group or a subscription need criteria for several, with type and region."""
    scopes, kind = inputs.get("scopes"), walk.value(inputs, "criteria.odataType")
    if scopes == []:
        yield Problem("scopes", "is empty: name the resource that the rule watches")
    if not isinstance(scopes, list) or not isinstance(kind, str):
        return
    known = [scope for scope in scopes if isinstance(scope, str)]
    groups = [scope for scope in known if ids.parse(scope).kind.lower() in _ABOVE_RESOURCES]
    if kind == _SINGLE and (len(scopes) > 1 or groups):
        reason = f"has {len(scopes)} scopes" if len(scopes) > 1 else "watches all resources of a group"
        yield Problem(
            "criteria.odataType", f"{kind!r} is for one resource, but the rule {reason}: use {_MULTIPLE}"
        )
    if kind == _MULTIPLE and (len(scopes) > 1 or groups):
        for name in ("targetResourceType", "targetResourceRegion"):
            if inputs.get(name) is None:
                yield Problem(name, "is required where a rule watches more than one resource")
    kinds = {ids.parse(scope).kind.lower() for scope in known}
    if kind != _WEB_TEST and len(kinds) > 1:
        yield Problem("scopes", f"are of several types, {' and '.join(sorted(kinds))}: all have to be of one")


def metrics_exist(request: Request) -> None:
    """Each target emits the metric, with the dimensions that it is split by, where its metrics are known."""
    for _, scope in walk.values(request.inputs, "scopes[]"):
        for _, criterion in walk.objects(request.inputs, "criteria.allOf[]"):
            if isinstance(scope, str) and not criterion.get("skipMetricValidation"):
                _check_metric(
                    scope, str(request.inputs.get("targetResourceType") or ids.parse(scope).kind), criterion
                )


def _check_metric(scope: str, kind: str, criterion: Values) -> None:
    name, namespace = criterion.get("metricName"), criterion.get("metricNamespace")
    emitting = namespace if isinstance(namespace, str) and namespace else kind
    names = frozenset(METRICS.get(emitting.lower()) or metrics.of_kind(emitting) or ())
    if not names or not isinstance(name, str):
        return  # of a type that is not tabulated, or custom metrics in a namespace of their own
    if name.lower() not in {metric.lower() for metric in names}:
        raise ArmError(400, "BadRequest", f"'{scope}' has no metric '{name}'{suggestion(name, names)}.")
    metric = metrics.metric(emitting, name)
    if metric is not None:
        _check_dimensions(scope, metric, criterion.get("dimensions"))


def _check_dimensions(scope: str, metric: metrics.Metric, dimensions: Any) -> None:
    allowed = {dimension.lower() for dimension in metric.dimensions}
    for _, wanted in walk.values(dimensions, "[].name"):
        if isinstance(wanted, str) and wanted.lower() not in allowed:
            hint = suggestion(wanted, metric.dimensions)
            offered = hint or f"; it has {', '.join(sorted(metric.dimensions)) or 'none'}"
            raise ArmError(
                400,
                "BadRequest",
                f"Metric '{metric.name}' of '{scope}' has no dimension '{wanted}'{offered}.",
            )


def _is_dynamic(criterion: Any) -> bool:
    return isinstance(criterion, dict) and criterion.get("criterionType") == "DynamicThresholdCriterion"
