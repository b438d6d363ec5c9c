"""Plausible GloboJava sales in the raw schema, to run the pipeline without real data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml.core import calendar
from ml.core.holidays import NONE, national_holidays
from ml.core.sample_world import CAMPAIGNS, CITIES, PRICES, PRODUCTS, City
from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError
from ml.option_values import MAX_STORES

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

CATEGORIES = tuple(dict.fromkeys(p.category for p in PRODUCTS))

_WEATHER, _CAMPAIGN, _STORE, _FLAW = range(4)  # what a random stream is for
_WEEK = np.array([0.97, 0.95, 0.98, 1.02, 1.12, 1.06, 0.90])  # demand from Monday to Sunday
_YEAR = np.array([0.93, 0.95, 0.98, 0.99, 1.0, 0.99, 0.96, 0.97, 1.02, 1.05, 1.06, 1.10])
_BY_WEATHER = {"Snow": 0.84, "Rain": 0.94}
_CLOSED = ("Christmas", "Navidad", "New Year's Day", "Año Nuevo")
_INFLATION = 0.03
_FREEZING, _MILD, _HOT = 1.0, 12.0, 27.0  # °C
_CLOUDY = 0.4  # of dry days
_DAYS_OF_YEAR = 365.25
_SATURDAY = 5
_LATE, _CLOSED_ON_SUNDAYS, _REFURBISHED = (
    5,
    3,
    7,
)  # one store of so many opens late, closes on Sundays, was rebuilt
_NOT_REPORTED, _STATION_FAILS = 0.015, 0.03  # missing promotions, missing weather
_LAST_YEAR = 2100
_YEARS_TOO_FAR = 28  # of a date in the future: the calendar repeats, leap days included


@dataclass(frozen=True, kw_only=True)
class _CityConditions:
    """The conditions that all stores of a city share, per day."""

    city: City
    warmth: Floats
    weather: NDArray[Any]
    holiday: NDArray[Any]
    campaign: Whole
    """Days by categories: index of the campaign."""


def generate(*, stores: int, years: int, seed: int, until: dt.date, flaws: bool = True) -> pl.DataFrame:
    """Daily sales by store and product over whole years: the same arguments give the same rows.

    There is a trend per store, the seasons, the week, campaigns with their uplift, weather by climate,
    national holidays, stores that open late or close on Sundays and holidays, and missing weather and
    promotions.

    Args:
        stores: in cities of the three countries in turn.
        years: ending on `until`.
        seed: of every random choice.
        until: the last day, from 1971 to 2100.
        flaws: whether to add a few rows that break a rule: negative, unparseable, future and duplicate ones.

    Returns:
        `schema.RAW_COLUMNS`, `Date` as ISO text, sorted by store, day and product.

    Raises:
        InputError: the number of stores or years, or the last day, is out of range.
    """
    if not 1 <= stores <= MAX_STORES:
        raise InputError(f"cannot make up sales of {stores} stores", f"allowed: 1 to {MAX_STORES:,}")
    if not 1971 <= until.year <= _LAST_YEAR:  # noqa: PLR2004 - a year after the first one
        raise InputError(f"cannot make up sales until {until}", f"allowed: 1971-01-01 to {_LAST_YEAR}-12-31")
    if not 1 <= years <= until.year - 1970:
        raise InputError(f"cannot make up {years} years until {until}", f"allowed: 1 to {until.year - 1970}")
    days = _days(years, until)
    cities = CITIES[: min(len(CITIES), max(3, stores * 3 // 5))]  # some cities have several stores
    conditions = [_city_conditions(city, days, seed, number) for number, city in enumerate(cities[:stores])]
    sold = pl.concat(
        _store(number, conditions[number % len(cities)], days, np.random.default_rng([seed, _STORE, number]))
        for number in range(stores)
    )
    return (_with_flaws(sold, np.random.default_rng([seed, _FLAW])) if flaws else sold).select(RAW_COLUMNS)


def _days(years: int, until: dt.date) -> Days:
    after = until + dt.timedelta(days=1)
    leap_day = (after.month, after.day) == (2, 29)
    first = after.replace(year=after.year - years, day=28 if leap_day else after.day)
    return np.arange(np.datetime64(first), np.datetime64(after))


def _city_conditions(city: City, days: Days, seed: int, number: int) -> _CityConditions:
    random = np.random.default_rng([seed, _WEATHER, number])
    day_of_year = (days - days.astype("datetime64[Y]").astype(days.dtype)).astype(np.int64)
    noise = np.convolve(random.normal(0, 2.2, len(days)), 0.7 ** np.arange(12))[: len(days)]
    warmth = city.warmth + city.swing * np.cos(2 * np.pi * (day_of_year - 200) / _DAYS_OF_YEAR) + noise
    wet = random.random(len(days)) < city.wet
    dry = np.where(warmth > _HOT, "Hot", np.where(random.random(len(days)) < _CLOUDY, "Cloudy", "Sunny"))
    country = tuple(PRICES).index(city.country)
    return _CityConditions(
        city=city,
        warmth=warmth,
        weather=np.where(wet, np.where(warmth < _FREEZING, "Snow", "Rain"), dry),
        holiday=_holidays(city.country, days),
        campaign=_campaigns(days, np.random.default_rng([seed, _CAMPAIGN, country])),
    )


def _holidays(country: str, days: Days) -> NDArray[Any]:
    names = np.full(len(days), NONE, dtype=object)
    for year in np.unique(days.astype("datetime64[Y]")).astype(str):
        for date, name in national_holidays(country, int(year)).items():
            names[days == np.datetime64(date)] = name
    return names


def _campaigns(days: Days, random: np.random.Generator) -> Whole:
    """A country's campaigns: at intervals, one category for one to two weeks."""
    running = np.zeros((len(days), len(CATEGORIES)), dtype=np.int64)
    start = int(random.integers(0, 30))
    while start < len(days):
        length = int(random.integers(7, 15))
        kind, category = random.integers(1, len(CAMPAIGNS)), random.integers(0, len(CATEGORIES))
        running[start : start + length, category] = kind
        start += int(random.integers(18, 40))
    return running


def _store(number: int, conditions: _CityConditions, days: Days, random: np.random.Generator) -> pl.DataFrame:
    """One store's rows: days by products at once, then those on which it was open and sold something."""
    opened = int(random.uniform(0.2, 0.7) * len(days)) if number % _LATE == _LATE - 2 else 0
    campaign = conditions.campaign[:, [CATEGORIES.index(p.category) for p in PRODUCTS]]
    uplift = np.array([c.uplift for c in CAMPAIGNS])[campaign]
    per_day = _level(conditions, days, opened, random)
    quantity = random.poisson(per_day[:, None] * _product_demand(conditions.warmth, days) * uplift)
    is_open = _open_days(number, conditions, days, opened, random)
    day, product = np.nonzero((quantity > 0) & is_open[:, None])
    menu = pl.DataFrame({"Category": [p.category for p in PRODUCTS], "Product": [p.name for p in PRODUCTS]})
    promotion = pl.Series([c.name for c in CAMPAIGNS])[campaign[day, product]]
    reported = pl.Series(random.random(len(day)) >= _NOT_REPORTED)
    return (
        _day_facts(number, conditions, days, random)[day]
        .hstack(menu[product])
        .with_columns(
            pl.Series("QuantitySold", quantity[day, product]),
            pl.Series("Price", _prices(conditions.city.country, days, campaign)[day, product]),
            Promotion=pl.when(reported).then(promotion),
        )
    )


def _level(conditions: _CityConditions, days: Days, opened: int, random: np.random.Generator) -> Floats:
    """Demand of the store on each day; 1 is an ordinary day of the chain."""
    size = random.lognormal(0, 0.35)
    elapsed = np.arange(len(days))
    trend = (1 + random.uniform(-0.03, 0.09)) ** (elapsed / _DAYS_OF_YEAR)
    known = 1 - 0.4 * np.exp(-np.maximum(elapsed - opened, 0) / 60) if opened else 1.0  # a new store ramps up
    holiday = np.where(conditions.holiday == NONE, 1.0, random.uniform(0.7, 1.2))
    weather = np.select([conditions.weather == w for w in _BY_WEATHER], list(_BY_WEATHER.values()), 1.0)
    noise = random.lognormal(0, 0.07, len(days))
    return size * trend * known * holiday * weather * noise * _WEEK[_weekday(days)] * _YEAR[_month(days)]


def _product_demand(warmth: Floats, days: Days) -> Floats:
    """Days by products: demand on an ordinary day of that temperature; 0 if it is not on the menu."""
    daily, heat, weekend = (np.array([getattr(p, f) for p in PRODUCTS]) for f in ("daily", "heat", "weekend"))
    by_warmth = np.exp((warmth[:, None] - _MILD) / 10 * heat)
    by_week = np.where(_weekday(days)[:, None] >= _SATURDAY, weekend, 1.0)
    on_menu = np.array([[month in p.months for p in PRODUCTS] for month in range(1, 13)])[_month(days)]
    return daily * by_warmth * by_week * on_menu


def _open_days(
    number: int, conditions: _CityConditions, days: Days, opened: int, random: np.random.Generator
) -> NDArray[np.bool_]:
    is_open = (np.arange(len(days)) >= opened) & ~np.isin(conditions.holiday, _CLOSED)
    if number % _CLOSED_ON_SUNDAYS == 1:
        is_open &= _weekday(days) != _SATURDAY + 1
    if number % _REFURBISHED == _REFURBISHED - 3:
        start = int(random.uniform(0.4, 0.8) * len(days))
        is_open[start : start + 9] = False
    return is_open


def _prices(country: str, days: Days, campaign: Whole) -> Floats:
    """Days by products, in whole cents; raised each January."""
    year = days.astype("datetime64[Y]").astype(np.int64)
    raised = (1 + _INFLATION) ** (year - year[-1])
    list_price = raised[:, None] * PRICES[country] * np.array([p.price for p in PRODUCTS])
    return np.round(list_price * (1 - np.array([c.discount for c in CAMPAIGNS])[campaign]), 2)


def _day_facts(
    number: int, conditions: _CityConditions, days: Days, random: np.random.Generator
) -> pl.DataFrame:
    """The columns that all rows of a store's day share; the weather is missing at times, once for a week."""
    reported = random.random(len(days)) >= _STATION_FAILS
    start = int(random.integers(0, max(1, len(days) - 7)))
    reported[start : start + 7] = False
    return pl.DataFrame({"Date": days.astype(str), "Holiday": conditions.holiday.tolist()}).with_columns(
        pl.lit(f"GJ-{number + 1:04d}").alias("StoreID"),
        pl.lit(conditions.city.country).alias("Country"),
        pl.lit(conditions.city.name).alias("City"),
        Weather=pl.when(pl.Series(reported)).then(pl.Series(conditions.weather.tolist())),
    )


def _with_flaws(sold: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Makes one row in four thousand invalid in each of four ways, at least one."""
    count = max(1, sold.height // 4000)
    picked = pl.Series(random.permutation(sold.height)[: 4 * count])
    negative, unparseable, future, doubled = (picked[i * count : (i + 1) * count] for i in range(4))
    row = pl.int_range(pl.len())
    date, quantity = pl.col("Date"), pl.col("QuantitySold")
    flawed = sold.with_columns(
        QuantitySold=pl.when(row.is_in(negative.implode())).then(-quantity).otherwise(quantity),
        Date=pl.when(row.is_in(unparseable.implode()))
        .then(date.str.head(4) + "-02-30")
        .when(row.is_in(future.implode()))
        .then((date.str.head(4).cast(pl.Int64) + _YEARS_TOO_FAR).cast(pl.String) + date.str.slice(4))
        .otherwise(date),
    )
    return pl.concat([flawed, flawed[doubled]])


def _weekday(days: Days) -> Whole:
    """Monday is 0."""
    return (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday


def _month(days: Days) -> Whole:
    """January is 0."""
    return calendar.month_of_year(days.astype("datetime64[M]")) - 1
