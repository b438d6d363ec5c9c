"""Azure's public regions: names, geography, paired region, availability zones."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from azsandbox.facts.table import load

TABLE = "regions"


@dataclass(frozen=True, kw_only=True)
class Region:
    """A physical region.

    Args:
        name: the short one, such as `westeurope`.
        display_name: such as `West Europe`.
        geography: such as `Europe`.
        pair: short name of the paired region, empty for a region without one.
        zones: its availability zones, none for a region without any.
        restricted: access has to be requested.
    """

    name: str
    display_name: str
    geography: str
    pair: str
    zones: tuple[str, ...]
    restricted: bool


@functools.cache
def regions() -> Mapping[str, Region]:
    """Every physical region by its short name."""
    return {
        name: Region(
            name=name,
            display_name=row["name"],
            geography=row["geography"],
            pair=row["pair"],
            zones=tuple(row["zones"]),
            restricted=bool(row.get("restricted")),
        )
        for name, row in load(TABLE).rows.items()
    }


def region(name: str) -> Region | None:
    """The region with that name, short or as displayed."""
    return regions().get(name.replace(" ", "").lower())
