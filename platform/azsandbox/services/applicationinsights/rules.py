"""What Application Insights refuses."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem


def workspace_is_set(inputs: Values) -> Iterator[Problem]:
    if inputs.get("workspaceResourceId") is None:
        yield Problem(
            "workspaceResourceId",
            "is required: classic components without a workspace are retired",
            code="required",
        )
