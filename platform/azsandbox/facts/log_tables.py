"""Tables of Log Analytics workspaces, with their columns."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from azsandbox.facts.table import load

TABLE = "log_tables"


@functools.cache
def tables() -> Mapping[str, frozenset[str]]:
    """The columns by table, in the case in which queries name both."""
    rows = load(TABLE).rows
    columns: list[str] = rows["columns"]
    return {
        name: frozenset(columns[number] for number in numbers) for name, numbers in rows["tables"].items()
    }
