"""Azure's public regions by their short names, as the table of facts lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.facts import regions as facts
from azsandbox.facts import service_tags
from azsandbox.schema.validate import Problem, suggestion

# Service tags name restricted and announced regions too; `global` is that of resources without a region.
REGIONS = frozenset({"global", *facts.regions(), *service_tags.full_regions()})


def canonical(region: str) -> str:
    """The short name: `West Europe` and `westeurope` are the same region."""
    return region.replace(" ", "").lower()


def location_is_known(inputs: dict[str, Any]) -> Iterator[Problem]:
    location = inputs.get("location")
    if isinstance(location, str) and canonical(location) not in REGIONS:
        hint = suggestion(canonical(location), REGIONS)
        yield Problem("location", f"{location!r} is not an Azure region{hint}", code="region")


def zones_are_offered(inputs: dict[str, Any], zones: Any, path: str = "zones") -> Iterator[Problem]:
    """Each of the zones is one that the region of the inputs has; an edge zone has none of these."""
    location = inputs.get("location")
    region = facts.region(location) if isinstance(location, str) else None
    if region is None or not isinstance(zones, list) or inputs.get("extendedLocation"):
        return
    for index, zone in enumerate(zones):
        if not isinstance(zone, str) or zone in region.zones:
            continue
        offered = f"it has {', '.join(region.zones)}" if region.zones else "it has no availability zones"
        yield Problem(
            f"{path}[{index}]",
            f"{zone!r} is not a zone of {region.name}: {offered} (Azure regions list)",
            code="zone",
        )
