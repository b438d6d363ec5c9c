"""Budgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import NameRule, Reference, ResourceType, Service, Values
from azsandbox.schema.validate import Problem

_THRESHOLD = 1000
_AT_MOST = 5


def _period(inputs: Values) -> Iterator[Problem]:
    period = inputs.get("timePeriod")
    start = period.get("startDate") if isinstance(period, dict) else None
    if isinstance(start, str):
        try:
            day = dt.datetime.fromisoformat(start)
        except ValueError:
            yield Problem("timePeriod.startDate", f"{start!r} is no date")
            return
        if day.day != 1:
            yield Problem("timePeriod.startDate", f"is {start}, but a budget starts on the first of a month")
    amount = inputs.get("amount")
    if isinstance(amount, (int, float)) and amount <= 0:
        yield Problem("amount", f"is {amount}, but must be more than 0")


def _notifications(inputs: Values) -> Iterator[Problem]:
    wanted = inputs.get("notifications")
    if not isinstance(wanted, dict):
        return
    if len(wanted) > _AT_MOST:
        yield Problem("notifications", f"are {len(wanted)}, but a budget has at most {_AT_MOST}")
    for name, one in wanted.items():
        threshold = one.get("threshold") if isinstance(one, dict) else None
        if isinstance(threshold, (int, float)) and not 0 < threshold <= _THRESHOLD:
            yield Problem(
                f'notifications["{name}"].threshold',
                f"is {threshold}, but must be more than 0 and at most 1000",
            )
        receivers = ("contactEmails", "contactGroups", "contactRoles")
        if isinstance(one, dict) and not any(one.get(who) for who in receivers):
            yield Problem(f'notifications["{name}"]', f"tells nobody: name one of {', '.join(receivers)}")


SERVICE = Service(
    name="consumption",
    types=(
        ResourceType(
            token="azure-native:consumption:Budget",
            path="/{scope}/providers/Microsoft.Consumption/budgets/{budgetName}",
            name=NameRule(r"[a-zA-Z0-9_-]{1,63}", "1 to 63 letters, digits, _ and -"),
            replace=("timePeriod.startDate", "timeGrain", "category"),
            references=(Reference("notifications.contactGroups[]", ("Microsoft.Insights/actionGroups",)),),
            early=(_period, _notifications),
            outputs=lambda _: {"currentSpend": {"amount": 0, "unit": "EUR"}},
            claims=(
                documented("starts on the first of a month, which can't change; at most 5 notifications"),
                specified("thresholds up to 1000 percent, each with a receiver"),
            ),
        ),
    ),
)
