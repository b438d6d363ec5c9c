"""The tables that queries of a scope can name."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from azsandbox.arm import ids
from azsandbox.facts import log_tables

# In every table, or so many-sided that any column may be meant.
_EVERYWHERE = frozenset(
    {"TimeGenerated", "Type", "TenantId", "SourceSystem", "_ResourceId", "_SubscriptionId"}
)
_OPEN = frozenset({"AzureDiagnostics", "AzureMetrics"})  # their columns depend on what sends to them
_WORKSPACE = "microsoft.operationalinsights/workspaces"


def tables_of(scope: str) -> Mapping[str, frozenset[str]] | None:
    """The columns by table for a scope; None for one whose tables are not known."""
    if ids.parse(scope).kind.lower() != _WORKSPACE:
        return None
    return _workspace_tables()


@functools.cache
def _workspace_tables() -> Mapping[str, frozenset[str]]:
    return {
        name: frozenset() if name in _OPEN else columns | _EVERYWHERE
        for name, columns in log_tables.tables().items()
    }
