"""Groups of private link targets and their DNS zones, from the documentation's table for the public cloud."""

from __future__ import annotations

import re
from typing import Any

from azsandbox.facts.sources import Copy, Source

PAGE = Source("MicrosoftDocs/azure-docs", ("articles/private-link/private-endpoint-dns.md",))
SOURCES = (PAGE,)
_ROW = re.compile(r"^(?:> )?\| *[^|]*\((Microsoft\.[^|]+)\) *\| *([^|]+?) *\| *([^|]+?) *\|", re.MULTILINE)
_BREAK = re.compile(r"\s*</?br ?/?>\s*|,\s*")
_OTHER_CLOUDS = re.compile(r"^#+ Government", re.MULTILINE)
_NOTE = re.compile(r"<sup>.*?</sup>")
# The page has the brand's name where ARM has another one.
_ARM_NAMES = {"microsoft.azurecosmosdb/databaseaccounts": "microsoft.documentdb/databaseaccounts"}


def rows(copies: dict[str, Copy]) -> dict[str, Any]:
    """By ARM type in lower case the zones of each group; only types that the page names in full.

    Raises:
        FactsError: the page has another form.
    """
    copy, path = copies[PAGE.repository], PAGE.paths[0]
    public = _OTHER_CLOUDS.split(copy.text(path))[0]
    kinds: dict[str, dict[str, list[str]]] = {}
    for types, groups, zones in _ROW.findall(public):
        names = [zone for zone in _BREAK.split(_NOTE.sub("", zones)) if zone]
        for kind in _BREAK.split(types):
            if "/" not in kind:
                continue
            kind_name = _ARM_NAMES.get(kind.strip().lower(), kind.strip().lower())
            for group in _BREAK.split(groups):
                if re.fullmatch(r"\w+", group):
                    known = kinds.setdefault(kind_name, {}).setdefault(group, [])
                    known += [name for name in names if name not in known]
    if not kinds:
        raise copy.failure(path, "table of private DNS zones")
    return kinds
