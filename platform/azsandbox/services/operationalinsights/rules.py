"""What Log Analytics refuses (manage cost and retention pages; workspaces REST API)."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_PLAN_DEFAULT = -1
_LONGEST = 730
_SHORTEST = 30
_LEVELS = (100, 200, 300, 400, 500, 1000, 2000, 5000, 10000, 25000, 50000)
_SMALLEST_QUOTA = 0.023  # GiB a day
_RETIRED = frozenset({"free", "standard", "premium"})  # Free since 2022-07-01 (change pricing tier page)


def retention_within_limits(inputs: Values) -> Iterator[Problem]:
    days, plan = inputs.get("retentionInDays"), str(walk.value(inputs, "sku.name") or "PerGB2018").lower()
    if not isinstance(days, (int, float)) or days == _PLAN_DEFAULT:
        return
    if not _SHORTEST <= days <= _LONGEST and not (plan == "lacluster" and days >= 4):  # noqa: PLR2004 - days
        yield Problem("retentionInDays", f"is {days:g}, but must be {_SHORTEST} to {_LONGEST}")


def plan_is_offered(inputs: Values) -> Iterator[Problem]:
    plan, level = walk.value(inputs, "sku.name"), walk.value(inputs, "sku.capacityReservationLevel")
    if isinstance(plan, str) and plan.lower() in _RETIRED:
        yield Problem("sku.name", f"{plan!r} is retired for new workspaces: use PerGB2018")
    if isinstance(plan, str) and plan.lower() == "capacityreservation":
        if level is None:
            yield Problem("sku.capacityReservationLevel", "is required with CapacityReservation")
        elif isinstance(level, (int, float)) and level not in _LEVELS:
            listed = ", ".join(map(str, _LEVELS))
            yield Problem(
                "sku.capacityReservationLevel", f"is {level:g}, but must be one of {listed} GB a day"
            )
    elif isinstance(plan, str) and level is not None:
        yield Problem("sku.capacityReservationLevel", f"can't be combined with plan {plan}")


def daily_quota_within_limits(inputs: Values) -> Iterator[Problem]:
    quota = walk.value(inputs, "workspaceCapping.dailyQuotaGb")
    if isinstance(quota, (int, float)) and quota != -1 and quota < _SMALLEST_QUOTA:
        yield Problem(
            "workspaceCapping.dailyQuotaGb", f"is {quota:g}, but must be -1 (no limit) or at least 0.023"
        )
