"""The model card: intended use, training data, backtest scores and limits of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_USE = """## Intended use
Monthly quantity sold per store, up to {horizon} months ahead, for planning stock and staff. Give it a store
and a month, and what is planned of price, promotion and holiday; what is left out is filled with what is
usual for the store. It is not meant for single products or days, nor for deciding about persons."""

_LIMITS = """## Limits
- It knows the past only: a new competitor, a closure, a price beyond those seen are not in it.
- A store without history gets the mean of its city, country or all, and the answer says so.
- Weather of a month to come is not known and not used, except as what is usual for that month.
- Further than {horizon} months ahead it was not tested; intervals there are as wide as the widest tested.
- Intervals hold as long as the errors to come are like those of the backtest."""


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """The content of the card. Shares are from 0 to 1."""

    name: str
    model: str
    kind: str
    recipe: str
    reason: str
    """The verdict of the gate."""
    first_month: str
    last_month: str
    stores: int
    data_hash: str
    """Of the features it was trained on; `""` if unknown."""
    horizon: int
    origins: Sequence[str]
    scores: Mapping[str, Mapping[str, Any]]
    """By candidate, best first: wape, rmsle, mase, bias, and a note."""
    coverage: float
    intervals: Mapping[str, Any]
    """`measured_coverage`, `relative_width` and `note` of the model's own."""
    warnings: Sequence[str] = field(default_factory=tuple)


def render(card: ModelCard) -> str:
    """The card as Markdown."""
    kind = "naive baseline" if card.kind == "baseline" else "trained model"
    parts = [
        f"# {card.name}: {card.model}",
        f"A {kind}, recipe {card.recipe}. Verdict of the gate: {card.reason}.",
        _USE.format(horizon=card.horizon),
        _data(card),
        _backtest(card),
        _intervals(card),
        _LIMITS.format(horizon=card.horizon),
    ]
    return "\n\n".join(parts) + "\n"


def _data(card: ModelCard) -> str:
    span = f"{card.first_month} to {card.last_month}"
    text = f"## Data\nSales of {card.stores} stores by month, {span}; incomplete months are left out."
    return f"{text} Content hash of the features: `{card.data_hash}`." if card.data_hash else text


def _backtest(card: ModelCard) -> str:
    origins = ", ".join(card.origins)
    lines = [
        "## Backtest",
        f"Every candidate was trained up to {origins} in turn and forecast the {card.horizon} months after.",
        "",
        "| candidate | WAPE | RMSLE | MASE | bias | |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for name, score in card.scores.items():
        shown = f"**{name}**" if name == card.model else name
        lines.append(
            f"| {shown} | {percent(score.get('wape'))} | {number(score.get('rmsle'))} "
            f"| {number(score.get('mase'))} | {percent(score.get('bias'))} | {score.get('note') or ''} |"
        )
    lines += ["", *(f"- {warning}" for warning in card.warnings)]
    return "\n".join(lines).rstrip()


def _intervals(card: ModelCard) -> str:
    head = "## Intervals"
    measured = card.intervals.get("measured_coverage")
    note = card.intervals.get("note") or ""
    if measured is None:
        return f"{head}\nThe coverage of its intervals is not known: {note}."
    width = percent(card.intervals.get("relative_width"))
    text = (
        f"{head}\nAsked to hold {percent(card.coverage)} of months, they held {percent(measured)} of those "
        f"set aside to measure it. On average they are {width} of the forecast wide."
    )
    return f"{text} Note: {note}." if note else text


def percent(share: float | None) -> str:
    return "undefined" if share is None else f"{100 * share:z.1f} %"


def number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:z.3f}"
