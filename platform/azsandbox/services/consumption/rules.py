"""What Cost Management refuses about budgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_HIGHEST_THRESHOLD = 1000  # percent of the amount
_MOST_NOTIFICATIONS = 5
_RECEIVERS = ("contactEmails", "contactGroups", "contactRoles")


def starts_on_the_first_of_a_month(inputs: Values) -> Iterator[Problem]:
    period = inputs.get("timePeriod")
    start = period.get("startDate") if isinstance(period, dict) else None
    if not isinstance(start, str):
        return
    try:
        date = dt.datetime.fromisoformat(start)
    except ValueError:
        yield Problem("timePeriod.startDate", f"{start!r} is not a date")
        return
    if date.day != 1:
        yield Problem("timePeriod.startDate", f"is {start}, but a budget starts on the first of a month")


def amount_is_positive(inputs: Values) -> Iterator[Problem]:
    amount = inputs.get("amount")
    if isinstance(amount, (int, float)) and amount <= 0:
        yield Problem("amount", f"is {amount}, but must be more than 0")


def notifications_have_thresholds_and_receivers(inputs: Values) -> Iterator[Problem]:
    notifications = inputs.get("notifications")
    if not isinstance(notifications, dict):
        return
    if len(notifications) > _MOST_NOTIFICATIONS:
        yield Problem(
            "notifications", f"are {len(notifications)}, but a budget has at most {_MOST_NOTIFICATIONS}"
        )
    for name, notification in notifications.items():
        threshold = notification.get("threshold") if isinstance(notification, dict) else None
        if isinstance(threshold, (int, float)) and not 0 < threshold <= _HIGHEST_THRESHOLD:
            yield Problem(
                f'notifications["{name}"].threshold',
                f"is {threshold}, but must be more than 0 and at most {_HIGHEST_THRESHOLD}",
            )
        if isinstance(notification, dict) and not any(notification.get(key) for key in _RECEIVERS):
            yield Problem(f'notifications["{name}"]', f"has no receiver: set one of {', '.join(_RECEIVERS)}")
