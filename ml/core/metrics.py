"""Errors of forecasts: per candidate and origin, over all, by horizon, country, city and store.

- WAPE = sum |actual - predicted| / sum |actual|. Undefined if nothing was sold.
- RMSLE = root of the mean of (log(1 + predicted) - log(1 + actual))²; negative quantities count as zero.
- MASE = mean of |actual - predicted| / the mean error, in training, of repeating the value of a year before
  (Hyndman and Koehler, 2006). A series with fewer than three pairs of months a year apart is scaled by its
  error of repeating the month before; one with fewer than three of those too, or without change, is left out.
- bias = sum (predicted - actual) / sum actual: positive means forecasts were too high. Undefined as WAPE is.

Undefined is NaN.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core import calendar
from ml.core.schema import SERIES, TARGET

Floats = NDArray[np.float64]

NAMES = ("wape", "rmsle", "mase", "bias")
LEVELS = ("all", "horizon", "country", "city", "store")
SEASON = 12
ENOUGH_PAIRS = 3
"""A scale from fewer differences is unreliable, and a tiny scale would dominate the mean."""

_SUMS = ["error", "size", "signed", "actual", "squared_log", "scaled", "scalable", "n"]


def wape(actual: Floats, predicted: Floats) -> float:
    """Weighted absolute percentage error, as a share."""
    return _ratio(float(np.abs(actual - predicted).sum()), float(np.abs(actual).sum()))


def rmsle(actual: Floats, predicted: Floats) -> float:
    """Root mean squared logarithmic error."""
    return float(np.sqrt(_squared_log(actual, predicted).mean())) if len(actual) else np.nan


def bias(actual: Floats, predicted: Floats) -> float:
    """Signed error as a share of what was sold."""
    return _ratio(float((predicted - actual).sum()), float(actual.sum()))


def mase(actual: Floats, predicted: Floats, scale: Floats) -> float:
    """Mean absolute scaled error over the rows that have a scale above zero."""
    usable = scale > 0
    if not usable.any():
        return np.nan
    return float((np.abs(actual - predicted)[usable] / scale[usable]).mean())


def scales(history: pd.DataFrame) -> pd.Series:
    """The denominator of MASE per series of `SERIES`, from the complete months of `sales-features` rows."""
    complete = history[history["Complete"].to_numpy(bool)]
    months = calendar.as_months(complete["Month"]).astype(np.int64)
    if not len(months):
        return pd.Series(dtype=float)
    groups = complete.groupby(list(SERIES), sort=True)
    by_month = np.full((groups.ngroups, int(np.ptp(months)) + 1), np.nan)
    by_month[groups.ngroup().to_numpy(), months - months.min()] = complete[TARGET].to_numpy(float)
    yearly, monthly = _naive_error(by_month, SEASON), _naive_error(by_month, 1)
    index = pd.MultiIndex.from_frame(groups.size().reset_index()[list(SERIES)])
    return pd.Series(np.where(np.isnan(yearly), monthly, yearly), index=index)


def table(backtest: pd.DataFrame) -> pd.DataFrame:
    """All scores of a backtest by one group-by.

    Args:
        backtest: `candidate`, `origin`, `horizon`, the columns of `SERIES`, `actual`, `predicted`, `scale`.

    Returns:
        One row per `candidate`, `origin`, `level` of `LEVELS` and `group` (`""` for level "all"): the metrics
        of `NAMES` and `n`. `origin` is the last training month; rows without one (`NaT`) pool all origins.
    """
    actual, predicted = backtest["actual"].to_numpy(float), backtest["predicted"].to_numpy(float)
    scale = backtest["scale"].to_numpy(float)
    scalable = scale > 0
    rows = pd.DataFrame(
        {
            "candidate": backtest["candidate"],
            "origin": backtest["origin"],
            "error": np.abs(actual - predicted),
            "size": np.abs(actual),
            "signed": predicted - actual,
            "actual": actual,
            "squared_log": _squared_log(actual, predicted),
            "scaled": np.where(scalable, np.abs(actual - predicted) / np.where(scalable, scale, 1), 0),
            "scalable": scalable.astype(float),
            "n": 1,
        }
    )
    by_origin = pd.concat(
        [rows.assign(level=level, group=group) for level, group in _groups(backtest).items()]
    )
    keys = ["candidate", "origin", "level", "group"]
    # pooled scores are sums over the origins, so one pass over the rows is enough
    sums = by_origin.groupby(keys, sort=False)[_SUMS].sum().reset_index()
    pooled = sums.groupby([k for k in keys if k != "origin"], sort=False)[_SUMS].sum().reset_index()
    sums = pd.concat([sums, pooled.assign(origin=np.datetime64("NaT"))], ignore_index=True)
    scored = sums[keys].assign(
        wape=_ratios(sums["error"], sums["size"]),
        rmsle=np.sqrt(sums["squared_log"] / sums["n"]),
        mase=_ratios(sums["scaled"], sums["scalable"]),
        bias=_ratios(sums["signed"], sums["actual"]),
        n=sums["n"].astype(int),
    )
    return scored.sort_values(keys, na_position="first", kind="stable").reset_index(drop=True)


def _groups(backtest: pd.DataFrame) -> dict[str, pd.Series | str]:
    """The group of each row at each level; cities of one name in two countries are distinguished."""
    cities = backtest[["Country", "City"]].drop_duplicates()
    shared = set(cities["City"][cities["City"].duplicated()])
    city = backtest["City"].astype(str)
    if shared:
        city = city.where(~city.isin(shared), city + ", " + backtest["Country"].astype(str))
    return {
        "all": "",
        "horizon": backtest["horizon"].astype(str),
        "country": backtest["Country"].astype(str),
        "city": city,
        "store": backtest["StoreID"].astype(str),
    }


def _naive_error(by_month: Floats, lag: int) -> Floats:
    """Mean absolute change over `lag` months per row; NaN for a row with too few pairs of such months."""
    changes = np.abs(by_month[:, lag:] - by_month[:, :-lag])
    count = np.isfinite(changes).sum(axis=1)
    return np.where(count >= ENOUGH_PAIRS, np.nansum(changes, axis=1) / np.maximum(count, 1), np.nan)


def _squared_log(actual: Floats, predicted: Floats) -> Floats:
    return np.square(np.log1p(np.maximum(predicted, 0)) - np.log1p(np.maximum(actual, 0)))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole != 0 else np.nan


def _ratios(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole != 0)
