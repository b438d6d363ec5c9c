"""Lag features: a store's past and the plans for a month, as ratios to the store's recent level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.calendar import days_in_month, month_of_year, weekend_days
from ml.core.models.baselines import growth
from ml.core.models.frame import codes, columns_of
from ml.core.models.panel import RECENT, YEAR, Panel, running_mean
from ml.core.schema import TARGET, Columns

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PLANNED = ("Promotion", "Holiday", "Country")
"""Coded fields that are known of a future month."""

FIELDS = (
    *("Month",) * 2,
    "DaysInMonth",
    "WeekendDays",
    *(TARGET,) * 17,
    *("Price",) * 2,
    *("Promotion",) * 3,
    *("Holiday",) * 2,
    "Country",
)
"""The source field of each column of `Lags.features`."""


@dataclass(frozen=True, kw_only=True)
class LagFeatures:
    """The features of some months as known at their origins.

    Attributes:
        matrix: (rows, columns) the features, NaN where unknown.
        base: (rows,) the recent level, the denominator of the ratios, in quantity per trading day.
        naive: (rows,) seasonal naive times growth, in the same unit.
    """

    matrix: Floats
    base: Floats
    naive: Floats


@dataclass(frozen=True)
class Lags:
    """The past of every series.

    Attributes:
        known: code by value of each of `PLANNED`.
        price: (series, months) as in the panel, NaN where unknown.
        plans: (2, series, months) codes of Promotion and Holiday.
    """

    panel: Panel
    known: Mapping[str, Mapping[str, float]]
    price: Floats
    plans: Floats

    @classmethod
    def from_history(cls, history: pd.DataFrame) -> Self:
        """From `sales-features` rows.

        Raises:
            InputError: there is no month.
        """
        panel, rows = Panel.from_history(history), columns_of(history)
        known = {
            name: {str(value): float(i) for i, value in enumerate(sorted(set(rows[name].tolist())))}
            for name in PLANNED
        }
        plans = [panel.spread(history, codes(rows[name], known[name], np.nan)) for name in PLANNED[:2]]
        return cls(panel, known, panel.spread(history, rows["Price"]), np.stack(plans))

    def training(self, horizon: int) -> tuple[Ints, Ints, Ints]:
        """Series, month (counted from January 1970) and horizon of every pair of a month and an origin."""
        series, column = np.nonzero(~np.isnan(self.panel.rate[: self.panel.stores]))
        ahead = np.arange(1, horizon + 1)
        pairs = np.stack(np.broadcast_arrays(series[:, None], column[:, None], ahead), axis=-1).reshape(-1, 3)
        started = ~np.isnan(self._levels[RECENT][pairs[:, 0], np.maximum(pairs[:, 1] - pairs[:, 2], 0)])
        pairs = pairs[started & (pairs[:, 1] >= pairs[:, 2])].astype(np.int64)
        return pairs[:, 0], pairs[:, 1] + self.panel.first, pairs[:, 2]

    def plan_of(self, rows: Columns) -> dict[str, Floats]:
        """Price and codes of the planned fields of rows to forecast."""
        return {"Price": rows["Price"], **{n: codes(rows[n], self.known[n], np.nan) for n in PLANNED}}

    def past_plan(self, series: Ints, number: Ints) -> dict[str, Floats]:
        """`plan_of` for past months."""
        column = number - self.panel.first
        country = codes(
            np.array([key[1] for key in self.panel.keys], dtype=object), self.known["Country"], -1
        )
        return {
            "Price": self.price[series, column],
            "Promotion": self.plans[0, series, column],
            "Holiday": self.plans[1, series, column],
            "Country": country[series],
        }

    def features(self, series: Ints, number: Ints, ahead: Ints, plan: Mapping[str, Floats]) -> LagFeatures:
        """The features of each month as known `ahead` months before it.

        Args:
            series: (rows,) row of the panel.
            number: (rows,) month, counted from January 1970.
            ahead: (rows,) months from the origin, 1 or more; the origin is a month of the panel, or before.
            plan: as `plan_of` gives it.
        """
        panel, origin = self.panel, number - ahead
        years = -(-ahead // YEAR)  # 1 unless the same month of the last year lies after the origin
        same = number - YEAR * years
        everyone = np.full_like(series, len(panel.keys) - 1)
        at, then = panel.at, self._value
        level, year_ago = then(self._levels[RECENT], series, origin), origin - YEAR * years
        last_year, level_then = at(series, same), then(self._levels[RECENT], series, year_ago)
        grown = np.nan_to_num(then(self._growth, series, origin), nan=1.0)
        naive = last_year * grown**years
        naive = np.where(np.isnan(naive), np.where(np.isnan(level), panel.level[series], level), naive)
        base = np.where(level > 0, level, naive)
        months = number.astype("datetime64[M]")
        price, before = plan["Price"], [then(m, series, same) for m in (self.price, *self.plans)]
        columns = [
            ahead,
            month_of_year(months),
            days_in_month(months),
            weekend_days(months),
            _over(level, base),
            *(_over(at(series, origin - back), base) for back in range(RECENT)),
            *(_over(then(self._levels[k], series, origin), base) for k in (6, YEAR)),
            _over(last_year, base),
            _over(last_year, level_then),
            _over(at(series, same - YEAR), base),
            _over(at(series, same + 1), last_year),
            _over(at(series, same - 1), last_year),
            _over(level, level_then),
            grown,
            _over(naive, base),
            _over(at(everyone, same), then(self._levels[RECENT], everyone, year_ago)),
            _over(
                then(self._levels[RECENT], everyone, origin), then(self._levels[RECENT], everyone, year_ago)
            ),
            np.log1p(np.maximum(np.nan_to_num(level), 0)),
            _over(price, then(self._prices, series, origin)),
            _over(price, before[0]),
            plan["Promotion"],
            plan["Promotion"] - before[1],
            then(self.plans[0], series, origin),
            plan["Holiday"],
            before[2],
            plan["Country"],
        ]
        return LagFeatures(matrix=np.stack(columns, axis=1).astype(np.float64), base=base, naive=naive)

    def ahead(self, number: Ints) -> Ints:
        """Months from the end of the panel; 1 for a past month, whose origin is the month before."""
        return np.maximum(number - self.panel.last, 1)

    def _value(self, matrix: Floats, series: Ints, number: Ints) -> Floats:
        column = number - self.panel.first
        inside = (column >= 0) & (column < matrix.shape[1])
        return np.where(inside, matrix[series, np.where(inside, column, 0)], np.nan)

    @cached_property
    def _levels(self) -> dict[int, Floats]:
        return {k: running_mean(self.panel.rate, k) for k in (RECENT, 6, YEAR)}

    @cached_property
    def _growth(self) -> Floats:
        rate = self.panel.rate
        return np.stack([growth(rate[:, : t + 1]) for t in range(rate.shape[1])], axis=1)

    @cached_property
    def _prices(self) -> Floats:
        return running_mean(self.price, RECENT)

    def meta(self) -> dict[str, Any]:
        return {
            "panel": self.panel.meta(),
            "known": {name: list(values.items()) for name, values in self.known.items()},
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {**self.panel.arrays(), "price": self.price, "plans": self.plans}

    @classmethod
    def restore(cls, meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The lags whose `meta` and `arrays` these are.

        Raises:
            ValueError: they do not match.
        """
        panel, price, plans = Panel.restore(meta["panel"], arrays), arrays["price"], arrays["plans"]
        if price.shape != panel.rate.shape or plans.shape != (2, *panel.rate.shape):
            raise ValueError("prices and plans do not match the panel")
        known = {name: {str(k): float(v) for k, v in meta["known"][name]} for name in PLANNED}
        return cls(panel, known, price, plans)


def _over(value: Floats, level: Floats) -> Floats:
    return np.divide(value, level, out=np.full(value.shape, np.nan), where=level > 0)
