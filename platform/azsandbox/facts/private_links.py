"""Private link targets: the groups (sub-resources) of each type, and the DNS zones of each group."""

from __future__ import annotations

from azsandbox.facts.table import load

TABLE = "private_links"


def groups(kind: str) -> dict[str, tuple[str, ...]]:
    """By group the DNS zones, with `{regionName}` for the region; empty for a type that is not listed."""
    rows = load(TABLE).rows.get(kind.lower(), {})
    return {group: tuple(zones) for group, zones in rows.items()}


def kinds() -> list[str]:
    """The listed ARM types, in lower case."""
    return sorted(load(TABLE).rows)
