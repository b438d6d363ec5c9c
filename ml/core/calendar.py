"""Month arithmetic over arrays of `datetime64[M]`, and calendar features of a date as polars expressions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml.core.schema import Months

_EASTERNMOST = dt.timezone(dt.timedelta(hours=14))  # of the Line Islands
SEASONS = ("Winter", "Spring", "Summer", "Autumn")
"""Meteorological seasons of the northern hemisphere, in which all three countries lie."""

_SATURDAY_AND_SUNDAY = "0000011"


def as_months(values: Any) -> Months:
    """The months that dates, timestamps, ISO texts or a pandas column of them fall in.

    Raises:
        ValueError: a text is not an ISO date.
    """
    return np.asarray(values).astype("datetime64[M]")


def days_in_month(months: Months) -> NDArray[np.int64]:
    return (_first_day(months + np.timedelta64(1, "M")) - _first_day(months)).astype(np.int64)


def weekend_days(months: Months) -> NDArray[np.int64]:
    """Saturdays and Sundays of each month: eight to ten."""
    return np.asarray(
        np.busday_count(
            _first_day(months), _first_day(months + np.timedelta64(1, "M")), weekmask=_SATURDAY_AND_SUNDAY
        ),
        dtype=np.int64,
    )


def month_of_year(months: Months) -> NDArray[np.int64]:
    """January is 1, whatever the year."""
    return months.astype(np.int64) % 12 + 1  # datetime64[M] counts from January 1970


def season(months: Months) -> NDArray[Any]:
    """The name of each month's season, as an object array of `SEASONS`."""
    return np.array(SEASONS, dtype=object)[month_of_year(months) % 12 // 3]


def months_between(earlier: Months, later: Months) -> NDArray[np.int64]:
    """How many months to add to `earlier` to reach `later`."""
    return np.asarray(later - earlier).astype(np.int64)


def last_complete_month(until: dt.date) -> dt.date:
    """The last day of the last month that has ended by the end of the day `until`."""
    if until == dt.date.max:
        return until
    tomorrow = until + dt.timedelta(days=1)
    return tomorrow.replace(day=1) - dt.timedelta(days=1)


def latest_day(moment: dt.datetime) -> dt.date:
    """The day that it is somewhere at that moment (UTC if it has no zone): a store may be a day ahead."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return aware.astimezone(_EASTERNMOST).date()


def is_weekend(date: pl.Expr) -> pl.Expr:
    return date.dt.weekday() >= 6  # noqa: PLR2004 - ISO: Monday is 1, Saturday 6


def _first_day(months: Months) -> NDArray[np.datetime64]:
    return months.astype("datetime64[D]")
