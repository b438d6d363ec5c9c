"""Metrics that Azure's types emit: names, aggregations, dimensions."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from azsandbox.facts.table import load

TABLE = "metrics"
_AGGREGATIONS = {"Ave": "Average", "Min": "Minimum", "Max": "Maximum", "Tot": "Total", "Cou": "Count"}


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric.

    Args:
        name: in the REST API; alert rules name it so.
        aggregations: the documented ones; Azure may take others too.
        dimensions: by which it can be split and filtered.
    """

    name: str
    aggregations: frozenset[str]
    dimensions: frozenset[str]


@functools.cache
def of_kind(kind: str) -> Mapping[str, Metric] | None:
    """The metrics of an ARM type by name; None for a type that is not tabulated."""
    rows = load(TABLE).rows.get(kind.lower())
    if rows is None:
        return None
    return {
        name: Metric(
            name=name,
            aggregations=frozenset(
                _AGGREGATIONS[letters[start : start + 3]] for start in range(0, len(letters), 3)
            ),
            dimensions=frozenset(dimensions),
        )
        for name, (letters, dimensions) in rows.items()
    }


def metric(kind: str, name: str) -> Metric | None:
    """One metric of an ARM type; names are compared without regard to case."""
    metrics = of_kind(kind) or {}
    return metrics.get(name) or next((m for key, m in metrics.items() if key.lower() == name.lower()), None)
