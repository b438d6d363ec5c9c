"""Service tags: from a weekly copy of Microsoft's own list, and the documentation's table of directions."""

from __future__ import annotations

import json
import re
from typing import Any

from azsandbox.facts.sources import Copy, Source

LIST = Source("eliaquimbrandao/azure-service-tags-tracker", ("docs/data/current.json",))
PAGE = Source("MicrosoftDocs/azure-docs", ("articles/virtual-network/service-tags-overview.md",))
SOURCES = (LIST, PAGE)
_ROW = re.compile(r"^\| *(\*\*[^|]*\*\*) *\|[^|]*\| *([^|]+?) *\| *(Yes|No) *\|", re.MULTILINE)
_DIRECTIONS = {"Inbound": "in", "Outbound": "out", "Both": "both", "Inbound / Outbound": "both"}
Tags = dict[str, dict[str, Any]]


def rows(copies: dict[str, Copy]) -> dict[str, Any]:
    """The tags, each with its recommended direction (empty: undocumented), and the regions that narrow one.

    Raises:
        FactsError: a source has another form.
    """
    tags = _listed(copies[LIST.repository])
    page = copies[PAGE.repository]
    documented = _ROW.findall(page.text(PAGE.paths[0]))
    if not documented:
        raise page.failure(PAGE.paths[0], "table of service tags")
    for names, direction, regional in documented:
        for name in re.findall(r"\*\*([\w.]+)\*\*", names):
            tag = tags.setdefault(name, {"regions": []})
            tag["direction"] = _DIRECTIONS.get(direction, "")
            tag["regional"] = int(regional == "Yes" or bool(tag["regions"]))
    for tag in tags.values():
        tag.setdefault("direction", "")
        tag.setdefault("regional", int(bool(tag["regions"])))
    regions = sorted({region for tag in tags.values() for region in tag.pop("regions")})
    return {"regions": regions, "tags": tags}


def _listed(copy: Copy) -> Tags:
    path = copy.source.paths[0]
    tags: Tags = {}
    try:
        for value in json.loads(copy.text(path))["values"]:
            name, region = value["name"], value["properties"]["region"]
            if region:
                name, _, region = name.rpartition(".")
                tags.setdefault(name, {"regions": []})["regions"].append(region)
            else:
                tags.setdefault(name, {"regions": []})
    except (ValueError, KeyError, TypeError):
        raise copy.failure(path, "list of service tags") from None
    if not tags:
        raise copy.failure(path, "list of service tags")
    return tags
