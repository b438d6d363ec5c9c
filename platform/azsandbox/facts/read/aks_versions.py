"""Kubernetes versions of AKS with the dates of their support, from the documentation's two tables."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Any

from azsandbox.facts.sources import Copy, Source

PAGE = Source("MicrosoftDocs/azure-aks-docs", ("articles/aks/supported-kubernetes-versions.md",))
SOURCES = (PAGE,)
_TABLE = re.compile(r"^\| *Kubernetes version *\|(.*)\|\n\|[ |:-]+\|\n((?:\|.*\|\n?)+)", re.MULTILINE)
_NAMES = {
    "AKS preview": "preview",
    "AKS GA": "general",
    "End of life": "end",
    "LTS End of life": "longTermEnd",
    "Platform support": "platform",
}


def rows(copies: dict[str, Copy]) -> dict[str, Any]:
    """By minor version the dates, ISO 8601: a start is the first day of its month, an end is the last.

    Raises:
        FactsError: the page has another form.
    """
    copy, path = copies[PAGE.repository], PAGE.paths[0]
    versions: dict[str, dict[str, str]] = {}
    for header, body in _TABLE.findall(copy.text(path)):
        columns = [cell.strip() for cell in header.split("|")]
        if "AKS GA" not in columns:
            continue
        for line in body.splitlines():
            version, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            dates = versions.setdefault(version, {})
            for column, cell in zip(columns, cells, strict=False):
                key = _NAMES.get(column)
                if key == "platform":
                    dates[key] = cell.removeprefix("Until ").removesuffix(" GA")
                elif key:
                    dates[key] = _date(cell, last=key in {"end", "longTermEnd"}, copy=copy)
    if not versions:
        raise copy.failure(path, "table of versions")
    return versions


def _date(text: str, *, last: bool, copy: Copy) -> str:
    """`Mar 2026` or `Aug 22, 2025`."""
    match = re.fullmatch(r"([A-Z][a-z]{2})[a-z]* (?:(\d{1,2}), )?(\d{4})", text)
    if match is None or match[1] not in calendar.month_abbr:
        raise copy.failure(PAGE.paths[0], f"date in {text!r}")
    year, month = int(match[3]), list(calendar.month_abbr).index(match[1])
    day = int(match[2]) if match[2] else calendar.monthrange(year, month)[1] if last else 1
    return dt.date(year, month, day).isoformat()
