"""What Azure ML refuses about what a schedule does.

Source: Microsoft.MachineLearningServices 2025-12-01 (REST specification); learn.microsoft.com, "Schedule
machine learning pipeline jobs" (2026-12-01).
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.services.machinelearningservices.rules.reading import at, section

_ACTION = "properties.action"


def endpoint_is_named(inputs: Values) -> Iterator[Problem]:
    """A schedule that invokes a batch endpoint says which."""
    if at(inputs, f"{_ACTION}.actionType") != "InvokeBatchEndpoint":
        return
    definition = at(inputs, f"{_ACTION}.endpointInvocationDefinition")
    if isinstance(definition, dict) and not section(definition):
        yield Problem(
            f"{_ACTION}.endpointInvocationDefinition",
            "is empty: name the endpoint and its inputs",
            code="required",
        )
