"""Which redundancy a region offers."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.facts import regions
from azsandbox.schema.validate import Problem


def redundancy_is_offered_in_region(inputs: Values) -> Iterator[Problem]:
    """Zone redundancy needs availability zones, a copy in a second region a paired region."""
    sku, location = inputs.get("sku"), inputs.get("location")
    name = sku.get("name") if isinstance(sku, dict) else None
    region = regions.region(location) if isinstance(location, str) else None
    if region is None or not isinstance(name, str):
        return
    redundancy = name.partition("_")[2]
    if redundancy.endswith("ZRS") and not region.zones:
        yield Problem(
            "sku.name",
            f"is {name}, but {region.name} has no availability zones: use another redundancy or region "
            "(Azure Storage redundancy, Azure regions list)",
        )
    elif "G" in redundancy and not region.pair:
        yield Problem(
            "sku.name",
            f"is {name}, but {region.name} has no paired region: Azure may refuse a geo-redundant "
            "account there (Azure Storage redundancy)",
            warning=True,
        )
