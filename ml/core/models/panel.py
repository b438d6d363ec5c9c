"""The past of every series as one matrix, per trading day, for baselines and models with lag features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.calendar import as_months, days_in_month
from ml.core.models.trading_days import CALENDAR, TradingCalendar
from ml.core.schema import SERIES, TARGET, Columns, Months
from ml.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Key = tuple[str, str, str]

YEAR = 12
RECENT = 3
"""Months whose mean stands for the level of a series."""


@dataclass(frozen=True)
class Panel:
    """Quantity per trading day by series and month.

    The last rows are the means of each city, of each country and of all stores, with `""` for the rest of
    their keys: they replace a store without history.

    Attributes:
        keys: store, country and city of each row.
        first: the first month, counted from January 1970.
        rate: (rows, months) quantity per day, NaN where there is no complete month.
        trading_calendar: the trading days by which a rate is multiplied.
    """

    keys: tuple[Key, ...]
    first: int
    rate: Floats
    trading_calendar: TradingCalendar

    @classmethod
    def from_history(cls, history: pd.DataFrame) -> Self:
        """The panel of the complete months (of all months, if none is complete).

        Raises:
            InputError: there is no month.
        """
        if history.empty:
            raise InputError("there is no month to train on", "the sales table needs at least one valid row")
        complete = history["Complete"].to_numpy(bool)
        rows = history[complete] if complete.any() else history
        number = as_months(rows["Month"]).astype(np.int64)
        first = int(number.min())
        months = np.arange(first, number.max() + 1).astype("datetime64[M]")
        keys, series = _series(rows)
        quantity = _matrix(rows[TARGET], series, number - first, (len(keys), len(months)))
        trading_days = _matrix(rows["TradingDays"], series, number - first, quantity.shape)
        trading_calendar = TradingCalendar.fit(trading_days, months)
        rate = np.maximum(quantity, 0) / trading_calendar.past(trading_days, months)
        groups, means = _groups(keys, np.maximum(quantity, 0) / days_in_month(months))
        return cls(
            keys=(*keys, *groups),
            first=first,
            rate=np.vstack([rate, means]),
            trading_calendar=TradingCalendar(
                np.concatenate([trading_calendar.pattern, np.full(len(groups), CALENDAR)]),
                np.vstack([trading_calendar.share, np.ones((len(groups), 12))]),
            ),
        )

    @property
    def last(self) -> int:
        """The last month, counted from January 1970."""
        return self.first + self.rate.shape[1] - 1

    @property
    def months(self) -> Months:
        return np.arange(self.first, self.last + 1).astype("datetime64[M]")

    @cached_property
    def stores(self) -> int:
        """How many rows are stores; the rest are means."""
        return sum(1 for store, _, _ in self.keys if store)

    def locate(self, rows: Columns) -> Ints:
        """The row of each store, or of the mean of its city, its country or all."""
        find, by_store, everyone = self._rows.get, self._by_store.get, len(self.keys) - 1
        located = [
            find(key, by_store(key[0], -1)) for key in zip(*(rows[name] for name in SERIES), strict=True)
        ]
        if -1 in located:  # a new store
            for i, (country, city) in enumerate(zip(rows["Country"], rows["City"], strict=True)):
                if located[i] == -1:
                    located[i] = find(("", country, city), find(("", country, ""), everyone))
        return np.array(located, dtype=np.int64)

    def horizon(self, months: Months) -> Ints:
        """Months after the last one of the panel."""
        return months.astype(np.int64) - self.last

    def at(self, series: Ints, number: Ints) -> Floats:
        """The rate of each series in a month counted from January 1970; NaN if unknown."""
        column = number - self.first
        inside = (column >= 0) & (column < self.rate.shape[1])
        return np.where(inside, self.rate[series, np.where(inside, column, 0)], np.nan)

    def level_at(self, series: Ints, number: Ints) -> Floats:
        """The level of each series at the end of a month counted from January 1970; NaN before its first."""
        column = np.minimum(number - self.first, self.rate.shape[1] - 1)
        return np.where(column >= 0, self.levels[series, np.maximum(column, 0)], np.nan)

    def spread(self, history: pd.DataFrame, values: Floats) -> Floats:
        """Values of the history's rows as a matrix like `rate`; NaN where there is no row."""
        column = as_months(history["Month"]).astype(np.int64) - self.first
        inside = (column >= 0) & (column < self.rate.shape[1])
        series = self.locate({name: history[name].to_numpy(object) for name in SERIES})
        matrix = np.full(self.rate.shape, np.nan)
        matrix[series[inside], column[inside]] = values[inside]
        return matrix

    @cached_property
    def level(self) -> Floats:
        """(rows,) mean rate of the last three months known of each row."""
        return recent_mean(self.rate, RECENT)

    @cached_property
    def levels(self) -> Floats:
        """(rows, months) `level` as it stood at the end of each month; NaN before the first one known."""
        return running_mean(self.rate, RECENT)

    @cached_property
    def latest(self) -> Floats:
        """(rows,) the last rate known of each row."""
        return recent_mean(self.rate, 1)

    @cached_property
    def _rows(self) -> dict[Key, int]:
        return {key: i for i, key in enumerate(self.keys)}

    @cached_property
    def _by_store(self) -> dict[str, int]:
        """The row of each store; -1 for an id at several locations, where the location has to decide."""
        index: dict[str, int] = {}
        for i, (store, _, _) in enumerate(self.keys[: self.stores]):
            index[store] = -1 if store in index else i
        return index

    def meta(self) -> dict[str, Any]:
        return {"keys": [list(key) for key in self.keys], "first": self.first}

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {"rate": self.rate, **self.trading_calendar.arrays()}

    @classmethod
    def restore(cls, meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The panel whose `meta` and `arrays` these are.

        Raises:
            ValueError: they do not match.
        """
        keys = tuple((str(s), str(country), str(city)) for s, country, city in meta["keys"])
        trading_calendar = TradingCalendar(
            arrays["opening_pattern"].astype(np.int64), arrays["opening_share"]
        )
        rate = arrays["rate"].astype(np.float64)
        if {len(keys)} != {
            len(rate),
            len(trading_calendar.pattern),
            len(trading_calendar.share),
        } or rate.ndim != 2:  # noqa: PLR2004 - a matrix
            raise ValueError("keys and rates do not match")
        return cls(keys, int(meta["first"]), rate, trading_calendar)


def recent_mean(rate: Floats, months: int) -> Floats:
    """Mean of the last `months` known values of each row; zero for a row without any."""
    known = ~np.isnan(rate)
    back = known[:, ::-1].cumsum(1)[:, ::-1]  # counts known months from the end
    chosen = known & (back <= months)
    return np.where(chosen, rate, 0.0).sum(1) / np.maximum(chosen.sum(1), 1)


def running_mean(rate: Floats, months: int) -> Floats:
    """`recent_mean` at the end of each month; NaN before a row's first value."""
    means = np.stack([recent_mean(rate[:, : t + 1], months) for t in range(rate.shape[1])], axis=1)
    return np.where((~np.isnan(rate)).cumsum(1) > 0, means, np.nan)


def _series(rows: pd.DataFrame) -> tuple[tuple[Key, ...], Ints]:
    table = rows[list(SERIES)].astype(object).fillna("").astype(str)
    codes, unique = pd.factorize(pd.MultiIndex.from_frame(table), sort=True)
    return tuple((str(s), str(c), str(t)) for s, c, t in unique), codes.astype(np.int64)


def _matrix(values: pd.Series[Any], series: Ints, column: Ints, shape: tuple[int, int]) -> Floats:
    matrix = np.full(shape, np.nan)
    matrix[series, column] = values.to_numpy(np.float64)
    return matrix


def _groups(keys: tuple[Key, ...], daily: Floats) -> tuple[list[Key], Floats]:
    """Cities, countries and all, each with the mean of its stores by month."""
    members: dict[Key, list[int]] = {}
    for i, (_, country, city) in enumerate(keys):
        for group in {("", country, city), ("", country, ""), ("", "", "")}:
            members.setdefault(group, []).append(i)
    groups = [*sorted(members.keys() - {("", "", "")}), ("", "", "")]
    known = ~np.isnan(daily)
    filled = np.where(known, daily, 0.0)
    means = np.full((len(groups), daily.shape[1]), np.nan)
    for i, group in enumerate(groups):
        count = known[members[group]].sum(0)
        total = filled[members[group]].sum(0)
        means[i, count > 0] = total[count > 0] / count[count > 0]
    return groups, means
