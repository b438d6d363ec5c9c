"""What Application Insights refuses."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_RETENTION_STEPS = (30, 60, 90, 120, 180, 270, 365, 550, 730)  # components REST API
_CLASSIC = "applicationinsights"


def workspace_is_set(inputs: Values) -> Iterator[Problem]:
    if inputs.get("workspaceResourceId") is None:
        yield Problem(
            "workspaceResourceId",
            "is required: classic components without a workspace are retired",
            code="required",
        )
    mode = inputs.get("ingestionMode")
    if isinstance(mode, str) and mode.lower() == _CLASSIC:
        yield Problem(
            "ingestionMode", f"{mode!r} is that of classic components, which are retired: use LogAnalytics"
        )


def retention_is_a_step(inputs: Values) -> Iterator[Problem]:
    days = inputs.get("retentionInDays")
    if isinstance(days, (int, float)) and days not in _RETENTION_STEPS:
        yield Problem(
            "retentionInDays", f"is {days:g}, but must be one of {', '.join(map(str, _RETENTION_STEPS))}"
        )


def sampling_is_a_percentage(inputs: Values) -> Iterator[Problem]:
    share = inputs.get("samplingPercentage")
    if isinstance(share, (int, float)) and not 0 < share <= 100:  # noqa: PLR2004 - percent
        yield Problem("samplingPercentage", f"is {share:g}, but must be above 0 and at most 100")
