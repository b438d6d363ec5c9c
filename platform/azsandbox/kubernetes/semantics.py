"""What the API server checks beyond types: quantities, labels, and a few kinds' own rules.

Sources: kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity, …/concepts/overview/
working-with-objects/labels, …/concepts/policy/limit-range, …/concepts/security/pod-security-admission.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from ipaddress import ip_network
from typing import Any

from azsandbox.schema.validate import Problem, suggestion

_QUANTITY = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?")
_SUFFIX = {
    **{
        one: Decimal(10) ** power
        for one, power in zip("numkMGTPE", (-9, -6, -3, 3, 6, 9, 12, 15, 18), strict=True)
    },
    **{f"{one}i": Decimal(1024) ** power for power, one in enumerate("KMGTPE", 1)},
}
# Maps of a resource's name to its quantity.
_AMOUNTS = frozenset({"requests", "limits", "hard", "default", "defaultRequest", "max", "min", "capacity"})
_LABEL = re.compile(r"([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?")
_LIMITED = ("Container", "Pod", "PersistentVolumeClaim")
_LEVELS = ("privileged", "baseline", "restricted")
_POD_SECURITY = re.compile(r"pod-security\.kubernetes\.io/(enforce|audit|warn)(-version)?")
_VERSION = re.compile(r"latest|v1\.\d+")


def check(manifest: dict[str, Any]) -> Iterator[Problem]:
    """Problems of an object whose types are right; unknown values are text with a NUL in it."""
    yield from _quantities(manifest, "")
    yield from _labels(manifest)
    spec = manifest.get("spec")
    if not isinstance(spec, dict):
        return
    if manifest["kind"] == "LimitRange":
        for index, item in enumerate(spec.get("limits") or []):
            if item.get("type") not in _LIMITED and "/" not in str(item.get("type")):
                yield _not_in(f"spec.limits[{index}].type", item.get("type"), _LIMITED)
    if manifest["kind"] == "NetworkPolicy":
        yield from _ranges(spec, "spec")


def amount(text: str) -> Decimal | None:
    """The number that a quantity stands for; None if it is none."""
    found = _QUANTITY.fullmatch(text)
    if not found:
        return None
    suffix = found[2] or ""
    if suffix[:1] in {"e", "E"} and len(suffix) > 1:
        return Decimal(found[1]) * Decimal(10) ** int(suffix[1:])
    return Decimal(found[1]) * _SUFFIX.get(suffix, Decimal(1))


def _quantities(value: Any, path: str) -> Iterator[Problem]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _quantities(item, f"{path}[{index}]")
    if not isinstance(value, dict):
        return
    for name, item in value.items():
        inner = f"{path}.{name}" if path else str(name)
        if name in _AMOUNTS and isinstance(item, dict):
            for what, quantity in item.items():
                if _known(quantity) and amount(str(quantity)) is None:
                    yield Problem(f"{inner}.{what}", f"{quantity!r} is no quantity, such as 500m, 2 or 4Gi")
        else:
            yield from _quantities(item, inner)
    yield from _too_much(value, path)


def _too_much(value: dict[str, Any], path: str) -> Iterator[Problem]:
    requests, limits = value.get("requests"), value.get("limits")
    if not isinstance(requests, dict) or not isinstance(limits, dict):
        return
    for what, wanted in requests.items():
        most = limits.get(what)
        if not _known(wanted) or most is None or not _known(most):
            continue
        low, high = amount(str(wanted)), amount(str(most))
        if low is not None and high is not None and low > high:
            yield Problem(f"{path}.requests.{what}", f"{wanted} is more than its limit {most}")


def _labels(manifest: dict[str, Any]) -> Iterator[Problem]:
    labels = (manifest.get("metadata") or {}).get("labels")
    for name, value in (labels if isinstance(labels, dict) else {}).items():
        where = f"metadata.labels[{name}]"
        found = _POD_SECURITY.fullmatch(name)
        if not _known(value):
            continue
        if found and manifest["kind"] == "Namespace":
            if not found[2] and value not in _LEVELS:
                yield _not_in(where, value, _LEVELS)
            elif found[2] and not _VERSION.fullmatch(str(value)):
                yield Problem(where, f"{value!r} is neither latest nor a version such as v1.34")
        elif not _LABEL.fullmatch(str(value)):
            yield Problem(where, f"{value!r} is no label: at most 63 letters, digits, - _ .")


def _ranges(value: Any, path: str) -> Iterator[Problem]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _ranges(item, f"{path}[{index}]")
    if not isinstance(value, dict):
        return
    for name, item in value.items():
        if name == "cidr" and _known(item):
            try:
                ip_network(str(item))
            except ValueError as error:
                yield Problem(f"{path}.cidr", str(error))
        elif name == "port" and isinstance(item, int) and not 0 < item < 2**16:
            yield Problem(f"{path}.port", f"{item} is not between 1 and 65535")
        else:
            yield from _ranges(item, f"{path}.{name}")


def _known(value: Any) -> bool:
    return value is not None and "\0" not in str(value)


def _not_in(path: str, value: Any, allowed: tuple[str, ...]) -> Problem:
    return Problem(path, f"{value!r} is none of {', '.join(allowed)}{suggestion(str(value), allowed)}")
