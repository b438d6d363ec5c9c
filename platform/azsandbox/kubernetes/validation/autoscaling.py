"""Horizontal pod autoscalers.

Source: kubernetes pkg/apis/autoscaling/validation/validation.go; v1 has one metric, v2 a list of them.
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import names, quantities, resources
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.kubernetes.validation.release import Release

_SOURCES = {
    "Object": "object", "Pods": "pods", "Resource": "resource", "External": "external",
    "ContainerResource": "containerResource",
}  # fmt: skip
_WINDOW, _PERIOD = 3600, 1800
_POPULATE = "must populate information for the given metric source"


def validate(manifest: Field, release: Release) -> Problems:
    spec = manifest["spec"]
    low, high = spec["minReplicas"], spec["maxReplicas"]
    yield from low.at_least(0 if release.scale_to_zero else 1)
    if high.number == 0 or (not high.present and not spec.empty):
        yield high.required("must be set and greater than 0")
    yield from high.at_least(0, "must be greater than or equal to 1")
    if low.number is not None and high.number is not None and 0 < high.number < low.number:
        yield high.invalid("must be greater than or equal to `minReplicas`", high.number)
    yield from _reference(spec["scaleTargetRef"], grouped=True)
    yield from spec["targetCPUUtilizationPercentage"].at_least(1, "must be greater than 0")
    for metric in spec["metrics"].items():
        yield from _metric(metric)
    kinds = {metric["type"].text for metric in spec["metrics"].items()}
    if release.scale_to_zero and low.number == 0 and not kinds & {"Object", "External"}:
        yield spec["metrics"].forbidden(
            "must specify at least one Object or External metric to support scaling to zero replicas"
        )
    for direction in ("scaleUp", "scaleDown"):
        if isinstance(spec["behavior"][direction].value, dict):
            yield from _behavior(spec["behavior"][direction])


def _reference(field: Field, *, grouped: bool = False) -> Problems:
    for name in ("kind", "name"):
        yield from field[name].named(names.path_segment)
    api = field["apiVersion"]
    if api.text.count("/") > 1:
        yield api.invalid(f"unexpected GroupVersion string: {api.text}")
    elif grouped and not api.unknown and not api.text.rpartition("/")[0]:
        yield api.invalid("apiVersion must specify API group", api.text)


def _behavior(field: Field) -> Problems:
    yield from field["stabilizationWindowSeconds"].between(
        0, _WINDOW, f"must be less than or equal to {_WINDOW}"
    )
    select = field["selectPolicy"]
    if select.is_text and select.text not in {"Disabled", "Max", "Min"}:
        yield select.unsupported(("Disabled", "Max", "Min"))
    policies = field["policies"]
    if policies.present:
        yield from policies.need("must specify at least one Policy")
    for policy in policies.items():
        yield from policy["type"].choice(("Percent", "Pods"))
        yield from policy["value"].at_least(1, "must be greater than zero")
        yield from policy["periodSeconds"].at_least(1, "must be greater than zero")
        yield from policy["periodSeconds"].at_most(_PERIOD)
    yield from quantities.not_negative(field["tolerance"])


def _metric(field: Field) -> Problems:
    kind = field["type"]
    yield from kind.choice(sorted(_SOURCES), "must specify a metric source type")
    expected = _SOURCES.get(kind.text)
    if expected and not field[expected].present:
        yield field[expected].required(_POPULATE)
    present = [name for name in _SOURCES.values() if field[name].present]
    if expected and len(present) > 1:
        for name in present:
            if name != expected:
                yield field[name].forbidden("must populate the given metric source only")
    for name in present[:1]:
        yield from _source(field[name], name)


def _source(field: Field, name: str) -> Problems:
    if not isinstance(field.value, dict):
        return
    target = field["target"]
    if name == "object":
        yield from _reference(field["describedObject"])
    if name in {"resource", "containerResource"}:
        yield from field["name"].need("must specify a resource name")
    else:
        yield from field["metric"]["name"].named(names.path_segment, detail="must specify a metric name")
    if name == "containerResource":
        if field["name"].text:
            yield from resources.container_name(field["name"], field["name"].text)
        yield from field["container"].named(names.dns_label, detail="must specify a container")
    yield from _target(target)
    if not target.unknown:
        yield from _amounts(target, name)


def _target(field: Field) -> Problems:
    kind = field["type"]
    if kind.empty:
        yield kind.required("must specify a metric target type")
    elif kind.is_text and kind.text not in {"Utilization", "Value", "AverageValue"}:
        yield kind.invalid("must be either Utilization, Value, or AverageValue")
    for name in ("value", "averageValue"):
        yield from quantities.syntax(field[name])
        number = quantities.of(field[name])
        if number is not None and number <= 0:
            yield field[name].invalid("must be positive")
    yield from field["averageUtilization"].at_least(1, "must be greater than 0")


def _amounts(field: Field, name: str) -> Problems:
    """Which of the three amounts a source may have."""
    value, average, use = (field[key].present for key in ("value", "averageValue", "averageUtilization"))
    if name in {"resource", "containerResource"}:
        if not use and not average:
            yield field["averageUtilization"].required(
                "must set either a target raw value or a target utilization"
            )
        elif use and average:
            yield field["averageValue"].forbidden(
                "may not set both a target raw value and a target utilization"
            )
    elif name == "pods":
        if not average:
            yield field["averageValue"].required("must specify a positive target averageValue")
    elif not value and not average:
        yield field["averageValue"].required("must set either a target value or averageValue")
    elif name == "external" and value and average:
        yield field["value"].forbidden("may not set both a target value for metric and a per-pod target")
