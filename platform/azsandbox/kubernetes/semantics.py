"""Amounts of resources anywhere in a custom resource: Argo's templates contain containers.

The types of Kubernetes itself are checked field by field in `azsandbox.kubernetes.validation`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.kubernetes.validation import quantities
from azsandbox.kubernetes.validation.field import Field
from azsandbox.schema.validate import Problem

# Fields that map the name of a resource, such as cpu, to a quantity.
_QUANTITY_FIELDS = frozenset(
    {"requests", "limits", "hard", "default", "defaultRequest", "max", "min", "capacity"}
)


def check(manifest: dict[str, Any]) -> Iterator[Problem]:
    """The problems of the amounts in an object; an unknown value is a text that contains a NUL."""
    yield from _amounts(Field(manifest))


def _amounts(field: Field) -> Iterator[Problem]:
    for item in field.items():
        yield from _amounts(item)
    for name, value in field.entries():
        if name in _QUANTITY_FIELDS and isinstance(value.value, dict):
            for resource, _ in value.entries():
                yield from quantities.syntax(field[name][resource])
        else:
            yield from _amounts(field[name])
    requests, limits = field["requests"], field["limits"]
    if not isinstance(requests.value, dict) or not isinstance(limits.value, dict):
        return
    for resource, _ in requests.entries():
        low, high = quantities.of(requests[resource]), quantities.of(limits[resource])
        if low is not None and high is not None and low > high:
            yield requests[resource].invalid(
                f"must be less than or equal to {resource} limit of {limits[resource].value}"
            )
