"""Forecast and actual sales: in total, and by store for the explorer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml.core import calendar
from ml.core.backtest import CHAMPION
from ml.core.schema import SERIES, TARGET
from ml.report import format as fmt
from ml.report import runs
from ml.report.charts import LineChart, Segment, Values, line_chart, month_ticks
from ml.report.sources import RunOutputs, known
from ml.report.stores import location_name
from ml.report.verdict import is_baseline

MOST_STORES = 500
BEFORE = 24
"""Months drawn before the oldest origin."""


@dataclass(frozen=True, kw_only=True)
class MonthTotal:
    """One month of one origin, over all stores."""

    origin: dt.date
    month: dt.date
    sold: float
    predicted: float
    lower: float | None
    upper: float | None

    @property
    def error(self) -> float | None:
        return (self.predicted - self.sold) / self.sold if self.sold else None


@dataclass(frozen=True, kw_only=True)
class History:
    """The total as a chart and a table, and the stores as data that `explorer.js` draws."""

    chart: LineChart
    first: dt.date
    last: dt.date
    cut: bool
    """Whether there are older months that are not drawn."""
    totals: tuple[MonthTotal, ...]
    rival: str | None
    """The candidate drawn beside the winner (see `rival_of`)."""
    stores: dict[str, Any]
    stores_shown: int
    stores_all: int
    """Stores with at least one complete month, which can be drawn."""
    stores_without: int
    origins_drawn: int
    origins_all: int

    @property
    def banded(self) -> bool:
        return any(total.lower is not None for total in self.totals)


def history(sources: RunOutputs, rival: str | None) -> History | None:
    """`None` without monthly sales, or without a verdict, which names the forecasts to draw."""
    monthly, backtest, verdict = sources.monthly, sources.backtest, sources.verdict
    if monthly is None or backtest is None or verdict is None:
        return None
    complete = monthly[monthly["Complete"].to_numpy(bool)]
    rows = backtest[backtest["candidate"] == verdict.winner]
    if complete.empty or rows.empty:
        return None
    whole = calendar.as_months(complete["Month"])
    oldest, first = calendar.as_months(rows["origin"]).min(), whole.min()
    months = np.arange(max(first, oldest - BEFORE), whole.max() + 1)
    other = backtest[backtest["candidate"] == rival] if rival else backtest.iloc[:0]
    dates = [month.item() for month in months]
    sizes = (
        complete.groupby(list(SERIES), sort=True)[TARGET].sum().sort_values(ascending=False, kind="stable")
    )
    series = pd.MultiIndex.from_tuples(list(sizes.index))
    sold, chosen = runs.sold(complete, series, months), _drawn(rows)
    drawn = runs.runs(chosen, other, series, months)
    stores = _stores(sizes, sold, drawn, _errors(rows))
    return History(
        chart=line_chart(dates, runs.values(runs.over_series(sold)), [run.total() for run in drawn]),
        first=dates[0],
        last=dates[-1],
        cut=first < months[0],
        totals=_totals(rows),
        rival=rival if len(other) else None,
        stores={
            "months": [fmt.month(d) for d in dates],
            "ticks": [[t.at, t.text] for t in month_ticks(dates)],
            "stores": stores,
        },
        stores_shown=len(stores),
        stores_all=len(sizes),
        stores_without=len(monthly[list(SERIES)].drop_duplicates()) - len(sizes),
        origins_drawn=len(drawn),
        origins_all=rows["origin"].nunique(),
    )


def rival_of(winner: str, served: str | None, ranked: list[str]) -> str | None:
    """The candidate to draw beside the winner: the champion if it stays, else the best of the other kind."""
    if served == CHAMPION and CHAMPION in ranked:
        return CHAMPION
    others = [n for n in ranked if n != CHAMPION and is_baseline(n) != is_baseline(winner)]
    return others[0] if others else None


def _drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """Of origins whose months overlap, the newest: two forecasts of a month could not be distinguished."""
    chosen: list[pd.DataFrame] = []
    oldest: Any = None
    for _, own in sorted(rows.groupby("origin"), key=lambda pair: pair[1]["Month"].max(), reverse=True):
        if oldest is None or own["Month"].max() < oldest:
            chosen.append(own)
            oldest = own["Month"].min()
    return pd.concat(chosen)


def _totals(rows: pd.DataFrame) -> tuple[MonthTotal, ...]:
    sums = rows.groupby(["origin", "Month"], sort=True).agg(
        sold=("actual", "sum"),
        predicted=("predicted", "sum"),
        lower=("lower", lambda low: low.sum(skipna=False)),
        upper=("upper", lambda up: up.sum(skipna=False)),
    )
    return tuple(
        MonthTotal(
            origin=origin.date(),
            month=month.date(),
            sold=sold,
            predicted=predicted,
            lower=known(lower),
            upper=known(upper),
        )
        for (origin, month), sold, predicted, lower, upper in sums.itertuples(name=None)
    )


def _errors(rows: pd.DataFrame) -> dict[Any, float | None]:
    """WAPE of each series over all origins."""
    sums = (
        rows.assign(error=(rows["predicted"] - rows["actual"]).abs(), size=rows["actual"].abs())
        .groupby(list(SERIES))[["error", "size"]]
        .sum()
    )
    return {key: round(error / size, 4) if size else None for key, error, size in sums.itertuples(name=None)}


def _stores(
    sizes: pd.Series, sold: runs.Floats, drawn: list[runs.OriginForecasts], errors: dict[Any, float | None]
) -> list[dict[str, Any]]:
    """The stores that sell most, largest first."""
    stores: list[dict[str, Any]] = []
    for i, key in enumerate(sizes.index[:MOST_STORES]):
        segments = [segment for run in drawn if (segment := run.of(i)) is not None]
        stores.append(
            {
                "name": str(key[0]),
                "place": location_name(key[1], key[2]),
                "wape": errors.get(key),
                "sold": _rounded(runs.values(sold[i])),
                "runs": [_plain(segment) for segment in segments],
            }
        )
    return stores


def _plain(segment: Segment) -> dict[str, Any]:
    return {
        "start": segment.start,
        "predicted": _rounded(segment.predicted),
        "lower": _rounded(segment.lower),
        "upper": _rounded(segment.upper),
        "rival": _rounded(segment.rival),
    }


def _rounded(values: Values) -> list[float | None]:
    """Rounded to four digits or more, which is what a chart can show."""
    return [None if v is None else (round(v) if abs(v) >= 1000 else float(f"{v:.4g}")) for v in values]  # noqa: PLR2004
