"""Log categories of each type from the documentation's pages."""

from __future__ import annotations

import re
from typing import Any

from azsandbox.facts.sources import Copy, Source

PAGES = Source("MicrosoftDocs/azure-monitor-docs", ("articles/azure-monitor/reference/supported-logs/",))
SOURCES = (PAGES,)
_KIND = re.compile(r"^# Supported logs for (\S+)", re.MULTILINE)
_CATEGORY = re.compile(r"^\|`([\w.-]+)` *\|", re.MULTILINE)


def rows(copies: dict[str, Copy]) -> dict[str, Any]:
    """By ARM type in lower case its categories.

    Some months' pages have display names where category names belong: those types are left out.

    Raises:
        FactsError: the pages have another form.
    """
    copy, folder = copies[PAGES.repository], PAGES.paths[0]
    kinds: dict[str, list[str]] = {}
    for file in copy.files(folder, "*-logs.md"):
        text = file.read_text(encoding="utf-8")
        kind = _KIND.search(text)
        categories = _CATEGORY.findall(text)
        if kind and categories:
            kinds[kind[1].lower()] = sorted(categories)
    if not kinds:
        raise copy.failure(folder, "table of log categories")
    return kinds
