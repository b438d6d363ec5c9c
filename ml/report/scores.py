"""The backtest as tables: candidates by origin, horizon, country and city, and the best and worst stores."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import pandas as pd

from ml.core.backtest import CHAMPION
from ml.report import format as fmt
from ml.report import stores
from ml.report.charts import Tick, nice_ticks
from ml.report.sources import RunOutputs, known
from ml.report.stores import StoreRanking
from ml.report.verdict import is_baseline, served

MOST_GROUPS = 40
METRICS = ("wape", "rmsle", "mase", "bias")


@dataclass(frozen=True, kw_only=True)
class CandidateScores:
    """One line of the backtest table. Metrics as in `ml.core.metrics`, `None` where undefined."""

    name: str
    tone: str
    """The CSS class of its colour, the same throughout the report."""
    baseline: bool
    winner: bool
    served: bool
    wape: float | None
    rmsle: float | None
    mase: float | None
    bias: float | None
    n: int
    by_origin: tuple[tuple[dt.date, float], ...]
    coverage: float | None
    width: float | None
    note: str
    """Why it could not win, if it could not."""

    @property
    def label(self) -> str:
        return fmt.label(self.name)


@dataclass(frozen=True, kw_only=True)
class GroupScores:
    """WAPE of each candidate in one group of a level."""

    name: str
    n: int
    wapes: tuple[float | None, ...]
    best: int | None
    """Index of the lowest."""


@dataclass(frozen=True, kw_only=True)
class LevelTable:
    """A table of groups, largest first; empty for a level with a single group."""

    title: str
    head: str
    groups: tuple[GroupScores, ...]
    left_out: int


@dataclass(frozen=True, kw_only=True)
class BacktestTables:
    """Candidates best first, and the levels in the order of the tables."""

    candidates: tuple[CandidateScores, ...]
    levels: tuple[LevelTable, ...]
    stores: StoreRanking
    horizon: int
    origins: int

    @property
    def trained(self) -> tuple[str, float] | None:
        """The best trained model and its WAPE."""
        scored = [(c.wape, c.name) for c in self.candidates if c.wape is not None and not c.baseline]
        trained = [(wape, name) for wape, name in scored if name != CHAMPION]
        return (min(trained)[1], min(trained)[0]) if trained else None

    @property
    def axis(self) -> tuple[Tick, ...]:
        """From zero to at least the largest error drawn; as many decimals as the steps have."""
        ticks = self._ticks
        digits = next(d for d in range(9) if all(_is_whole(100 * tick * 10**d) for tick in ticks))
        return tuple(Tick(at=tick / ticks[-1], text=fmt.percent(tick, digits)) for tick in ticks)

    @property
    def end(self) -> float:
        """The end of the axis."""
        return self._ticks[-1]

    @property
    def _ticks(self) -> list[float]:
        values = [wape for c in self.candidates for _, wape in c.by_origin]
        return nice_ticks(max([*values, *(c.wape or 0 for c in self.candidates)], default=1.0))


def tables(sources: RunOutputs) -> BacktestTables | None:
    """The tables from `scores.parquet`; `None` without it."""
    scores = sources.scores
    if scores is None or scores.empty:
        return None
    pooled = scores[scores["origin"].isna()]
    total = pooled[pooled["level"] == "all"].set_index("candidate")
    names = _ranked(total, sources)
    dated = scores[scores["origin"].notna() & (scores["level"] == "all")]
    horizons = pooled.loc[pooled["level"] == "horizon", "group"]
    ranked = stores.ranking(pooled, sources)
    return BacktestTables(
        candidates=tuple(
            _candidate(str(name), row, dated, sources) for name, row in total.loc[list(names)].iterrows()
        ),
        levels=tuple(
            _level(pooled, level, title, head, names)
            for level, title, head in (
                ("horizon", "By months ahead", "Months ahead"),
                ("country", "By country", "Country"),
                ("city", "By city", "City"),
            )
        ),
        stores=ranked,
        horizon=max((int(h) for h in horizons), default=0),
        origins=int(scores["origin"].nunique()),
    )


_TONES = {
    "lagged": 0,
    "random-forest": 1,
    "xgboost": 2,
    "lstm": 3,
    "champion": 4,
    "last-month": 5,
    "seasonal-naive": 6,
    "seasonal-naive-growth": 7,
}


def tone(candidate: str) -> str:
    """The CSS class of a candidate's colour, the same in every report; unknown ones get it by name."""
    return f"tone-{_TONES.get(candidate, sum(candidate.encode()) % 4)}"


def _ranked(total: pd.DataFrame, sources: RunOutputs) -> tuple[str, ...]:
    """In the order of the gate; candidates that the gate did not rank come last."""
    listed = [c.name for c in sources.verdict.candidates] if sources.verdict else []
    by_error = [str(name) for name in total.sort_values("wape", kind="stable").index]
    first = [name for name in listed if name in by_error]
    return (*first, *(name for name in by_error if name not in first))


def _candidate(name: str, row: pd.Series, dated: pd.DataFrame, sources: RunOutputs) -> CandidateScores:
    interval = sources.intervals.get(name)
    ranked = sources.verdict.candidates if sources.verdict else ()
    own = dated[dated["candidate"] == name].sort_values("origin")
    return CandidateScores(
        name=name,
        tone=tone(name),
        baseline=is_baseline(name),
        winner=sources.verdict is not None and name == sources.verdict.winner,
        served=name == served(sources),
        wape=known(row["wape"]),
        rmsle=known(row["rmsle"]),
        mase=known(row["mase"]),
        bias=known(row["bias"]),
        n=int(row["n"]),
        by_origin=tuple(
            (origin.date(), wape)
            for origin, wape in zip(own["origin"], own["wape"], strict=True)
            if math.isfinite(wape)
        ),
        coverage=interval.measured_coverage if interval else None,
        width=interval.relative_width if interval else None,
        note=next((c.note for c in ranked if c.name == name), ""),
    )


def _level(pooled: pd.DataFrame, level: str, title: str, head: str, names: tuple[str, ...]) -> LevelTable:
    rows = pooled[pooled["level"] == level]
    wapes = rows.pivot_table(index="group", columns="candidate", values="wape", dropna=False, observed=True)
    sizes = rows.groupby("group")["n"].max()
    if level == "horizon":
        order = sorted(sizes.index, key=int)
    else:
        order = sorted(sizes.index, key=lambda group: (-sizes[group], group))
    shown = order[:MOST_GROUPS] if len(order) > 1 or level == "horizon" else []
    return LevelTable(
        title=title,
        head=head,
        groups=tuple(_group(name, wapes, int(sizes[name]), names) for name in shown),
        left_out=len(order) - len(shown),
    )


def _group(name: str, wapes: pd.DataFrame, n: int, names: tuple[str, ...]) -> GroupScores:
    own = tuple(known(wapes.loc[name].get(candidate)) for candidate in names)
    ranked = [(wape, i) for i, wape in enumerate(own) if wape is not None]
    return GroupScores(name=name, n=n, wapes=own, best=min(ranked)[1] if ranked else None)


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-6  # noqa: PLR2004 - rounding error
