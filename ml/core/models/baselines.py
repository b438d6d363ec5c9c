"""The naive models. They compare quantities per trading day, because months have four or five weekends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.models import state
from ml.core.models.base import FitOptions
from ml.core.models.panel import YEAR, Panel
from ml.core.schema import Columns

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GROWTH_MONTHS = 6
"""Newest months whose growth over the year before counts."""
GROWTH_BOUNDS = (0.5, 2.0)
"""Beyond these it is a partial month, a new store or a data error, not growth."""
GROWTH_PRIOR = 3
"""A store with this many months that have a year before counts as much as the growth of all stores."""


@dataclass(frozen=True)
class Naive(ABC):
    """A baseline with the panel that it takes past values from."""

    panel: Panel
    name: ClassVar[str]

    def predict(self, rows: Columns) -> Floats:
        series = self.panel.locate(rows)
        months = rows["Month"].astype("datetime64[M]")
        return self._rate(series, months.astype(np.int64)) * self.panel.trading_calendar.future(
            series, months
        )

    @abstractmethod
    def _rate(self, series: Ints, month: Ints) -> Floats:
        """Quantity per day of each series in a month counted from January 1970."""

    def importance(self) -> dict[str, float]:
        return {}

    def dump(self) -> dict[str, bytes]:
        return {
            "panel.json": state.to_json({"model": self.name, **self.panel.meta()}),
            "panel.npz": state.pack(self.panel.arrays()),
        }


class LastMonthFitted(Naive):
    name = "last-month"

    def _rate(self, series: Ints, month: Ints) -> Floats:
        del month
        return self.panel.latest[series]


class SeasonalNaiveFitted(Naive):
    name = "seasonal-naive"

    def _rate(self, series: Ints, month: Ints) -> Floats:
        """The rate of the same month in the last known year, or else the mean of the last three months."""
        years = np.maximum(-(-(month - self.panel.last) // YEAR), 1)
        seasonal = self.panel.at(series, month - YEAR * years)
        growth = self._growth[series] ** years
        return np.where(np.isnan(seasonal), self.panel.level[series], seasonal * growth)

    @cached_property
    def _growth(self) -> Floats:
        return np.ones(len(self.panel.rate))


class SeasonalNaiveGrowthFitted(SeasonalNaiveFitted):
    name = "seasonal-naive-growth"

    @cached_property
    def _growth(self) -> Floats:
        return growth(self.panel.rate)


def growth(rate: Floats) -> Floats:
    """Rate of the newest months over that of the same months a year before, by series and within bounds.

    The fewer months a series has to compare, the more its growth is shrunk towards that of all series.

    Args:
        rate: (series, months) quantity per day, NaN where unknown.
    """
    new, old = rate[:, YEAR:][:, -GROWTH_MONTHS:], rate[:, :-YEAR][:, -GROWTH_MONTHS:]
    both = ~np.isnan(new) & ~np.isnan(old)
    after, before = np.where(both, new, 0.0).sum(1), np.where(both, old, 0.0).sum(1)
    everyone = _bounded(after.sum(keepdims=True), before.sum(keepdims=True))
    months = both.sum(1)
    return _bounded(after, before) ** (months / (months + GROWTH_PRIOR)) * everyone ** (
        GROWTH_PRIOR / (months + GROWTH_PRIOR)
    )


def _bounded(after: Floats, before: Floats) -> Floats:
    ratio = np.divide(after, before, out=np.ones_like(after), where=before > 0)
    return np.clip(ratio, *GROWTH_BOUNDS)


@dataclass(frozen=True)
class NaiveForecaster:
    """Stores the panel; there is nothing to train."""

    name: ClassVar[str]
    fitted: ClassVar[type[Naive]]

    def fit(self, history: pd.DataFrame, options: FitOptions) -> Naive:
        del options
        return self.fitted(Panel.from_history(history))

    def load(self, files: Mapping[str, bytes]) -> Naive:
        with state.reading_dump_of(self.name):
            meta = state.from_json(files["panel.json"])
            if meta["model"] != self.name:
                raise ValueError(f"they are of {meta['model']}")
            return self.fitted(Panel.restore(meta, state.unpack(files["panel.npz"])))


class LastMonth(NaiveForecaster):
    name = "last-month"
    fitted = LastMonthFitted


class SeasonalNaive(NaiveForecaster):
    name = "seasonal-naive"
    fitted = SeasonalNaiveFitted


class SeasonalNaiveGrowth(NaiveForecaster):
    name = "seasonal-naive-growth"
    fitted = SeasonalNaiveGrowthFitted
