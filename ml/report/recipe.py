"""The customer's recipe by random and by time split, compared with the candidates on the same months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from ml.report.scores import BacktestTables
from ml.report.sources import RunOutputs, SplitScores, known


@dataclass(frozen=True, kw_only=True)
class RecipeLine:
    """One way of forecasting: WAPE from every origin, newest first, and their mean."""

    label: str
    tone: str
    wapes: tuple[float | None, ...]
    mean: float


@dataclass(frozen=True, kw_only=True)
class RecipeComparison:
    """The recipe's error by random split, and the lines of all that forecast by time, the recipe first."""

    random: float | None
    origins: tuple[dt.date, ...]
    lines: tuple[RecipeLine, ...]
    drawn: tuple[int, int] | None = None
    """How many stores the recipe was scored on, of how many, if not on all of them."""

    @property
    def time(self) -> float | None:
        return self.lines[0].mean if self.lines else None

    @property
    def worst(self) -> float:
        return max([line.mean for line in self.lines] + ([self.random] if self.random else [])) or 1.0

    @property
    def error_ratio(self) -> float | None:
        """How many times larger the error by time is than the error by random split."""
        return self.time / self.random if self.random and self.time is not None else None


def splits(sources: RunOutputs, backtest: BacktestTables | None) -> RecipeComparison | None:
    """`None` if the recipe was scored in neither way."""
    split = sources.split
    if split is None:
        return None
    random = known(split.random.wape) if split.random else None
    own = _by_origin(split)
    origins = tuple(sorted(own, reverse=True))
    lines = (
        [_line("Customer\N{RIGHT SINGLE QUOTATION MARK}s recipe", "tone-recipe", own, origins)] if own else []
    )
    for candidate in backtest.candidates if backtest and own else ():
        by_origin = dict(candidate.by_origin)
        if (candidate.baseline or candidate.winner) and any(origin in by_origin for origin in origins):
            lines.append(_line(candidate.label, candidate.tone, by_origin, origins))
    return (
        RecipeComparison(random=random, origins=origins, lines=tuple(lines), drawn=_drawn(split))
        if lines or random is not None
        else None
    )


def _drawn(split: SplitScores) -> tuple[int, int] | None:
    if split.stores is None or split.of_stores is None or split.stores == split.of_stores:
        return None
    return split.stores, split.of_stores


def _by_origin(split: SplitScores) -> dict[dt.date, float]:
    scored = {_month(score.origin): known(score.wape) for score in split.origins}
    return {month: wape for month, wape in scored.items() if wape is not None}


def _line(
    label: str, tone: str, by_origin: Mapping[dt.date, float], origins: tuple[dt.date, ...]
) -> RecipeLine:
    wapes = tuple(by_origin.get(origin) for origin in origins)
    mean = fmean(wape for wape in wapes if wape is not None)
    return RecipeLine(label=label, tone=tone, wapes=wapes, mean=mean)


def _month(text: str) -> dt.date:
    """Of `2023-04` or a longer date: the first day, as the scores have it."""
    return dt.date(int(text[:4]), int(text[5:7]), 1)
