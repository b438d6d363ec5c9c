"""Log categories and category groups that diagnostic settings of each type can name."""

from __future__ import annotations

from azsandbox.facts.table import load

TABLE = "log_categories"
ALL, AUDIT = "allLogs", "audit"
# No category of these is in the group: learn.microsoft.com/azure/azure-monitor/essentials/diagnostic-settings
_WITHOUT_AUDIT = frozenset(
    {
        "microsoft.network/natgateways",
        "microsoft.network/networksecuritygroups",
        "microsoft.network/virtualnetworks",
    }
)
_METRICS_ONLY = frozenset({"microsoft.storage/storageaccounts"})  # the logs are those of its services


def categories(kind: str) -> frozenset[str] | None:
    """The log categories of an ARM type; None for a type that is not tabulated."""
    if kind.lower() in _METRICS_ONLY:
        return frozenset()
    rows = load(TABLE).rows.get(kind.lower())
    return None if rows is None else frozenset(rows)


def groups(kind: str) -> frozenset[str]:
    """The category groups of an ARM type that has logs."""
    return frozenset({ALL}) if kind.lower() in _WITHOUT_AUDIT else frozenset({ALL, AUDIT})


def supported(kind: str) -> frozenset[str] | None:
    """Categories and groups of an ARM type; None for a type that is not tabulated."""
    known = categories(kind)
    return known if not known else known | groups(kind)
