"""Who is paged and when, what it may cost, what can't be deleted by mistake."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from roastery.graph.labels import clean, listing, plural
from roastery.graph.ledger import key
from roastery.graph.model import Card
from roastery.graph.read.context import Context, group_of
from roastery.graph.state import Resource

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


def operations(context: Context) -> tuple[Card, ...]:
    """Alerts, whom they page, budgets, locks, and what Pulumi itself protects."""
    return (*_alerts(context), *_pagers(context), *_budgets(context), *_locks(context))


def lock_of(context: Context, group: str) -> str:
    """The level of the lock on a resource group; empty without one."""
    scopes = {key(_scope(one)): one.text("level") for one in context.ledger.of(*_LOCKS)}
    return clean(scopes.get(key(group), ""))


def _alerts(context: Context) -> list[Card]:
    found = context.ledger.of(*_ALERTS)
    if not found:
        return []
    rows = sorted((one.text("severity") or "~", clean(one.text("description") or one.name)) for one in found)
    return [
        Card(
            title=plural(len(found), "alert rule"),
            details=tuple(text if level == "~" else f"sev {level}: {text}" for level, text in rows),
            group=_one_group(found),
            count=context.ledger.take(*found),
        )
    ]


def _pagers(context: Context) -> list[Card]:
    cards: list[Card] = []
    for one in context.ledger.of(_ACTION_GROUP):
        values: dict[str, Any] = {**one.outputs, **one.inputs}
        pages = {name: len(rows) for name, rows in values.items() if _receivers(name, rows)}
        kinds = [
            plural(number, f"{name.removesuffix('Receivers')} receiver")
            for name, number in sorted(pages.items())
        ]
        cards.append(context.card("Action group", one, details=(f"pages {listing(kinds)}",) if kinds else ()))
    return cards


def _receivers(name: str, rows: Any) -> bool:
    return name.endswith("Receivers") and isinstance(rows, list) and bool(rows)


def _budgets(context: Context) -> list[Card]:
    cards: list[Card] = []
    for one in context.ledger.of(_BUDGET):
        notices = one.get("notifications")
        rows = [row for row in notices.values() if isinstance(row, dict)] if isinstance(notices, dict) else []
        limits = [
            f"{row.get('threshold')} % {str(row.get('thresholdType', '')).lower()}".strip()
            for row in sorted(rows, key=lambda row: float(row.get("threshold") or 0))
        ]
        amount = f"{one.text('amount')} {one.text('currentSpend', 'unit')} {one.text('timeGrain').lower()}"
        details = [clean(amount), f"warns at {listing(limits)}" if limits else ""]
        cards.append(context.card("Budget", one, details=tuple(text for text in details if text)))
    return cards


def _locks(context: Context) -> list[Card]:
    found = context.ledger.of(*_LOCKS)
    kept = [one for one in context.ledger.resources if one.protect and not one.deleting]
    if not found and not kept:
        return []
    lines = [f"{clean(one.text('level'))}: {context.short(_scope(one).rsplit('/', 1)[-1])}" for one in found]
    protected = f"Pulumi protects {plural(len(kept), 'resource')}" if kept else ""
    return [
        Card(
            title=plural(len(found), "lock") if found else "Protection",
            details=tuple(line for line in (*lines, protected) if line),
            count=context.ledger.take(*found),
        )
    ]


def _scope(lock: Resource) -> str:
    return lock.text("scope") or lock.id.split("/providers/Microsoft.Authorization/locks/")[0]


def _one_group(resources: Iterable[Resource]) -> str:
    groups = {group_of(one) for one in resources}
    return groups.pop() if len(groups) == 1 else ""
