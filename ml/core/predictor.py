"""A model with all that a forecast needs: who the stores are, what is known of a month, how wide to be."""

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

    `fallback` is `None`, or the level whose mean stood in for a store without history:
    `"city"`, `"country"` or `"all"`.
    """

    store_id: str
    month: dt.date
    quantity: float
    lower: float
    upper: float
    fallback: str | None = None
    warnings: tuple[str, ...] = ()
