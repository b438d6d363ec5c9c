"""What a profile stores of each store, and of the regions that replace a store without history."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core import calendar
from ml.core.schema import SERIES, TARGET, Months

FILLED = ("Weather", "Promotion", "Holiday")
"""The fields that are filled with the usual value; the price is filled with the last one."""

YEAR = 12
_SPREAD = (0.1, 0.9)
"""Quantiles that eight of ten months lie between: the interval of a store without history."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One store at its location, from the training data.

    `last_month` counts from January 1970; `price` is the last one seen (NaN if none ever was); `weekend` is
    its share of weekend rows over the calendar's share of weekend days; `usual` holds a value of each of
    `FILLED` per calendar month, January first.
    """

    store_id: str
    country: str
    city: str
    last_month: int
    price: float
    weekend: float
    usual: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionalMean:
    """Sales of the stores of a city, of a country, or (both `None`) of all.

    Quantities are per calendar day of the last twelve complete months, closed days included, so that they
    hold for daily and for monthly data alike: the mean, and the range that eight of ten months fall in.
    """

    country: str | None
    city: str | None
    daily: float
    low: float
    high: float


def prepared(features: pd.DataFrame) -> pd.DataFrame:
    """The columns used here, by month, with the month counted and the quantity per calendar day."""
    months = calendar.as_months(features["Month"])
    days = calendar.days_in_month(months)
    calendar_share = calendar.weekend_days(months) / days
    rows = features[[*SERIES, *FILLED, "Price", "Complete"]].copy()
    for field in (*SERIES, *FILLED):
        rows[field] = rows[field].astype(object)
    rows["Complete"] = rows["Complete"].astype(bool)
    rows["Number"] = months.astype(np.int64)
    rows["Year month"] = rows["Number"] % YEAR
    rows["Daily"] = np.maximum(features[TARGET].to_numpy(np.float64), 0) / days
    rows["Weekend"] = features["IsWeekend"].to_numpy(np.float64) / calendar_share
    return rows.sort_values("Number", kind="stable")


def on_weekend(months: Months) -> NDArray[np.bool_]:
    """Whether the first day of each month is a Saturday or Sunday."""
    return ~np.is_busday(months.astype("datetime64[D]"))


def dated_first(features: pd.DataFrame) -> bool:
    """Whether every sale is dated with the first day of its month, as monthly figures are."""
    first = on_weekend(calendar.as_months(features["Month"]))
    return bool((features["IsWeekend"].to_numpy(np.float64) == first).all())


def _usual(rows: pd.DataFrame, by: Sequence[str], field: str) -> dict[Hashable, str]:
    """The most frequent value of `field` per group; of equally frequent ones the latest."""
    counts = rows.groupby([*by, field], sort=False)["Number"].agg(["size", "max"]).reset_index()
    last = counts.sort_values(["size", "max", field]).drop_duplicates(list(by), keep="last")
    return dict(zip(last[list(by)].itertuples(index=False, name=None), last[field], strict=True))


def series(rows: pd.DataFrame, of_all: Series) -> list[Series]:
    """Every series; a field without any value in a series is taken from `of_all`."""
    keys = list(SERIES)
    by_month = {field: _usual(rows, [*keys, "Year month"], field) for field in FILLED}
    by_store = {field: _usual(rows, keys, field) for field in FILLED}
    groups = rows.groupby(keys, sort=True)
    table = groups.agg(last=("Number", "max"), price=("Price", "last"), weekend=("Weekend", "mean"))
    store_series: list[Series] = []
    for key, last, price, weekend in table.itertuples(name=None):
        usual = {
            field: tuple(
                by_month[field].get((*key, m), by_store[field].get(key, of_all.usual[field][m]))
                for m in range(YEAR)
            )
            for field in FILLED
        }
        store_id, country, city = cast("tuple[str, str, str]", key)
        store_series.append(
            Series(
                store_id=store_id,
                country=country,
                city=city,
                last_month=int(last),
                price=float(price),
                weekend=float(np.nan_to_num(weekend, nan=1.0)),
                usual=usual,
            )
        )
    return store_series


def typical(rows: pd.DataFrame) -> Series:
    """The median price and the usual values of all stores."""

    def usual(field: str) -> tuple[str, ...]:
        by_month = _usual(rows, ["Year month"], field)
        modes = rows[field].mode()  # empty only if the column is
        overall = str(modes.iloc[0]) if len(modes) else ""
        return tuple(by_month.get((m,), overall) for m in range(YEAR))

    last_prices = rows.groupby(list(SERIES))["Price"].last()
    return Series(
        store_id="",
        country="",
        city="",
        last_month=int(rows["Number"].max()),
        price=float(last_prices.median()),
        weekend=float(np.nan_to_num(rows["Weekend"].mean(), nan=1.0)),
        usual={field: usual(field) for field in FILLED},
    )


def levels(complete: pd.DataFrame) -> list[RegionalMean]:
    """All stores together, every country, every city."""
    recent = complete[complete["Number"] > complete["Number"].max() - YEAR]

    def level(country: str | None, city: str | None, daily: pd.Series) -> RegionalMean:
        low, high = daily.quantile(list(_SPREAD))
        return RegionalMean(
            country=country, city=city, daily=float(daily.mean()), low=float(low), high=float(high)
        )

    countries = recent.groupby("Country")["Daily"]
    cities = recent.groupby(["Country", "City"])["Daily"]
    return [
        level(None, None, recent["Daily"]),
        *(level(cast("str", country), None, daily) for country, daily in countries),
        *(level(*cast("tuple[str, str]", location), daily) for location, daily in cities),
    ]
