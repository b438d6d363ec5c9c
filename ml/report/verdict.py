"""What the gate decided, in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ml.core.models import BASELINES
from ml.report import format as fmt
from ml.report.sources import RunOutputs, VerdictDocument

VerdictOutcome = Literal["promoted", "kept", "nothing", "unknown"]


@dataclass(frozen=True, kw_only=True)
class VerdictSummary:
    """The verdict in words, for the head of the report."""

    outcome: VerdictOutcome
    headline: str
    sentences: tuple[str, ...] = ()
    reason: str = ""
    """The reason as the gate gives it."""


def is_baseline(candidate: str) -> bool:
    return candidate in BASELINES


def served(sources: RunOutputs) -> str | None:
    """The candidate whose forecasts are served after this run: the winner, or the champion that was kept."""
    verdict = sources.verdict
    if verdict is None:
        return None
    return verdict.winner if _outcome(sources) == "promoted" else verdict.champion


def summarise(sources: RunOutputs, trained: tuple[str, float] | None) -> VerdictSummary:
    """The verdict of the gate and of the registry, in words.

    Args:
        sources: of the report.
        trained: the best trained model with its WAPE, to compare with a baseline that won.
    """
    verdict, outcome = sources.verdict, _outcome(sources)
    if verdict is None:
        return VerdictSummary(
            outcome="unknown",
            headline="No verdict.",
            sentences=(
                "The evaluation has no verdict.json: the gate did not compare the candidates of this run.",
            ),
        )
    winner = fmt.label(verdict.winner)
    sentences = [_comparison(verdict, trained, promoted=outcome == "promoted")]
    if outcome == "promoted":
        if is_baseline(verdict.winner):
            headline = f"A baseline won and is served: {winner}."
            sentences.insert(0, "No trained model did better on these data, so the naive forecast is served.")
        else:
            headline = f"{winner} won and is served."
        sentences.append(_registered(sources))
    elif outcome == "kept":
        headline = "The champion stays. Nothing was replaced."
        equal = verdict.winner_wape == verdict.champion_wape
        against = "did no better than the champion" if equal else "did not beat the champion"
        sentences.insert(0, f"{winner} did best of the new candidates, but {against}.")
    else:
        headline = "Nothing was registered."
    registration = sources.registration
    if registration is None:
        sentences.append("Whether it was registered is unknown, because registration.json is missing.")
    elif not registration.registered and registration.reason and registration.reason != verdict.reason:
        sentences.append(_sentence(registration.reason))
    return VerdictSummary(
        outcome=outcome,
        headline=headline,
        sentences=tuple(s for s in sentences if s),
        reason=_sentence(verdict.reason),
    )


def _outcome(sources: RunOutputs) -> VerdictOutcome:
    verdict, registration = sources.verdict, sources.registration
    if verdict is None:
        return "unknown"
    if registration.registered if registration else verdict.promote:
        return "promoted"
    return "kept" if verdict.champion and not verdict.promote else "nothing"


def _comparison(verdict: VerdictDocument, trained: tuple[str, float] | None, *, promoted: bool) -> str:
    if verdict.winner_wape is None:
        return ""
    others: list[str] = []
    if verdict.baseline and verdict.baseline != verdict.winner and verdict.baseline_wape is not None:
        others.append(
            f"the best baseline, {fmt.label(verdict.baseline)}, by {fmt.percent(verdict.baseline_wape)}"
        )
    if is_baseline(verdict.winner) and trained is not None:
        others.append(f"the best trained model, {fmt.label(trained[0])}, by {fmt.percent(trained[1])}")
    if verdict.champion_wape is not None:
        model = f", {fmt.label(verdict.champion_model)}," if verdict.champion_model else ""
        others.append(f"the champion{model} by {fmt.percent(verdict.champion_wape)}")
    who = "its forecasts" if promoted else f"the forecasts of {fmt.label(verdict.winner)}"
    own = f"In the backtest {who} missed by {fmt.percent(verdict.winner_wape)} of what was sold"
    return f"{own}; {', '.join(others)}." if others else f"{own}."


def _registered(sources: RunOutputs) -> str:
    registration = sources.registration
    if registration is None or not registration.name:
        return ""
    version = f" version {registration.version}" if registration.version is not None else ""
    return f"It is registered as {registration.name}{version}."


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."
