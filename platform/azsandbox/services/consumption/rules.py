"""What Cost Management refuses about budgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_HIGHEST_THRESHOLD = 1000  # percent of the amount
_MOST_NOTIFICATIONS = 5
_FIRST = dt.date(2017, 6, 1)  # Consumption REST specification, timePeriod
_RECEIVERS = ("contactEmails", "contactGroups", "contactRoles")


def _date(period: object, name: str) -> dt.date | None:
    text = period.get(name) if isinstance(period, dict) else None
    try:
        return dt.datetime.fromisoformat(text).date() if isinstance(text, str) else None
    except ValueError:
        return None


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
    elif date.date() < _FIRST:
        yield Problem("timePeriod.startDate", f"is {start}, but a budget starts in {_FIRST:%B %Y} or later")


def ends_after_its_start(inputs: Values) -> Iterator[Problem]:
    period = inputs.get("timePeriod")
    start, end = _date(period, "startDate"), _date(period, "endDate")
    text = period.get("endDate") if isinstance(period, dict) else None
    if isinstance(text, str) and end is None:
        yield Problem("timePeriod.endDate", f"{text!r} is not a date")
    if start and end and end <= start:
        yield Problem("timePeriod.endDate", f"is {text}, but has to be after the start")


def filter_is_one_expression(inputs: Values) -> Iterator[Problem]:
    """Dimensions, tags, or several of them joined by `and`."""
    condition = inputs.get("filter")
    if not isinstance(condition, dict):
        return
    present = [name for name in ("and", "dimensions", "tags") if condition.get(name) is not None]
    if len(present) > 1:
        yield Problem("filter", f"has {' and '.join(present)}: join several expressions by 'and'")
    joined = condition.get("and")
    if isinstance(joined, list) and len(joined) <= 1:
        yield Problem("filter.and", f"has {len(joined)} members, but joins at least 2")


def action_groups_have_a_scope_of_their_own(inputs: Values) -> Iterator[Problem]:
    """Action groups are allowed at a subscription or a resource group only."""
    scope, notifications = inputs.get("scope"), inputs.get("notifications")
    if not isinstance(scope, str) or "/subscriptions/" in f"/{scope.strip('/').lower()}/":
        return
    for name, notification in notifications.items() if isinstance(notifications, dict) else ():
        if isinstance(notification, dict) and notification.get("contactGroups"):
            yield Problem(
                f'notifications["{name}"].contactGroups', f"are not allowed at {scope}: set contactEmails"
            )


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
        if isinstance(threshold, (int, float)) and not 0 <= threshold <= _HIGHEST_THRESHOLD:
            yield Problem(
                f'notifications["{name}"].threshold', f"is {threshold}, but must be 0 to {_HIGHEST_THRESHOLD}"
            )
        if isinstance(notification, dict) and not any(notification.get(key) for key in _RECEIVERS):
            yield Problem(f'notifications["{name}"]', f"has no receiver: set one of {', '.join(_RECEIVERS)}")
