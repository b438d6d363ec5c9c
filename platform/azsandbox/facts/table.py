"""The tables as they are committed: rows with a source, a date and the module that reads the source."""

from __future__ import annotations

import datetime as dt
import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azsandbox.errors import SandboxError

FOLDER = Path(__file__).parent
LONGEST_AGE = dt.timedelta(days=180)
_COUNTED = {
    "log_tables": "tables",
    "role_definitions": "roles",
    "service_tags": "tags",
    "vm_sizes": "families",
}
"""The part of a table that holds the facts; the rest is what they refer to."""
_GROUPED = frozenset({"alert_intervals", "log_categories", "metrics", "private_links", "subnets", "vm_sizes"})
"""Tables whose facts are grouped, by type for example."""


class FactsError(SandboxError):
    """A table of facts, or the source of one, can't be read."""


@dataclass(frozen=True, kw_only=True)
class FactTable:
    """One table of facts.

    Args:
        name: of its file.
        source: the published files, each with its commit.
        date: on which the first source was published, ISO 8601.
        read_by: module that made the rows from the source.
        rows: whatever the module made.
    """

    name: str
    source: str
    date: str
    read_by: str
    rows: Any

    @property
    def outdated_from(self) -> dt.date:
        """From when on the source is so old that Azure may well have changed."""
        return dt.date.fromisoformat(self.date) + LONGEST_AGE

    def outdated(self, today: dt.date) -> bool:
        return today >= self.outdated_from

    def count(self) -> int:
        """Number of facts: of sizes, roles, metrics and so on."""
        rows = self.rows[_COUNTED[self.name]] if self.name in _COUNTED else self.rows
        return sum(map(len, rows.values())) if self.name in _GROUPED else len(rows)


def names() -> list[str]:
    """Every table's name."""
    return sorted(file.stem for file in FOLDER.glob("*.json"))


@functools.cache
def load(name: str) -> FactTable:
    """The committed table of that name.

    Raises:
        FactsError: it is not there or not a table.
    """
    file = FOLDER / f"{name}.json"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return FactTable(
            name=name,
            source=content["source"],
            date=content["date"],
            read_by=content["read by"],
            rows=content["rows"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FactsError(
            f"the table of facts {file.name} can't be read ({type(error).__name__}: {error}): "
            f"python -m azsandbox.facts {name} writes it anew"
        ) from None
