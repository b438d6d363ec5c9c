"""Kusto queries of alert rules: their syntax, and the tables and columns that they name."""

from __future__ import annotations

from azsandbox.services.monitor.kql.query import Checked, check
from azsandbox.services.monitor.kql.tables import tables_of

__all__ = ["Checked", "check", "tables_of"]
