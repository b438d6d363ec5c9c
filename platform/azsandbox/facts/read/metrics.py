"""Metrics of each type from the documentation's pages, which are generated from Azure's own definitions."""

from __future__ import annotations

import re
from typing import Any

from azsandbox.facts.sources import Copy, Source

PAGES = Source("MicrosoftDocs/azure-monitor-docs", ("articles/azure-monitor/reference/supported-metrics/",))
SOURCES = (PAGES,)
_KIND = re.compile(r"^# Supported metrics for (\S+)", re.MULTILINE)
_NAME = re.compile(r"^`([^`]+)`$")
_AGGREGATIONS = ("Average", "Minimum", "Maximum", "Total", "Count")
_HEADER = "Name in REST API"


def rows(copies: dict[str, Copy]) -> dict[str, Any]:
    """By ARM type in lower case: metrics with their aggregations, by first letters, and their dimensions.

    Raises:
        FactsError: the pages have another form.
    """
    copy, folder = copies[PAGES.repository], PAGES.paths[0]
    kinds: dict[str, Any] = {}
    for file in copy.files(folder, "*-metrics.md"):
        text = file.read_text(encoding="utf-8")
        kind = _KIND.search(text)
        metrics = dict(_metrics(text)) if kind else {}
        if kind and metrics:
            kinds[kind[1].lower()] = metrics
    if not kinds:
        raise copy.failure(folder, "table of metrics")
    return kinds


def _metrics(text: str) -> list[tuple[str, list[Any]]]:
    columns: list[str] = []
    result: list[tuple[str, list[Any]]] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if _HEADER in cells:
            columns = ["Metric", *(cell.rpartition("[")[2].partition("]")[0] or cell for cell in cells[1:])]
        elif columns and len(cells) == len(columns):
            row = dict(zip(columns, cells, strict=True))
            name = _NAME.match(row[_HEADER])
            if name:
                letters = "".join(a[:3] for a in _AGGREGATIONS if a in row["Aggregation"])
                result.append((name[1], [letters, re.findall(r"`([^`]+)`", row["Dimensions"])]))
    return result
