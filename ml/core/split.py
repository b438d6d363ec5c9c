"""The customer's recipe scored by a random split, as the customer does, and by time, as it would be used.

A random split puts neighbouring months of a store into training and test: the forest interpolates between the
month before and the month after. A forecast knows only the past. The difference shows how optimistic a random
split is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core import calendar, metrics
from ml.core.models.base import FitOptions, Forecaster
from ml.core.origins import BacktestPlan
from ml.core.schema import CUSTOMER_FEATURES, SERIES, TARGET, Columns

TEST_SHARE = 0.2
MOST_ORIGINS = 3
"""Enough to show that the newest origin is not an exception."""
MOST_STORES = 300
"""Of a larger chain so many stores are drawn: with a column per store, time grows with their square."""

_NUMBERS = {"Price", "IsWeekend", "DaysInMonth", "WeekendDays"}
_FEATURES = (*CUSTOMER_FEATURES, "DaysInMonth", "WeekendDays")


def compare(
    features: pd.DataFrame, forecaster: Forecaster, plan: BacktestPlan, *, seed: int, jobs: int = 1
) -> dict[str, Any]:
    """Scores of `forecaster` with the customer's recipe by both splits.

    The features of the tested months are used as they are, even those unknown beforehand (weather), because
    the customer scores this way.

    Returns:
        `random` and `time` (the newest origin of `plan`): wape, rmsle, bias, and the rows tested (`n`) and
        trained on; `origins`: the time split at up to three origins, newest first; `stores`: how many were
        scored, of `of_stores`.

    Raises:
        InputError: the forecaster can't be fitted.
    """
    complete = features[features["Complete"].to_numpy(bool)]
    store, stores = _stores(complete)
    drawn = _drawn(stores, seed)
    rows = complete[np.isin(store, drawn)].reset_index(drop=True)
    order = np.random.default_rng(seed).permutation(len(rows))
    tested = np.zeros(len(rows), dtype=bool)
    tested[order[: max(1, round(TEST_SHARE * len(rows)))]] = True
    options = FitOptions(recipe="customer", horizon=plan.horizon, seed=seed, jobs=jobs)
    random = _score(rows, ~tested, tested, forecaster, options)
    by_time: list[dict[str, Any]] = []
    for origin in plan.origins[:MOST_ORIGINS]:
        ahead = calendar.months_between(calendar.as_months(origin), calendar.as_months(rows["Month"]))
        future = (ahead >= 1) & (ahead <= plan.horizon)
        if future.any():
            score = _score(rows, ahead <= 0, future, forecaster, options)
            by_time.append({"origin": str(origin), **score})
    return {
        "model": forecaster.name,
        "recipe": options.recipe,
        "random": random,
        "time": by_time[0],
        "origins": by_time,
        "stores": len(drawn),
        "of_stores": stores,
    }


def _stores(rows: pd.DataFrame) -> tuple[NDArray[np.int64], int]:
    """The number of each row's store, and how many stores there are."""
    number = np.asarray(rows.groupby(list(SERIES), sort=True, dropna=False).ngroup(), dtype=np.int64)
    return number, int(number.max(initial=-1)) + 1


def _drawn(stores: int, seed: int) -> NDArray[np.int64]:
    if stores <= MOST_STORES:
        return np.arange(stores)
    return np.sort(np.random.default_rng(seed).choice(stores, MOST_STORES, replace=False))


def _score(
    rows: pd.DataFrame,
    train: NDArray[np.bool_],
    test: NDArray[np.bool_],
    forecaster: Forecaster,
    options: FitOptions,
) -> Mapping[str, Any]:
    fitted = forecaster.fit(rows[train], options)
    predicted = fitted.predict(_columns(rows[test]))
    actual = rows[TARGET].to_numpy(float)[test]
    return {
        "wape": metrics.wape(actual, predicted),
        "rmsle": metrics.rmsle(actual, predicted),
        "bias": metrics.bias(actual, predicted),
        "n": int(test.sum()),
        "trained_on": int(train.sum()),
    }


def _columns(rows: pd.DataFrame) -> Columns:
    """The features as they are in the table."""
    features = {name: rows[name].to_numpy(float if name in _NUMBERS else object) for name in _FEATURES}
    return {**features, "Month": calendar.as_months(rows["Month"])}
