"""Regions from the documentation's list, and from a copy of `az account list-locations` with their zones."""

from __future__ import annotations

import json
import re
from typing import Any

from azsandbox.facts.sources import Copy, Source

PAGE = Source("MicrosoftDocs/reliability-docs", ("articles/reliability/regions-list.md",))
LOCATIONS = Source("Azure/terraform-azurerm-avm-utl-regions", ("modules/cached-data/locations.tf.json",))
SOURCES = (PAGE, LOCATIONS)
_ROW = re.compile(r"^\|(.*)\|\s*$", re.MULTILINE)
_IMAGE = re.compile(r':::image[^|]*?alt-text="([^"]*)"[^|]*?:::')
_COLUMNS = 6
_USUAL_ZONES = ["1", "2", "3"]


def rows(copies: dict[str, Copy]) -> dict[str, Any]:
    """By short name: the displayed name, geography, paired region, zones, and whether access is restricted.

    Raises:
        FactsError: a source has another form.
    """
    regions = _listed(copies[LOCATIONS.repository])
    by_name = {region["name"]: short for short, region in regions.items()}
    documented = list(_documented(copies[PAGE.repository]))
    by_name |= {region["name"]: short for short, region in documented}
    for short, region in documented:
        known = regions.setdefault(short, {"zones": _USUAL_ZONES if region["zones"] else []})
        known |= {key: value for key, value in region.items() if key != "zones"}
        known["pair"] = by_name.get(region["pair"], "")
        if region["zones"] and not known["zones"]:
            known["zones"] = _USUAL_ZONES
    return regions


def _listed(copy: Copy) -> dict[str, dict[str, Any]]:
    path = copy.source.paths[0]
    try:
        locations = json.loads(copy.text(path))["locals"]["locations_cached"]["value"]
        return {
            location["name"]: _region(location)
            for location in locations
            if location["metadata"]["regionType"] == "Physical"
        }
    except (ValueError, KeyError, TypeError):
        raise copy.failure(path, "list of locations") from None


def _region(location: dict[str, Any]) -> dict[str, Any]:
    metadata, zones = location["metadata"], location.get("availabilityZoneMappings") or []
    return {
        "name": location["displayName"],
        "geography": metadata.get("geography") or "",
        "pair": (metadata.get("pairedRegion") or [{"name": ""}])[0]["name"],
        "zones": sorted(zone["logicalZone"] for zone in zones),
    }


def _documented(copy: Copy) -> list[tuple[str, dict[str, Any]]]:
    path = copy.source.paths[0]
    regions: dict[str, dict[str, Any]] = {}
    for row in _ROW.findall(copy.text(path)):
        cells = [cell.strip() for cell in row.split("|")]
        if len(cells) != _COLUMNS or not re.fullmatch(r"[a-z]+\d?", cells[-1]):
            continue
        name, zones, pair, _, geography, short = cells
        regions[short] = {
            "name": _plain(name),
            "geography": geography,
            "pair": _plain(pair),
            "zones": "Yes" in _IMAGE.findall(zones),
            "restricted": int("restricted" in name),
        }
    if not regions:
        raise copy.failure(path, "table of regions")
    return list(regions.items())


def _plain(cell: str) -> str:
    return _IMAGE.sub("", cell).strip()
