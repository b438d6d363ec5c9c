"""Seeded monthly sales and a minimal model, for the tests of the backtest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from ml.core.models.base import FitOptions, Fitted
from ml.core.schema import Columns
from ml.errors import InputError

LAST = np.datetime64("2024-12")


def features_of(months: int, *, stores: int = 3, seed: int = 0) -> pd.DataFrame:
    """Stores with a level of their own, a season and noise; the last month is 2024-12."""
    rng = np.random.default_rng(seed)
    month = np.tile(LAST - np.arange(months)[::-1], stores)
    store = np.repeat(np.arange(stores), months)
    season = 1 + 0.3 * np.sin(2 * np.pi * month.astype(int) / 12)
    days = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int)
    return pd.DataFrame(
        {
            "StoreID": [f"S{s}" for s in store],
            "Country": np.where(store % 2, "Mexico", "USA"),
            "City": np.where(store % 2, "Mérida", "Reno"),
            "Month": month.astype("datetime64[s]"),
            "QuantitySold": (100.0 * (store + 1)) * season * rng.uniform(0.9, 1.1, len(store)),
            "Price": rng.uniform(3, 5, len(store)),
            "Weather": rng.choice(["Sunny", "Rainy"], len(store)),
            "Promotion": rng.choice(["None", "BOGO"], len(store)),
            "Holiday": "None",
            "IsWeekend": 2 / 7,
            "Season": "Winter",
            "Rows": days,
            "TradingDays": days,
            "Complete": True,
            "DaysInMonth": days,
            "WeekendDays": 8,
            "WeatherMissing": 0.0,
            "PromotionMissing": 0.0,
        }
    )


@dataclass
class MeanFitted:
    """Every store's mean, and what it was asked."""

    means: dict[str, float]
    asked: list[dict[str, NDArray[Any]]] = field(default_factory=list)
    name: str = "mean"

    def predict(self, rows: Columns) -> NDArray[np.float64]:
        self.asked.append(dict(rows))
        return np.array([self.means[store] for store in rows["StoreID"]])

    def importance(self) -> dict[str, float]:
        return {}

    def dump(self) -> dict[str, bytes]:
        return {"means": repr(sorted(self.means.items())).encode()}


@dataclass
class Mean:
    """The simplest model there is; it wants `least` months and remembers what it was given."""

    name: ClassVar[str] = "mean"
    least: int = 1
    fitted: list[MeanFitted] = field(default_factory=list)
    histories: list[pd.DataFrame] = field(default_factory=list)

    def fit(self, history: pd.DataFrame, options: FitOptions) -> Fitted:
        del options
        if history["Month"].nunique() < self.least:
            raise InputError(f"mean needs {self.least} months")
        self.histories.append(history)
        self.fitted.append(MeanFitted(dict(history.groupby("StoreID")["QuantitySold"].mean())))
        return self.fitted[-1]


@pytest.fixture
def panel() -> Callable[..., pd.DataFrame]:
    """Makes `sales-features` rows: `panel(months, stores=3, seed=0)`."""
    return features_of


@pytest.fixture
def mean_model() -> type[Mean]:
    """A forecaster that predicts each store's mean and records its calls."""
    return Mean
