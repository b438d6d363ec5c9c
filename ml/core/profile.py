"""What a forecast needs besides the model: fills what a row leaves out, and replaces new stores by means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

from ml.core import calendar, stores
from ml.core.forecasts import ForecastRow, month_number
from ml.core.schema import Columns
from ml.core.stores import FILLED, YEAR, RegionalMean, Series


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a forecast needs besides the model. Lookups are dictionaries: this is the request path."""

    first_month: int
    last_month: int
    """The last complete month of training, counted from January 1970: horizon 1 is the month after it."""
    series: tuple[Series, ...]
    typical: Series
    """Replaces a store that is not in the training data."""
    levels: tuple[RegionalMean, ...]
    seen: Mapping[str, tuple[str, ...]]
    """Every value of each of `FILLED` in training."""
    dated_first: bool = False
    """Whether sales are dated with the first day of their month, which then determines `IsWeekend`."""

    @classmethod
    def from_history(cls, features: pd.DataFrame) -> Self:
        """The profile of `sales-features` rows, which the caller has cut at the last training month.

        Raises:
            ValueError: there are no rows.
        """
        if features.empty:
            raise ValueError("a profile needs at least one month of one store")
        rows = stores.prepared(features)
        typical = stores.typical(rows)
        complete = rows[rows["Complete"]] if rows["Complete"].any() else rows
        months = rows["Number"]
        return cls(
            first_month=int(months.min()),
            last_month=int(complete["Number"].max()),
            series=tuple(stores.series(rows, typical)),
            typical=typical,
            levels=tuple(stores.levels(complete)),
            seen={field: tuple(sorted(rows[field].dropna().unique())) for field in FILLED},
            dated_first=stores.dated_first(features),
        )

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary; usual values are written as positions in `seen`, which keeps it small."""
        position = {field: {value: i for i, value in enumerate(of)} for field, of in self.seen.items()}

        def plain(store: Series) -> dict[str, Any]:
            usual = {f: [position[f].get(value, -1) for value in store.usual[f]] for f in FILLED}
            price = None if np.isnan(store.price) else store.price
            return {**asdict(store), "price": price, "usual": usual}

        return {
            "first_month": self.first_month,
            "last_month": self.last_month,
            "dated_first": self.dated_first,
            "seen": {field: list(values) for field, values in self.seen.items()},
            "typical": plain(self.typical),
            "levels": [asdict(level) for level in self.levels],
            "series": [plain(store) for store in self.series],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The profile that `to_json` wrote."""
        seen = {field: tuple(values) for field, values in data["seen"].items()}

        def series(entry: Mapping[str, Any]) -> Series:
            usual = {f: tuple(seen[f][i] if i >= 0 else "" for i in entry["usual"][f]) for f in FILLED}
            filled: dict[str, Any] = {
                "price": np.nan if entry["price"] is None else entry["price"],
                "usual": usual,
            }
            return Series(**{**entry, **filled})

        return cls(
            first_month=data["first_month"],
            last_month=data["last_month"],
            series=tuple(series(entry) for entry in data["series"]),
            typical=series(data["typical"]),
            levels=tuple(RegionalMean(**level) for level in data["levels"]),
            seen=seen,
            dated_first=data["dated_first"],
        )

    @cached_property
    def _by_store(self) -> dict[str, list[Series]]:
        by_store: dict[str, list[Series]] = {}
        for series in sorted(self.series, key=lambda series: -series.last_month):
            by_store.setdefault(series.store_id, []).append(series)
        return by_store

    @cached_property
    def _by_location(self) -> dict[tuple[str | None, str | None], RegionalMean]:
        return {(level.country, level.city): level for level in self.levels}

    @cached_property
    def _countries_of(self) -> dict[str, list[str]]:
        countries: dict[str, list[str]] = {}
        for level in self.levels:
            if level.city is not None and level.country is not None:
                countries.setdefault(level.city, []).append(level.country)
        return countries

    @cached_property
    def _known(self) -> dict[str, frozenset[str]]:
        return {field: frozenset(values) for field, values in self.seen.items()}

    def find(self, row: ForecastRow) -> Series | None:
        """The series of that store: the one at the location of the row, or else the one that sold last."""
        candidates = self._by_store.get(row.store_id)
        if candidates is None:
            return None
        if len(candidates) > 1:
            for candidate in candidates:
                if row.country in {None, candidate.country} and row.city in {None, candidate.city}:
                    return candidate
        return candidates[0]

    def level(self, country: str | None, city: str | None) -> tuple[str, RegionalMean]:
        """The smallest known region of that location: `"city"`, `"country"` or `"all"`, and its means.

        A city without its country counts only if it is in one country alone.
        """
        if city is not None and country is None:
            countries = self._countries_of.get(city, [])
            country = countries[0] if len(countries) == 1 else None
        if country is not None:
            if city is not None and (level := self._by_location.get((country, city))):
                return "city", level
            if level := self._by_location.get((country, None)):
                return "country", level
        return "all", self._by_location[None, None]

    def knows(self, field: str, value: str) -> bool:
        """Whether training has seen that value of Weather, Promotion or Holiday."""
        return value in self._known[field]

    def complete(self, rows: Sequence[ForecastRow]) -> Columns:
        """The columns that `Fitted.predict` needs.

        What a row leaves out, or is not in the training data, is filled with the store's last price and with
        its usual value in that calendar month.
        """
        return self.columns(rows, [self.find(row) for row in rows])

    def columns(self, rows: Sequence[ForecastRow], series: Sequence[Series | None]) -> Columns:
        """`complete` for rows whose series have been found already; `None` is a new store."""
        sources = [store or self.typical for store in series]
        numbers = [month_number(row.month) for row in rows]
        months = np.array(numbers, dtype=np.int64).astype("datetime64[M]")
        days = calendar.days_in_month(months).astype(np.float64)
        weekend_days = calendar.weekend_days(months).astype(np.float64)
        if self.dated_first:
            weekend = stores.on_weekend(months).astype(np.float64)
        else:
            share = np.array([source.weekend for source in sources], dtype=np.float64)
            weekend = np.clip(share * weekend_days / days, 0, 1)
        known = self._known

        def filled(field: str) -> list[str]:
            name, values = field.lower(), known[field]
            cells = (getattr(row, name) for row in rows)
            return [
                value if value in values else source.usual[field][number % YEAR]
                for value, source, number in zip(cells, sources, numbers, strict=True)
            ]

        prices = [
            source.price if row.price is None else row.price
            for row, source in zip(rows, sources, strict=True)
        ]
        pairs = list(zip(rows, series, strict=True))
        return {
            "StoreID": _objects([row.store_id for row in rows]),
            "Country": _objects([store.country if store else row.country or "" for row, store in pairs]),
            "City": _objects([store.city if store else row.city or "" for row, store in pairs]),
            "Month": months,
            "Price": np.array(prices, dtype=np.float64),
            **{field: _objects(filled(field)) for field in FILLED},
            "IsWeekend": weekend,
            "Season": calendar.season(months),
            "DaysInMonth": days,
            "WeekendDays": weekend_days,
        }


def _objects(values: Sequence[str]) -> np.ndarray[Any, np.dtype[np.object_]]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
