"""The forecasts of a backtest as arrays, by series and month ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core import calendar
from ml.core.schema import SERIES, TARGET, Months
from ml.report.charts import Segment, Values
from ml.report.sources import known

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class OriginForecasts:
    """The forecasts from one origin: arrays of series by month ahead, NaN where there is none."""

    start: int
    """Index of the first month forecast, among the months drawn."""
    predicted: Floats
    lower: Floats
    upper: Floats
    rival: Floats

    def total(self) -> Segment:
        """The sum over all series; its bounds are the sums of the bounds, if all are known."""
        unbounded = (np.isfinite(self.predicted) & ~np.isfinite(self.lower + self.upper)).any(axis=0)
        return Segment(
            start=self.start,
            predicted=values(over_series(self.predicted)),
            lower=values(np.where(unbounded, np.nan, over_series(self.lower))),
            upper=values(np.where(unbounded, np.nan, over_series(self.upper))),
            rival=values(over_series(self.rival)),
        )

    def of(self, series: int) -> Segment | None:
        """The forecasts of one series; `None` if there are none."""
        if not np.isfinite(self.predicted[series]).any():
            return None
        return Segment(
            start=self.start,
            predicted=values(self.predicted[series]),
            lower=values(self.lower[series]),
            upper=values(self.upper[series]),
            rival=values(self.rival[series]),
        )


def runs(
    rows: pd.DataFrame, other: pd.DataFrame, series: pd.MultiIndex, months: Months
) -> list[OriginForecasts]:
    """The forecasts of each origin, oldest first.

    Args:
        rows: of the backtest, of one candidate.
        other: of the candidate it is compared with.
        series: of `SERIES`, the first axis of the arrays.
        months: those drawn, without gaps.
    """
    forecasts: list[OriginForecasts] = []
    for origin, own in rows.groupby("origin", sort=True):
        horizon = int(own["horizon"].max())
        beside = other[other["origin"] == origin]
        forecasts.append(
            OriginForecasts(
                start=int(calendar.months_between(months[0], calendar.as_months(origin))) + 1,
                predicted=_spread(own, "predicted", own["horizon"], series, horizon),
                lower=_spread(own, "lower", own["horizon"], series, horizon),
                upper=_spread(own, "upper", own["horizon"], series, horizon),
                rival=_spread(beside, "predicted", beside["horizon"], series, horizon),
            )
        )
    return forecasts


def sold(complete: pd.DataFrame, series: pd.MultiIndex, months: Months) -> Floats:
    """Quantity by series and month drawn."""
    ahead = calendar.months_between(months[0], calendar.as_months(complete["Month"])) + 1
    return _spread(complete, TARGET, ahead, series, len(months))


def values(array: Floats) -> Values:
    """As plain numbers, `None` for NaN."""
    return [known(value) for value in array.tolist()]


def _spread(
    rows: pd.DataFrame, column: str, ahead: pd.Series | NDArray[np.int64], series: pd.MultiIndex, width: int
) -> Floats:
    """`column` as an array of series by month ahead, from 1 to `width`; other months are left out."""
    row = series.get_indexer(pd.MultiIndex.from_frame(rows[list(SERIES)]))
    at = np.asarray(ahead, dtype=np.int64) - 1
    inside = (row >= 0) & (at >= 0) & (at < width)
    spread = np.full((len(series), width), np.nan)
    spread[row[inside], at[inside]] = rows[column].to_numpy(float)[inside]
    return spread


def over_series(array: Floats) -> Floats:
    """The sum over the series; NaN where no series has a value."""
    return np.where(np.isfinite(array).any(axis=0), np.nansum(array, axis=0), np.nan)
