"""The tables that queries of a scope can name."""

from __future__ import annotations

from collections.abc import Mapping

from azsandbox.arm import ids


def tables_of(scope: str) -> Mapping[str, frozenset[str]] | None:
    """The columns by table for a scope; None for one whose tables are not known."""
    if ids.parse(scope).kind.lower() != "microsoft.operationalinsights/workspaces":
        return None
    return None
