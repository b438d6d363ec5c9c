"""What Helm charts are known to allow the service accounts that they make; the table names its source."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("chart_roles.json")


@dataclass(frozen=True, kw_only=True)
class ChartAccount:
    """One service account that a chart binds to a role.

    Args:
        suffix: end of its name where the values name no other: after the release's name.
        values: part of the chart's values that is about it.
        rules: of the role, by the chart's default values.
    """

    suffix: str
    values: str
    rules: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class ChartRoles:
    """The accounts that a range of versions of a chart binds."""

    chart: str
    first: tuple[int, ...]
    before: tuple[int, ...]
    accounts: Sequence[ChartAccount]

    def has(self, version: str) -> bool:
        number = _number(version)
        return self.first <= number < self.before


@functools.cache
def chart_roles() -> tuple[ChartRoles, ...]:
    """The known charts."""
    rows: list[dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))["charts"]
    return tuple(
        ChartRoles(
            chart=row["chart"],
            first=_number(row["from"]),
            before=_number(row["before"]),
            accounts=[
                ChartAccount(suffix=suffix, values=account["values"], rules=account["rules"])
                for suffix, account in row["accounts"].items()
            ],
        )
        for row in rows
    )


def chart_name(chart: str) -> str:
    """`argo-events` of `oci://mirror/helm/argo-events`."""
    return chart.rstrip("/").rpartition("/")[2]


def _number(version: str) -> tuple[int, ...]:
    parts = version.lstrip("v").partition("-")[0].split(".")
    return tuple(int(part) for part in parts if part.isdigit())
