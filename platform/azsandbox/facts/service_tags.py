"""Service tags: the names that stand for address ranges of Azure's services in security rules and routes."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from dataclasses import dataclass

from azsandbox.facts.table import load

TABLE = "service_tags"
# learn.microsoft.com/azure/virtual-network/service-tags-overview, "Tags unsupported for user defined routes"
NOT_IN_ROUTES = frozenset(
    {
        "azureloadbalancer",
        "azureplatformdns",
        "azureplatformimds",
        "azureplatformlkm",
        "internet",
        "virtualnetwork",
    }
)


@dataclass(frozen=True, kw_only=True)
class ServiceTag:
    """One tag.

    Args:
        name: as Azure spells it.
        direction: `in`, `out` or `both`: a recommendation that Azure does not enforce; empty if undocumented.
        regional: whether it can be narrowed to a region, as in `Storage.WestEurope`.
    """

    name: str
    direction: str
    regional: bool


@functools.cache
def tags() -> Mapping[str, ServiceTag]:
    """Every tag by its name in lower case."""
    return {
        name.lower(): ServiceTag(name=name, direction=row["direction"], regional=bool(row["regional"]))
        for name, row in load(TABLE).rows["tags"].items()
    }


@functools.cache
def regions() -> frozenset[str]:
    """What can follow a tag, in lower case; some are abbreviated, as in `AzureCloud.norwaye`."""
    return frozenset(region.lower() for region in load(TABLE).rows["regions"])


def full_regions() -> frozenset[str]:
    """Those of them that are the names of regions; they include restricted and announced ones."""
    return frozenset(region.lower() for region in load(TABLE).rows["regions"] if region[0].isupper())


def tag(text: str) -> ServiceTag | None:
    """The tag that a text names, alone or with a region."""
    known = tags().get(text.lower())
    if known is not None:
        return known
    name, _, region = text.lower().rpartition(".")
    return tags().get(name) if name and region in regions() else None


def region_of(text: str) -> str:
    """The region that follows the tag; empty for a tag alone."""
    return "" if text.lower() in tags() else text.rpartition(".")[2]


def similar(text: str) -> str:
    """`; did you mean 'x'?` for a tag, alone or with a region, that is spelled alike; or an empty text."""
    name, period, region = text.partition(".")
    close = difflib.get_close_matches(text.lower(), list(tags()), 1, 0.7)
    if close:
        return f"; did you mean {tags()[close[0]].name!r}?"
    close = difflib.get_close_matches(name.lower(), list(tags()), 1, 0.7)
    near = difflib.get_close_matches(region.lower(), list(regions()), 1, 0.7)
    if close and period and near:
        return f"; did you mean {tags()[close[0]].name + '.' + near[0]!r}?"
    return ""
