"""Waiting until new role assignments hold.

Azure answers before an assignment takes effect, which can take ten minutes (learn.microsoft.com/azure/
role-based-access-control/troubleshooting, "Role assignment changes are not being detected"). Where a service
checks the roles of an identity at once, such as AKS those of its control plane, it would refuse.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence

import pulumi
from pulumi_azure_native import authorization


def in_effect(
    assignments: Sequence[authorization.RoleAssignment], seconds: float
) -> pulumi.Output[list[pulumi.Resource]]:
    """The assignments, once the newest is that old; for `depends_on`.

    A preview does not wait, nor does an update in which the assignments are older.

    Args:
        assignments: what has to hold.
        seconds: after their creation.
    """
    newest = pulumi.Output.all(*(assignment.created_on for assignment in assignments))

    async def wait(created: Sequence[str | None]) -> list[pulumi.Resource]:
        rest = 0.0 if pulumi.runtime.is_dry_run() else remaining(created, seconds, dt.datetime.now(dt.UTC))
        if rest:
            pulumi.log.info(f"waiting {rest:.0f} s until new role assignments take effect")
            await asyncio.sleep(rest)
        return [*assignments]

    return newest.apply(wait)


def remaining(created: Sequence[str | None], seconds: float, now: dt.datetime) -> float:
    """Seconds until the newest time of creation is so long ago; 0 without a time.

    Args:
        created: ISO 8601, as Azure answers.
        seconds: how long ago the newest has to be.
        now: with a time zone.
    """
    times = [_time(text) for text in created if text]
    if not times:
        return 0.0
    # At most the whole time, whatever the clocks of Azure and of this machine say.
    return min(max(seconds - (now - max(times)).total_seconds(), 0.0), seconds)


def _time(text: str) -> dt.datetime:
    # Azure writes seven digits of a second, and older Pythons read six.
    head, _, tail = text.removesuffix("Z").partition(".")
    return dt.datetime.fromisoformat(f"{head}.{tail[:6].ljust(6, '0')}").replace(tzinfo=dt.UTC)
