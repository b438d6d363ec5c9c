"""What Log Analytics refuses."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_RETENTION_DAYS = range(4, 731)
_PLAN_DEFAULT = -1


def retention_within_limits(inputs: Values) -> Iterator[Problem]:
    days = inputs.get("retentionInDays")
    if isinstance(days, int) and days != _PLAN_DEFAULT and days not in _RETENTION_DAYS:
        yield Problem("retentionInDays", f"is {days}, but must be 4 to 730")
