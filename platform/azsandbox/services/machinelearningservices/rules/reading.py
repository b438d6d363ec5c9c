"""How the rules of Azure ML read inputs of any shape: a value of another type reads as absent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm.model import Values

_DURATION = re.compile(
    r"P(?!$)(?:(\d+(?:\.\d+)?)D)?(?:T(?=\d)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_UNITS = (86400, 3600, 60, 1)
# kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity
_QUANTITY = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(?:(m|k|[MGTPE]|[KMGTPE]i)|e(\d+))?")
_POWERS = {"m": 1e-3, "k": 1e3} | {
    f"{letter}{binary}": (1024.0 if binary else 1000.0) ** power
    for power, letter in enumerate("KMGTPE", 1)
    for binary in ("", "i")
}


def section(value: Any, path: str = "") -> Values:
    """The object at a dotted path; an empty one where there is none."""
    for part in path.split(".") if path else ():
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def at(value: Any, path: str) -> Any:
    """The value at a dotted path."""
    above, _, name = path.rpartition(".")
    return section(value, above).get(name)


def text(value: Any) -> str | None:
    """A text that is known and not empty."""
    return value if isinstance(value, str) and value and "\0" not in value else None


def number(value: Any) -> float | None:
    """A number; a boolean is not one."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def named(value: Any) -> Iterator[tuple[str, Any]]:
    """The members of an object without Pulumi's own; YAML has names that are not texts."""
    for name, member in section(value).items():
        if not str(name).startswith("__"):
            yield str(name), member


def seconds(value: Any) -> float | None:
    """The length of an ISO 8601 duration of days and less; None if it is not one."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    return sum(float(part) * unit for part, unit in zip(match.groups(), _UNITS, strict=True) if part)


def quantity(value: Any) -> float | None:
    """A Kubernetes quantity such as 500m or 4Gi in its base unit; None if it is not one."""
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return number(value)
    scale = 10.0 ** int(match[3]) if match[3] and len(match[3]) < 3 else _POWERS.get(match[2] or "", 1.0)  # noqa: PLR2004
    return float(match[1]) * scale


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text) of every known text inside."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from texts(member, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from texts(member, f"{path}[{index}]")
    elif (content := text(value)) is not None:
        yield path, content
