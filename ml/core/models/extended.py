"""The extended features: ordered codes, the calendar, and the past as known `horizon` months before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.calendar import month_of_year
from ml.core.models.frame import codes, columns_of
from ml.core.models.panel import YEAR, Panel
from ml.core.schema import CATEGORY_PREFIX, TARGET, Columns

Floats = NDArray[np.float64]

CODED = ("StoreID", "Country", "City", "Promotion", "Holiday", "Season")
KNOWN_AHEAD = ("Price", "IsWeekend", "DaysInMonth", "WeekendDays")
LEVELS = 4
MISSING = -1.0
"""Below every value, so that a tree can separate it."""


@dataclass(frozen=True)
class Extended:
    """Encodes a month by its known features, and by the store's past as known `lag` months before.

    A category's code is its rank by mean sales: a tree then separates small and large stores by one split,
    where it would need a split per store on one-hot columns. What is known only afterwards (weather, missing
    values, the mix of categories) enters with the value of `lag` months before.

    Attributes:
        ranks: by field, code by value.
        lagged: source field of each matrix of `past`, of which one may have several.
        past: (lagged, series, months), NaN where unknown.
        lag: months.
    """

    panel: Panel
    ranks: Mapping[str, Mapping[str, float]]
    lagged: tuple[str, ...]
    past: Floats
    lag: int

    @classmethod
    def fit(cls, history: pd.DataFrame, lag: int) -> Self:
        """Fits the encoding to `sales-features` rows."""
        panel = Panel.from_history(history)
        observed = {
            name: history[name].to_numpy(np.float64)
            for name in history.columns
            if name.startswith(CATEGORY_PREFIX) or name in {"WeatherMissing", "PromotionMissing"}
        }
        weather = _ranks(history, "Weather")
        observed["Weather"] = codes(columns_of(history)["Weather"], weather, np.nan)
        return cls(
            panel=panel,
            ranks={name: _ranks(history, name) for name in CODED},
            lagged=tuple(name.split("=")[0] for name in observed),
            past=np.stack([panel.spread(history, values) for values in observed.values()]),
            lag=lag,
        )

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The source field of each column."""
        return (*CODED, *KNOWN_AHEAD, "Month", *[TARGET] * LEVELS, *self.lagged)

    def transform(self, rows: Columns) -> tuple[NDArray[np.float32], Floats]:
        """The matrix of (rows, columns), and the trading days by which to multiply a rate per day."""
        panel = self.panel
        months = rows["Month"].astype("datetime64[M]")
        number, series = months.astype(np.int64), panel.locate(rows)
        origin = np.clip(number - self.lag - panel.first, -1, panel.rate.shape[1] - 1)
        known = origin >= 0
        years = np.maximum(-(-(number - panel.last) // YEAR), 1)
        last_year = panel.at(series, number - YEAR * years)
        levels = (
            np.where(known, panel.levels[series, origin], np.nan),
            np.where(known, panel.rate[series, origin], np.nan),
            last_year,
            _over(last_year, panel.level_at(series, origin + panel.first - YEAR)),
        )
        columns = [
            *(codes(rows[name], ranks, (len(ranks) - 1) / 2) for name, ranks in self.ranks.items()),
            *(rows[name] for name in KNOWN_AHEAD),
            month_of_year(months),
            *levels,
            *np.where(known, self.past[:, series, origin], np.nan),
        ]
        matrix = np.stack(columns, axis=1).astype(np.float32)
        np.nan_to_num(matrix, copy=False, nan=MISSING)
        return matrix, panel.trading_calendar.future(series, months)

    def target(self, rows: Columns) -> Floats:
        """Quantity per trading day of training rows; NaN for an incomplete month."""
        return self.panel.at(self.panel.locate(rows), rows["Month"].astype(np.int64))

    def meta(self) -> dict[str, Any]:
        return {
            "panel": self.panel.meta(),
            "ranks": [[name, list(ranks.items())] for name, ranks in self.ranks.items()],
            "lagged": list(self.lagged),
            "lag": self.lag,
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {**self.panel.arrays(), "past": self.past}

    @classmethod
    def restore(cls, meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The encoding whose `meta` and `arrays` these are.

        Raises:
            ValueError: they do not match.
        """
        panel, past = Panel.restore(meta["panel"], arrays), arrays["past"]
        if past.shape != (len(meta["lagged"]), *panel.rate.shape):
            raise ValueError("the past does not match the panel")
        return cls(
            panel=panel,
            ranks={name: {str(k): float(v) for k, v in ranks} for name, ranks in meta["ranks"]},
            lagged=tuple(meta["lagged"]),
            past=past,
            lag=int(meta["lag"]),
        )


def _ranks(history: pd.DataFrame, name: str) -> dict[str, float]:
    """Rank of each value by the mean of its months' sales; of equal ones by name."""
    days = np.maximum(history["DaysInMonth"].to_numpy(np.float64), 1)
    rate = pd.Series(history[TARGET].to_numpy(np.float64) / days)
    means = rate.groupby(columns_of(history)[name]).mean()
    ordered = sorted(means.items(), key=lambda item: (item[1], str(item[0])))
    return {str(value): float(rank) for rank, (value, _) in enumerate(ordered)}


def _over(value: Floats, level: Floats) -> Floats:
    return np.divide(value, level, out=np.full_like(value, np.nan), where=level > 0)
