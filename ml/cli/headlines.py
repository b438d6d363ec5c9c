"""The result of a step, in one line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def headline(outputs: Mapping[str, Path]) -> str:
    """The main figures of a step's outputs; empty for outputs that have none."""
    for port, describe in _DESCRIPTIONS.items():
        if port in outputs:
            return describe(outputs[port])
    return ""


def percent(share: float | None) -> str:
    """A share as percent, as the report shows it."""
    return "undefined" if share is None else f"{100 * share:.1f} %"


def read(path: Path) -> Any:
    """The content of a JSON file."""
    return json.loads(path.read_bytes())


def _raw(folder: Path) -> str:
    return f"{read(folder / 'lineage.json')['rows']:,} rows"


def _quality(folder: Path) -> str:
    quality = read(folder / "quality.json")
    reduction = quality["reduction"]
    aside = f", {quality['rows_quarantined']:,} set aside" if quality["rows_quarantined"] else ""
    return (
        f"{reduction['rows_in']:,} rows to {reduction['rows_out']:,} (1 : {reduction['factor']:.1f}){aside}"
    )


def _models(folder: Path) -> str:
    return ", ".join(candidate["name"] for candidate in read(folder / "candidates.json"))


def _evaluation(folder: Path) -> str:
    verdict = read(folder / "verdict.json")
    return f"{verdict['winner']}, WAPE {percent(verdict['winner_wape'])}"


def _registration(folder: Path) -> str:
    registration = read(folder / "registration.json")
    if not registration["registered"]:
        return "nothing registered"
    return f"{registration['name']} version {registration['version']}"


def _report(file: Path) -> str:
    return f"{file.stat().st_size / 1000:,.0f} kB"


# By output, the most informative first.
_DESCRIPTIONS = {
    "raw": _raw,
    "quality": _quality,
    "models": _models,
    "evaluation": _evaluation,
    "registration": _registration,
    "report": _report,
}
