"""What a forecast needs to know besides the model: fills what a row leaves open, stands in for new stores."""

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
from ml.core.stores import FILLED, YEAR, Level, Series


@dataclass(frozen=True, kw_only=True)
class Profile:
    """All that a forecast needs besides the model. Look-ups are dictionaries: this is the request path."""

    first_month: int
    last_month: int
    """The last complete month of training, counted from January 1970: horizon 1 is the month after it."""
    series: tuple[Series, ...]
    typical: Series
    """Stands in for a store that training has not seen."""
    levels: tuple[Level, ...]
    seen: Mapping[str, tuple[str, ...]]
    """Every value of each of `FILLED` in training."""
    dated_first: bool = False
    """Whether sales bear the first day of their month: it alone then decides on `IsWeekend`."""

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

        def plain(one: Series) -> dict[str, Any]:
            usual = {f: [position[f].get(value, -1) for value in one.usual[f]] for f in FILLED}
            price = None if np.isnan(one.price) else one.price
            return {**asdict(one), "price": price, "usual": usual}

        return {
            "first_month": self.first_month,
            "last_month": self.last_month,
            "dated_first": self.dated_first,
            "seen": {field: list(values) for field, values in self.seen.items()},
            "typical": plain(self.typical),
            "levels": [asdict(level) for level in self.levels],
            "series": [plain(one) for one in self.series],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The profile that `to_json` wrote."""
        seen = {field: tuple(values) for field, values in data["seen"].items()}

        def series(one: Mapping[str, Any]) -> Series:
            usual = {f: tuple(seen[f][i] if i >= 0 else "" for i in one["usual"][f]) for f in FILLED}
            filled: dict[str, Any] = {
                "price": np.nan if one["price"] is None else one["price"],
                "usual": usual,
            }
            return Series(**{**one, **filled})

        return cls(
            first_month=data["first_month"],
            last_month=data["last_month"],
            series=tuple(series(one) for one in data["series"]),
            typical=series(data["typical"]),
            levels=tuple(Level(**level) for level in data["levels"]),
            seen=seen,
            dated_first=data["dated_first"],
        )

    @cached_property
    def _by_store(self) -> dict[str, list[Series]]:
        found: dict[str, list[Series]] = {}
        for one in sorted(self.series, key=lambda one: -one.last_month):
            found.setdefault(one.store_id, []).append(one)
        return found

    @cached_property
    def _by_place(self) -> dict[tuple[str | None, str | None], Level]:
        return {(level.country, level.city): level for level in self.levels}

    @cached_property
    def _countries_of(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for level in self.levels:
            if level.city is not None and level.country is not None:
                found.setdefault(level.city, []).append(level.country)
        return found

    @cached_property
    def _known(self) -> dict[str, frozenset[str]]:
        return {field: frozenset(values) for field, values in self.seen.items()}

    def find(self, row: ForecastRow) -> Series | None:
        """The series of that store: the one at the place given, or else the one that sold last."""
        candidates = self._by_store.get(row.store_id)
        if candidates is None:
            return None
        if len(candidates) > 1:
            for one in candidates:
                if row.country in {None, one.country} and row.city in {None, one.city}:
                    return one
        return candidates[0]

    def level(self, country: str | None, city: str | None) -> tuple[str, Level]:
        """The narrowest level known of that place: `"city"`, `"country"` or `"all"`, and its means.

        A city without its country counts only if it is in one country alone.
        """
        if city is not None and country is None:
            countries = self._countries_of.get(city, [])
            country = countries[0] if len(countries) == 1 else None
        if country is not None:
            if city is not None and (found := self._by_place.get((country, city))):
                return "city", found
            if found := self._by_place.get((country, None)):
                return "country", found
        return "all", self._by_place[None, None]

    def knows(self, field: str, value: str) -> bool:
        """Whether training has seen that value of Weather, Promotion or Holiday."""
        return value in self._known[field]

    def complete(self, rows: Sequence[ForecastRow]) -> Columns:
        """The columns that `Fitted.predict` needs.

        What a row leaves open, or training has never seen, is filled with the store's last price and with
        what is usual for it in that calendar month.
        """
        return self.columns(rows, [self.find(row) for row in rows])

    def columns(self, rows: Sequence[ForecastRow], series: Sequence[Series | None]) -> Columns:
        """`complete` for rows whose series have been found already; `None` is a new store."""
        sources = [one or self.typical for one in series]
        numbers = [month_number(row.month) for row in rows]
        months = np.array(numbers, dtype=np.int64).astype("datetime64[M]")
        days = calendar.days_in_month(months).astype(np.float64)
        weekend_days = calendar.weekend_days(months).astype(np.float64)
        if self.dated_first:
            weekend = stores.on_weekend(months).astype(np.float64)
        else:
            share = np.array([one.weekend for one in sources], dtype=np.float64)
            weekend = np.clip(share * weekend_days / days, 0, 1)
        known = self._known

        def filled(field: str) -> list[str]:
            name, values = field.lower(), known[field]
            given = (getattr(row, name) for row in rows)
            return [
                value if value in values else one.usual[field][number % YEAR]
                for value, one, number in zip(given, sources, numbers, strict=True)
            ]

        prices = [
            one.price if row.price is None else row.price for row, one in zip(rows, sources, strict=True)
        ]
        places = list(zip(rows, series, strict=True))
        return {
            "StoreID": _objects([row.store_id for row in rows]),
            "Country": _objects([one.country if one else row.country or "" for row, one in places]),
            "City": _objects([one.city if one else row.city or "" for row, one in places]),
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
