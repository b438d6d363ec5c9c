"""A small panel of stores with known sales, and what a model is asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml.core import calendar
from ml.core.schema import Columns

CITIES = (("Mexico", "Guadalajara"), ("Canada", "Montréal"), ("U.S.", "Seattle"), ("U.S.", "Portland"))


def features(stores: int = 8, months: int = 36, *, seed: int = 0, first: str = "2021-01") -> pd.DataFrame:
    """`sales-features` rows: stores of a level each, with a season, growth, promotions and a little noise."""
    random = np.random.default_rng(seed)
    month = np.datetime64(first) + np.arange(months)
    number = np.arange(months)
    days = calendar.days_in_month(month).astype(float)
    tables: list[pd.DataFrame] = []
    for store in range(stores):
        country, city = CITIES[store % len(CITIES)]
        promotion = np.where(random.random(months) < 0.3, "Yes", "No")
        season = 1 + 0.3 * np.sin(2 * np.pi * (number % 12) / 12)
        rate = 10 * (store + 1) * season * 1.005**number * np.where(promotion == "Yes", 1.2, 1.0)
        tables.append(
            pd.DataFrame(
                {
                    "StoreID": f"S{store:03}",
                    "Country": country,
                    "City": city,
                    "Month": pd.to_datetime(month),
                    "QuantitySold": rate * days * np.exp(0.03 * random.standard_normal(months)),
                    "Price": np.round(3 + 0.1 * store + 0.2 * random.random(months), 2),
                    "Weather": random.choice(["Sunny", "Rainy", "Snow"], months),
                    "Promotion": promotion,
                    "Holiday": np.where(calendar.month_of_year(month) == 12, "Christmas", "None"),
                    "IsWeekend": calendar.weekend_days(month) / days,
                    "Season": calendar.season(month),
                    "Rows": days * 4,
                    "TradingDays": days,
                    "Complete": True,
                    "DaysInMonth": days,
                    "WeekendDays": calendar.weekend_days(month),
                    "WeatherMissing": 0.1 * random.random(months),
                    "PromotionMissing": 0.0,
                    "Category=Coffee": 0.6 + 0.05 * random.random(months),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def columns(rows: pd.DataFrame) -> Columns:
    """What `Fitted.predict` is given of these rows."""
    text = ("StoreID", "Country", "City", "Weather", "Promotion", "Holiday", "Season")
    numbers = ("Price", "IsWeekend", "DaysInMonth", "WeekendDays")
    return {
        **{name: rows[name].astype(object).to_numpy() for name in text},
        **{name: rows[name].to_numpy(np.float64) for name in numbers},
        "Month": calendar.as_months(rows["Month"]),
    }


@pytest.fixture(scope="session")
def make_features() -> Callable[..., pd.DataFrame]:
    return features


@pytest.fixture(scope="session")
def columns_of() -> Callable[[pd.DataFrame], Columns]:
    return columns


@pytest.fixture(scope="session")
def history() -> pd.DataFrame:
    """Three years, of which a test may hold out the last months."""
    return features()
