"""Alerts and action groups, budgets, and what is protected from deletion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from roastery.graph.inventory import key
from roastery.graph.labels import clean, listing, plural
from roastery.graph.model import DrawnCard
from roastery.graph.readers.context import Context, group_of
from roastery.graph.state import StateResource

_ALERTS = (
    "azure-native:monitor:MetricAlert",
    "azure-native:monitor:ScheduledQueryRule",
    "azure-native:monitor:ActivityLogAlert",
)
_ACTION_GROUP = "azure-native:monitor:ActionGroup"
_BUDGET = "azure-native:consumption:Budget"
_LOCKS = (
    "azure-native:authorization:ManagementLockByScope",
    "azure-native:authorization:ManagementLockAtResourceGroupLevel",
    "azure-native:authorization:ManagementLockAtResourceLevel",
    "azure-native:authorization:ManagementLockAtSubscriptionLevel",
)


def read_operations(context: Context) -> tuple[DrawnCard, ...]:
    """Cards for alerts, action groups, budgets, locks and the resources that Pulumi protects."""
    return (*_alerts(context), *_action_groups(context), *_budgets(context), *_locks(context))


def lock_of(context: Context, group: str) -> str:
    """The level of the lock on a resource group; empty without one."""
    scopes = {key(_scope(lock)): lock.text("level") for lock in context.inventory.of(*_LOCKS)}
    return clean(scopes.get(key(group), ""))


def _alerts(context: Context) -> list[DrawnCard]:
    alerts = context.inventory.of(*_ALERTS)
    if not alerts:
        return []
    rows = sorted(
        (alert.text("severity") or "~", clean(alert.text("description") or alert.name)) for alert in alerts
    )
    return [
        DrawnCard(
            title=plural(len(alerts), "alert rule"),
            details=tuple(text if level == "~" else f"sev {level}: {text}" for level, text in rows),
            group=_common_group(alerts),
            count=context.inventory.mark_drawn(*alerts),
        )
    ]


def _action_groups(context: Context) -> list[DrawnCard]:
    cards: list[DrawnCard] = []
    for action_group in context.inventory.of(_ACTION_GROUP):
        values: dict[str, Any] = {**action_group.outputs, **action_group.inputs}
        pages = {name: len(rows) for name, rows in values.items() if _receivers(name, rows)}
        kinds = [
            plural(number, f"{name.removesuffix('Receivers')} receiver")
            for name, number in sorted(pages.items())
        ]
        cards.append(
            context.card("Action group", action_group, details=(f"pages {listing(kinds)}",) if kinds else ())
        )
    return cards


def _receivers(name: str, rows: Any) -> bool:
    return name.endswith("Receivers") and isinstance(rows, list) and bool(rows)


def _budgets(context: Context) -> list[DrawnCard]:
    cards: list[DrawnCard] = []
    for budget in context.inventory.of(_BUDGET):
        notices = budget.get("notifications")
        rows = [row for row in notices.values() if isinstance(row, dict)] if isinstance(notices, dict) else []
        limits = [
            f"{row.get('threshold')} % {str(row.get('thresholdType', '')).lower()}".strip()
            for row in sorted(rows, key=lambda row: float(row.get("threshold") or 0))
        ]
        currency, period = budget.text("currentSpend", "unit"), budget.text("timeGrain").lower()
        amount = clean(f"{budget.text('amount')} {currency} {period}")
        details = [amount, f"warns at {listing(limits)}" if limits else ""]
        cards.append(context.card("Budget", budget, details=tuple(text for text in details if text)))
    return cards


def _locks(context: Context) -> list[DrawnCard]:
    locks = context.inventory.of(*_LOCKS)
    protected_resources = [
        resource for resource in context.inventory.resources if resource.protect and not resource.deleting
    ]
    if not locks and not protected_resources:
        return []
    lines = [
        f"{clean(lock.text('level'))}: {context.short(_scope(lock).rsplit('/', 1)[-1])}" for lock in locks
    ]
    protected = (
        f"Pulumi protects {plural(len(protected_resources), 'resource')}" if protected_resources else ""
    )
    return [
        DrawnCard(
            title=plural(len(locks), "lock") if locks else "Protection",
            details=tuple(line for line in (*lines, protected) if line),
            count=context.inventory.mark_drawn(*locks),
        )
    ]


def _scope(lock: StateResource) -> str:
    return lock.text("scope") or lock.id.split("/providers/Microsoft.Authorization/locks/")[0]


def _common_group(resources: Iterable[StateResource]) -> str:
    groups = {group_of(resource) for resource in resources}
    return groups.pop() if len(groups) == 1 else ""
