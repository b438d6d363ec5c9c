"""A row to forecast, and the forecast of one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ForecastRow:
    """One store and month to forecast; what is `None` is filled from the store's past."""

    store_id: str
    month: dt.date
    country: str | None = None
    city: str | None = None
    price: float | None = None
    weather: str | None = None
    promotion: str | None = None
    holiday: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Quantity of one store and month with its interval.

    `lower` and `upper` are `None` if the model has no interval, which a warning then states. `fallback` is
    `None`, or the region whose mean replaces a store without history: `"city"`, `"country"` or `"all"`.
    """

    store_id: str
    month: dt.date
    quantity: float
    lower: float | None
    upper: float | None
    fallback: str | None = None
    warnings: tuple[str, ...] = ()


def month_number(month: dt.date) -> int:
    """Months since January 1970, which is how `datetime64[M]` counts."""
    return (month.year - 1970) * 12 + month.month - 1


def month_of(number: int) -> dt.date:
    """The first day of the month with that number."""
    return dt.date(1970 + number // 12, number % 12 + 1, 1)
