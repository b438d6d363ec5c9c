"""What the API server checks beyond the schema: quantities, labels, and the rules of a few kinds.

The messages follow the API server's own.

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
        suffix: Decimal(10) ** power
        for suffix, power in zip("numkMGTPE", (-9, -6, -3, 3, 6, 9, 12, 15, 18), strict=True)
    },
    **{f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
}
# Fields that map the name of a resource, such as cpu, to a quantity.
_QUANTITY_FIELDS = frozenset(
    {"requests", "limits", "hard", "default", "defaultRequest", "max", "min", "capacity"}
)
_LABEL = re.compile(r"([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?")
_LIMIT_TYPES = ("Container", "Pod", "PersistentVolumeClaim")
_POD_SECURITY_LEVELS = ("privileged", "baseline", "restricted")
_POD_SECURITY = re.compile(r"pod-security\.kubernetes\.io/(enforce|audit|warn)(-version)?")
_VERSION = re.compile(r"latest|v1\.\d+")


def check(manifest: dict[str, Any]) -> Iterator[Problem]:
    """The problems of an object that matches its schema; an unknown value is a text that contains a NUL."""
    yield from _quantities(manifest, "")
    yield from _labels(manifest)
    spec = manifest.get("spec")
    if not isinstance(spec, dict):
        return
    if manifest["kind"] == "LimitRange":
        for index, item in enumerate(spec.get("limits") or []):
            if item.get("type") not in _LIMIT_TYPES and "/" not in str(item.get("type")):
                yield _unsupported(f"spec.limits[{index}].type", item.get("type"), _LIMIT_TYPES)
    if manifest["kind"] == "NetworkPolicy":
        yield from _network_policy(spec, "spec")


def parse_quantity(text: str) -> Decimal | None:
    """The number that a quantity represents; None if the text is not a quantity."""
    match = _QUANTITY.fullmatch(text)
    if not match:
        return None
    suffix = match[2] or ""
    if suffix[:1] in {"e", "E"} and len(suffix) > 1:
        return Decimal(match[1]) * Decimal(10) ** int(suffix[1:])
    return Decimal(match[1]) * _SUFFIX.get(suffix, Decimal(1))


def _quantities(value: Any, path: str) -> Iterator[Problem]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _quantities(item, f"{path}[{index}]")
    if not isinstance(value, dict):
        return
    for name, item in value.items():
        inner = f"{path}.{name}" if path else str(name)
        if name in _QUANTITY_FIELDS and isinstance(item, dict):
            for resource, quantity in item.items():
                if _known(quantity) and parse_quantity(str(quantity)) is None:
                    yield Problem(
                        f"{inner}.{resource}", f"{quantity!r} is not a valid quantity, such as 500m, 2 or 4Gi"
                    )
        else:
            yield from _quantities(item, inner)
    yield from _requests_above_limits(value, path)


def _requests_above_limits(value: dict[str, Any], path: str) -> Iterator[Problem]:
    requests, limits = value.get("requests"), value.get("limits")
    if not isinstance(requests, dict) or not isinstance(limits, dict):
        return
    for resource, request in requests.items():
        limit = limits.get(resource)
        if not _known(request) or limit is None or not _known(limit):
            continue
        low, high = parse_quantity(str(request)), parse_quantity(str(limit))
        if low is not None and high is not None and low > high:
            yield Problem(
                f"{path}.requests.{resource}",
                f"{request} must be less than or equal to the {resource} limit of {limit}",
            )


def _labels(manifest: dict[str, Any]) -> Iterator[Problem]:
    labels = (manifest.get("metadata") or {}).get("labels")
    for name, value in (labels if isinstance(labels, dict) else {}).items():
        where = f"metadata.labels[{name}]"
        pod_security = _POD_SECURITY.fullmatch(name)
        if not _known(value):
            continue
        if pod_security and manifest["kind"] == "Namespace":
            if not pod_security[2] and value not in _POD_SECURITY_LEVELS:
                yield _unsupported(where, value, _POD_SECURITY_LEVELS)
            elif pod_security[2] and not _VERSION.fullmatch(str(value)):
                yield Problem(where, f"{value!r} must be latest or a version such as v1.34")
        elif not _LABEL.fullmatch(str(value)):
            yield Problem(
                where,
                f"{value!r} is not a valid label value: at most 63 alphanumeric characters, '-', '_' or '.', "
                "starting and ending with an alphanumeric character",
            )


def _network_policy(value: Any, path: str) -> Iterator[Problem]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _network_policy(item, f"{path}[{index}]")
    if not isinstance(value, dict):
        return
    for name, item in value.items():
        if name == "cidr" and _known(item):
            try:
                ip_network(str(item))
            except ValueError as error:
                yield Problem(f"{path}.cidr", str(error))
        elif name == "port" and isinstance(item, int) and not 0 < item < 2**16:
            yield Problem(f"{path}.port", f"{item} must be between 1 and 65535, inclusive")
        else:
            yield from _network_policy(item, f"{path}.{name}")


def _known(value: Any) -> bool:
    return value is not None and "\0" not in str(value)


def _unsupported(path: str, value: Any, supported: tuple[str, ...]) -> Problem:
    hint = suggestion(str(value), supported)
    return Problem(path, f"{value!r} is not supported, must be one of {', '.join(supported)}{hint}")
