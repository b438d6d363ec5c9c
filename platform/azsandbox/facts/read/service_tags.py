"""Service tags: from a copy of Microsoft's weekly list, and the documentation's table of directions."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from azsandbox.facts.sources import Copy, Source

LIST = Source("rdeveen/azure-ip-addresses-bicep", ("azure-public/",))
PAGE = Source("MicrosoftDocs/azure-docs", ("articles/virtual-network/service-tags-overview.md",))
SOURCES = (LIST, PAGE)
_ROW = re.compile(r"^\| *(\*\*[^|]*\*\*) *\|[^|]*\| *([^|]+?) *\| *(Yes|No) *\|", re.MULTILINE)
_NAME = re.compile(r"\*\*\[?([\w.]+)")  # some are links
_TAG = re.compile(r"^// Service tag *: *(\S+)", re.MULTILINE)
_ALL_REGIONS = "AzureCloud"
_HEAD = 1000  # characters before the addresses
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
        for name in _NAME.findall(names):
            tag = tags.setdefault(name, {"regions": []})
            tag["direction"] = _DIRECTIONS.get(direction, "")
            tag["regional"] = int(regional == "Yes" or bool(tag["regions"]))
    for tag in tags.values():
        tag.setdefault("direction", "")
        tag.setdefault("regional", int(bool(tag["regions"])))
    regions = sorted({region for tag in tags.values() for region in tag.pop("regions")})
    return {"regions": regions, "tags": tags}


def _listed(copy: Copy) -> Tags:
    """Each file is one tag, alone or in a region; a suffix that several tags have is a region."""
    path = copy.source.paths[0]
    names = [
        match[1]
        for file in copy.files(path, "**/*.bicep")
        if (match := _TAG.search(file.read_text(encoding="utf-8")[:_HEAD]))
    ]
    if not names:
        raise copy.failure(path, "list of service tags")
    suffixes = Counter(name.rpartition(".")[2] for name in names if "." in name)
    tags: Tags = {}
    for name in names:
        service, _, suffix = name.rpartition(".")
        if service and (service == _ALL_REGIONS or suffixes[suffix] > 1):
            tags.setdefault(service, {"regions": []})["regions"].append(suffix)
        else:
            tags.setdefault(name, {"regions": []})
    return tags
