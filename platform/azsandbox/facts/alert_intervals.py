"""How often alert rules are evaluated, and over which windows."""

from __future__ import annotations

from azsandbox.facts.table import load

TABLE = "alert_intervals"


def durations(kind: str, name: str) -> tuple[str, ...]:
    """The ISO 8601 durations that a property of `metricAlerts` or `scheduledQueryRules` takes."""
    return tuple(load(TABLE).rows.get(kind, {}).get(name, ()))
