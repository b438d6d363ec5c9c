"""Names and types of the tables that travel between steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Recipe = Literal["customer", "extended"]

# A raw sales row. Snowflake returns upper case, so columns are matched without regard to case.
RAW_COLUMNS = (
    "StoreID",
    "Country",
    "City",
    "Category",
    "Product",
    "Date",
    "QuantitySold",
    "Price",
    "Weather",
    "Promotion",
    "Holiday",
)

# The keys of a series, and of a row of the two data sets.
SERIES = ("StoreID", "Country", "City")
KEYS = (*SERIES, "Month")
TARGET = "QuantitySold"

# The customer's nine features, in the customer's order.
CUSTOMER_FEATURES = (
    "StoreID",
    "Country",
    "City",
    "Price",
    "Weather",
    "Promotion",
    "Holiday",
    "IsWeekend",
    "Season",
)

# `sales-monthly` (one row per store, country, city and month; `Month` is its first day):
#   the customer's aggregate    QuantitySold sum, Price mean, Weather/Promotion/Holiday last by date,
#                               IsWeekend share of rows, Season
#   and counts                  Rows, TradingDays (distinct dates), Complete (false: the month was cut off)
# `sales-features` adds         DaysInMonth, WeekendDays (of the calendar), WeatherMissing, PromotionMissing
#                               (shares of rows, before filling), `Category=<name>` (shares of rows)
MONTHLY_COLUMNS = (
    *KEYS,
    TARGET,
    "Price",
    "Weather",
    "Promotion",
    "Holiday",
    "IsWeekend",
    "Season",
    "Rows",
    "TradingDays",
    "Complete",
)
FEATURE_COLUMNS = (*MONTHLY_COLUMNS, "DaysInMonth", "WeekendDays", "WeatherMissing", "PromotionMissing")
CATEGORY_PREFIX = "Category="

# When a value of a feature is known: decides which features a model may use for a future month.
KNOWN: Mapping[str, Literal["static", "future", "past"]] = {
    "StoreID": "static",
    "Country": "static",
    "City": "static",
    "Price": "future",  # planned
    "Promotion": "future",  # planned
    "Holiday": "future",  # the calendar
    "IsWeekend": "future",
    "Season": "future",
    "DaysInMonth": "future",
    "WeekendDays": "future",
    "TradingDays": "past",
    "Weather": "past",
    "WeatherMissing": "past",
    "PromotionMissing": "past",
}

Columns = Mapping[str, NDArray[Any]]
"""Equal-length arrays by column name; a mapping, because the request path has no time for a DataFrame."""

Months = NDArray[np.datetime64]
"""Months as `datetime64[M]`."""
