"""The data of the report for its template: typed and ranked, not yet formatted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ml.core.filling import EMPTY
from ml.core.schema import SERIES
from ml.report import history, recipe, scores, verdict, versions
from ml.report.history import History
from ml.report.recipe import RecipeComparison
from ml.report.scores import BacktestTables
from ml.report.sources import Importance, Interval, Quality, RunOutputs
from ml.report.verdict import VerdictSummary


@dataclass(frozen=True, kw_only=True)
class Span:
    """The extent of the data; unknown countries and cities do not count."""

    months: int
    stores: int
    countries: int
    cities: int
    first: dt.date
    last: dt.date


@dataclass(frozen=True, kw_only=True)
class FieldImportance:
    """Importance of one field, as shares of the largest for the bars."""

    name: str
    impurity: float | None
    permutation: float | None
    impurity_bar: float
    permutation_bar: float


@dataclass(frozen=True, kw_only=True)
class ModelImportance:
    model: str
    tone: str
    fields: tuple[FieldImportance, ...]


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """Everything in the report. A part that is `None` or empty is reported as missing."""

    verdict: VerdictSummary
    span: Span | None
    quality: Quality | None
    backtest: BacktestTables | None
    history: History | None
    backtest_warnings: tuple[str, ...]
    recipe: RecipeComparison | None
    recipe_reason: str
    importance: tuple[ModelImportance, ...]
    winner: str | None
    winner_wape: float | None
    winner_tone: str
    rival_tone: str
    baseline_tone: str
    trained_tone: str
    baseline: tuple[str, float | None] | None
    trained: tuple[str, float] | None
    """The best trained model, where a baseline won."""
    champion: tuple[str, float | None] | None
    interval: Interval | None
    versions: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    absent: tuple[str, ...]


def from_sources(sources: RunOutputs, provenance: Mapping[str, str]) -> RunReport:
    """The report of a run.

    Args:
        sources: the content of its folders.
        provenance: package versions and commit, by name, which the folders don't hold.
    """
    table = scores.tables(sources)
    gate = sources.verdict
    ranked = [c.name for c in table.candidates] if table else []
    winner = gate.winner if gate else None
    trained = table.trained if table else None
    past = (
        history.history(sources, history.rival_of(winner, verdict.served(sources), ranked))
        if winner
        else None
    )
    return RunReport(
        verdict=verdict.summarise(sources, trained),
        span=_span(sources),
        quality=sources.quality,
        backtest=table,
        history=past,
        backtest_warnings=sources.headlines.warnings if sources.headlines else (),
        recipe=recipe.splits(sources, table),
        recipe_reason=sources.split.reason if sources.split else "",
        importance=_importance(sources.importance, winner),
        winner=winner,
        winner_wape=gate.winner_wape if gate else None,
        winner_tone=scores.tone(winner or ""),
        rival_tone=scores.tone((past.rival if past else None) or ""),
        baseline_tone=scores.tone((gate.baseline if gate else None) or ""),
        trained_tone=scores.tone(trained[0] if trained else ""),
        baseline=(gate.baseline, gate.baseline_wape) if gate and gate.baseline else None,
        trained=trained if winner and verdict.is_baseline(winner) else None,
        champion=(gate.champion, gate.champion_wape) if gate and gate.champion else None,
        interval=sources.intervals.get(winner) if winner else None,
        versions=versions.facts(sources, provenance),
        absent=sources.absent,
    )


def _span(sources: RunOutputs) -> Span | None:
    monthly = sources.monthly
    if monthly is None or monthly.empty:
        return None
    cities = monthly[["Country", "City"]].drop_duplicates()
    return Span(
        months=int(monthly["Month"].nunique()),
        stores=len(monthly[list(SERIES)].drop_duplicates()),
        countries=int(cities.loc[cities["Country"] != EMPTY["Country"], "Country"].nunique()),
        cities=int((cities["City"] != EMPTY["City"]).sum()),
        first=monthly["Month"].min().date(),
        last=monthly["Month"].max().date(),
    )


def _importance(importance: Mapping[str, Importance], winner: str | None) -> tuple[ModelImportance, ...]:
    """The winner's first; fields by the longer of their bars."""
    models = [name for name in importance if importance[name].impurity or importance[name].permutation]
    return tuple(
        ModelImportance(model=name, tone=scores.tone(name), fields=_fields(importance[name]))
        for name in sorted(models, key=lambda name: (name != winner, name))
    )


def _fields(importance: Importance) -> tuple[FieldImportance, ...]:
    impurity, permutation = importance.impurity, importance.permutation
    most_impure, most_permuted = max(impurity.values(), default=0), max(permutation.values(), default=0)
    fields = [
        FieldImportance(
            name=name,
            impurity=impurity.get(name),
            permutation=permutation.get(name),
            impurity_bar=_share(impurity.get(name), most_impure),
            permutation_bar=_share(permutation.get(name), most_permuted),
        )
        for name in impurity.keys() | permutation.keys()
    ]
    return tuple(sorted(fields, key=lambda f: (-max(f.impurity_bar, f.permutation_bar), f.name)))


def _share(value: float | None, most: float) -> float:
    return max(0.0, value / most) if value is not None and most > 0 else 0.0
