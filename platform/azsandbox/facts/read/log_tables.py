"""Tables of Log Analytics workspaces, as KQLAnalyzer collects them from Microsoft's reference."""

from __future__ import annotations

import json
from typing import Any

from azsandbox.facts.sources import Copy, Source

COLLECTION = Source("FalconForceTeam/KQLAnalyzer", ("environments.json",))
SOURCES = (COLLECTION,)
_ENVIRONMENT = "sentinel"  # every table that a workspace can have


def rows(copies: dict[str, Copy]) -> dict[str, Any]:
    """All names of columns, and by table the numbers of its columns among them.

    Raises:
        FactsError: the file has another form.
    """
    copy, path = copies[COLLECTION.repository], COLLECTION.paths[0]
    try:
        tables: dict[str, dict[str, str]] = json.loads(copy.text(path))[_ENVIRONMENT]["tables"]
        columns = sorted({column for table in tables.values() for column in table})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise copy.failure(path, "tables of a workspace") from None
    numbers = {column: number for number, column in enumerate(columns)}
    return {
        "columns": columns,
        "tables": {name: sorted(numbers[column] for column in table) for name, table in tables.items()},
    }
