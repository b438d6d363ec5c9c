"""Resource quotas and limit ranges.

Source: kubernetes pkg/apis/core/validation/validation.go (ValidateResourceQuota, ValidateLimitRange).
"""

from __future__ import annotations

from decimal import Decimal

from azsandbox.kubernetes.validation import names, quantities, resources
from azsandbox.kubernetes.validation.field import Field, Problems, distinct
from azsandbox.kubernetes.validation.release import Release

_TYPES = ("Container", "Pod", "PersistentVolumeClaim")
_SCOPES = (
    "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "VolumeAttributesClass",
    "CrossNamespacePodAffinity",
)  # fmt: skip
_EXISTS_ONLY = frozenset(
    {"BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"}
)
_COMPUTE = frozenset(
    {"pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"}
)
_SCOPED = {
    "BestEffort": frozenset({"pods"}),
    "VolumeAttributesClass": frozenset({"persistentvolumeclaims", "requests.storage"}),
}
_CONFLICTS = (frozenset({"BestEffort", "NotBestEffort"}), frozenset({"Terminating", "NotTerminating"}))


def quota(manifest: Field, release: Release) -> Problems:
    del release
    spec = manifest["spec"]
    for name, value in spec["hard"].entries():
        yield from resources.quota_name(value, name)
        yield from quantities.not_negative(value)
        number = quantities.of(value)
        if number is not None and resources.is_whole(name) and number != number.to_integral_value():
            yield value.invalid("must be an integer")
    hard = [name for name, _ in spec["hard"].entries()]
    scopes = spec["scopes"]
    yield from _scopes(scopes, scopes.texts(), hard)
    expressions = spec["scopeSelector"]["matchExpressions"]
    yield from _scopes(
        expressions,
        [item["scopeName"].text for item in expressions.items() if item["scopeName"].is_text],
        hard,
    )
    for expression in expressions.items():
        yield from _expression(expression)


def _scopes(field: Field, scopes: list[str], hard: list[str]) -> Problems:
    for scope in scopes:
        if scope not in _SCOPES:
            yield field.invalid("unsupported scope", scope)
        elif any(name in resources.QUOTA and name not in _SCOPED.get(scope, _COMPUTE) for name in hard):
            yield field.invalid("unsupported scope applied to resource", scope)
    if any(pair <= set(scopes) for pair in _CONFLICTS):
        yield field.invalid("conflicting scopes", scopes)


def _expression(field: Field) -> Problems:
    scope, operator, values = field["scopeName"], field["operator"], field["values"]
    if operator.unknown:
        return
    if scope.text in _EXISTS_ONLY and operator.text != "Exists":
        yield operator.invalid(
            f"must be 'Exists' when scope is any of {', '.join(sorted(_EXISTS_ONLY))}", operator.text
        )
    if operator.text in {"In", "NotIn"}:
        yield from values.need(
            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
        )
    elif operator.text in {"Exists", "DoesNotExist"}:
        if values.count:
            yield values.invalid(
                "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
            )
    else:
        yield operator.invalid("not a valid selector operator", operator.text)


def limit_range(manifest: Field, release: Release) -> Problems:
    del release
    limits = manifest["spec"]["limits"]
    for limit in limits.items():
        kind = limit["type"]
        if kind.empty:
            yield kind.invalid("name part must be non-empty", "")
        elif kind.is_text:
            yield from kind.matches(names.qualified_name)
            if "/" not in kind.text and kind.text not in _TYPES:
                yield kind.invalid(f"must be a standard limit type or fully qualified: {', '.join(_TYPES)}")
        yield from _limit_names(limit, kind.text)
        yield from _limit_order(limit)
    yield from distinct(limit["type"] for limit in limits.items())


def _limit_names(limit: Field, kind: str) -> Problems:
    for group in ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio"):
        for name, value in limit[group].entries():
            yield from quantities.syntax(value)
            if kind in {"Pod", "Container"}:
                yield from resources.container_name(value, name)
            elif kind:
                yield from resources.standard_name(value, name)
    if kind == "Pod":
        for group in ("default", "defaultRequest"):
            if limit[group].count:
                yield limit[group].forbidden("may not be specified when `type` is 'Pod'")
    if kind == "PersistentVolumeClaim" and not any(
        limit[group]["storage"].present for group in ("min", "max")
    ):
        yield limit["limits"].required(
            "either minimum or maximum storage value is required, but neither was provided"
        )


def _limit_order(limit: Field) -> Problems:
    """Min ≤ defaultRequest ≤ default ≤ max, after the defaults that a container's limits get."""
    groups = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
    amounts = {
        group: {name: quantities.of(value) for name, value in limit[group].entries()} for group in groups
    }
    if limit["type"].text == "Container":
        amounts["default"] = {**amounts["max"], **amounts["default"]}
        amounts["defaultRequest"] = {**amounts["min"], **amounts["default"], **amounts["defaultRequest"]}
    for low, high, detail in (
        ("min", "max", "min value {low} is greater than max value {high}"),
        ("min", "defaultRequest", "min value {low} is greater than default request value {high}"),
        ("defaultRequest", "max", "default request value {low} is greater than max value {high}"),
        (
            "defaultRequest",
            "default",
            "default request value {low} is greater than default limit value {high}",
        ),
        ("min", "default", "min value {low} is greater than default value {high}"),
        ("default", "max", "default value {low} is greater than max value {high}"),
    ):
        for name, small in amounts[low].items():
            large = amounts[high].get(name)
            if small is not None and large is not None and small > large:
                yield limit[high].key(name).invalid(detail.format(low=f"{small:f}", high=f"{large:f}"))
    for name, ratio in amounts["maxLimitRequestRatio"].items():
        yield from _ratio(
            limit["maxLimitRequestRatio"].key(name), ratio, amounts["min"].get(name), amounts["max"].get(name)
        )


def _ratio(field: Field, ratio: Decimal | None, low: Decimal | None, high: Decimal | None) -> Problems:
    if ratio is None:
        return
    if ratio < 1:
        yield field.invalid(f"ratio {ratio:f} is less than 1")
    if low and high is not None and ratio > high / low:
        yield field.invalid(f"ratio {ratio:f} is greater than max/min = {float(high / low):f}")
