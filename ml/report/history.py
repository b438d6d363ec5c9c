"""What was forecast against what was sold: in total, and per store for the explorer."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml.core import calendar
from ml.core.schema import SERIES, TARGET, Months
from ml.report import format as fmt
from ml.report.charts import LineChart, Segment, Values, line_chart, month_ticks
from ml.report.sources import Sources, known
from ml.report.stores import place_name
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
    """Older months exist and are not drawn."""
    totals: tuple[MonthTotal, ...]
    rival: str | None
    """The candidate drawn beside the winner: the best baseline, or the best that learns if a baseline won."""
    stores: dict[str, Any]
    stores_shown: int
    stores_all: int
    """Stores with a whole month; those without one have nothing to draw."""
    stores_without: int
    origins_drawn: int
    origins_all: int

    @property
    def banded(self) -> bool:
        return any(total.lower is not None for total in self.totals)


def history(sources: Sources, rival: str | None) -> History | None:
    """`None` without months, or without a verdict that says whose forecasts to draw."""
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
    drawn = _drawn(rows)
    runs = _runs(drawn, other, months)
    sold = _on(months, complete.groupby("Month")[TARGET].sum())
    stores, everyone = _stores(complete, drawn, other, months, _errors(rows))
    series = len(monthly[list(SERIES)].drop_duplicates())
    return History(
        chart=line_chart(dates, sold, runs),
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
        stores_all=everyone,
        stores_without=series - everyone,
        origins_drawn=drawn["origin"].nunique(),
        origins_all=rows["origin"].nunique(),
    )


def rival_of(winner: str, ranked: list[str]) -> str | None:
    """The best of the other kind."""
    others = [n for n in ranked if n != "champion" and is_baseline(n) != is_baseline(winner)]
    return others[0] if others else None


def _drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """Of origins whose months overlap, the newest; more than one forecast of a month can't be told apart."""
    chosen: list[pd.DataFrame] = []
    oldest: Any = None
    for _, own in sorted(rows.groupby("origin"), key=lambda pair: pair[1]["Month"].max(), reverse=True):
        if oldest is None or own["Month"].max() < oldest:
            chosen.append(own)
            oldest = own["Month"].min()
    return pd.concat(chosen)


def _runs(rows: pd.DataFrame, other: pd.DataFrame, months: Months) -> list[Segment]:
    """One per origin, oldest first; the bounds of a sum are the sums of the bounds."""
    found: list[Segment] = []
    for origin, own in rows.groupby("origin", sort=True):
        start = int(calendar.months_between(months[0], calendar.as_months(origin))) + 1
        ahead = months[start : start + int(own["horizon"].max())]
        sums = own.groupby("Month")[["predicted", "lower", "upper"]].sum(min_count=1)
        bounded = own.groupby("Month")["lower"].apply(lambda low: low.notna().all())
        sums.loc[~bounded, ["lower", "upper"]] = np.nan
        rivals = other[other["origin"] == origin].groupby("Month")["predicted"].sum(min_count=1)
        found.append(
            Segment(
                start=start,
                predicted=_on(ahead, sums["predicted"]),
                lower=_on(ahead, sums["lower"]),
                upper=_on(ahead, sums["upper"]),
                rival=_on(ahead, rivals),
            )
        )
    return found


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
    complete: pd.DataFrame,
    rows: pd.DataFrame,
    other: pd.DataFrame,
    months: Months,
    errors: dict[Any, float | None],
) -> tuple[list[dict[str, Any]], int]:
    """The stores that sell most, largest first, and how many there are."""
    keys = list(SERIES)
    sizes = complete.groupby(keys, sort=True)[TARGET].sum().sort_values(ascending=False, kind="stable")
    chosen = list(sizes.index[:MOST_STORES])
    sold = dict(iter(complete.groupby(keys, sort=False)))
    tested = dict(iter(rows.groupby(keys, sort=False)))
    rivals = dict(iter(other.groupby(keys, sort=False)))
    nothing = rows.iloc[:0]
    return [
        _store(key, sold[key], tested.get(key, nothing), rivals.get(key, nothing), months)
        | {"wape": errors.get(key)}
        for key in chosen
    ], len(sizes)


def _store(
    key: tuple[str, str, str],
    sold: pd.DataFrame,
    rows: pd.DataFrame,
    other: pd.DataFrame,
    months: Months,
) -> dict[str, Any]:
    return {
        "name": str(key[0]),
        "place": place_name(key[1], key[2]),
        "sold": _rounded(_on(months, sold.set_index("Month")[TARGET])),
        "runs": [
            {
                "start": run.start,
                "predicted": _rounded(run.predicted),
                "lower": _rounded(run.lower),
                "upper": _rounded(run.upper),
                "rival": _rounded(run.rival),
            }
            for run in _runs(rows, other, months)
        ],
    }


def _on(months: Months, values: pd.Series) -> list[float | None]:
    by_month = dict(zip(calendar.as_months(values.index), values, strict=True))
    return [known(by_month.get(month)) for month in months]


def _rounded(values: Values) -> list[float | None]:
    """To four digits at least: what a chart can show, and no more bytes."""
    return [None if v is None else (round(v) if abs(v) >= 1000 else float(f"{v:.4g}")) for v in values]  # noqa: PLR2004
