"""Trading days of a store by month: counted in the past, estimated for future months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.core.calendar import days_in_month, month_of_year
from ml.core.schema import Months

Floats = NDArray[np.float64]

# Weekly patterns of trading days, Monday first; the first pattern is the default.
_EVERY_DAY = np.ones((1, 7))
_ALL_BUT_ONE = 1 - np.eye(7)[::-1]  # closed on Sundays first: the most frequent
_WEEKDAYS = np.array([[1, 1, 1, 1, 1, 0, 0]])
_WEEKLY = np.eye(7)  # one row a week, dated with always the same weekday
PATTERNS: Floats = np.vstack([_EVERY_DAY, _ALL_BUT_ONE, _WEEKDAYS, _WEEKLY]).astype(np.float64)

CALENDAR = -1
"""The pattern of a store whose trading days do not follow the week (monthly rows, rare sales)."""

_CLEARLY_BETTER = 0.8
"""A pattern replaces the default if its deviation is at most this share of the default's."""
_TYPICAL_DEVIATION = 0.1
"""Trading days that deviate from their pattern by more than this share do not follow it."""
_FAR = 3.0
"""Cap of a month's deviation in days: a closure must not decide on the pattern."""
_ODD_SHARE = 0.85
"""A month open for less than this share of the usual (a closure) is left out of the estimate."""


def pattern_days(months: Months) -> Floats:
    """Trading days of each month by each pattern.

    Returns:
        Shape (months, patterns).
    """
    start = months.astype("datetime64[D]")
    length = days_in_month(months)
    first = (start.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday; Monday is 0
    position = (np.arange(7) - first[:, None]) % 7  # days until that weekday first comes
    weekdays = 4 + (position < length[:, None] - 28)
    return weekdays @ PATTERNS.T


@dataclass(frozen=True)
class TradingCalendar:
    """The trading days of each series.

    Attributes:
        pattern: (series,) index into `PATTERNS`, or `CALENDAR`.
        share: (series, 12) share of the pattern's days on which it trades, by calendar month, January first.
    """

    pattern: NDArray[np.int64]
    share: Floats

    @classmethod
    def fit(cls, trading_days: Floats, months: Months) -> Self:
        """Finds the pattern of each series.

        Args:
            trading_days: (series, months) days with sales, NaN where the month is unknown.
            months: (months,) which months these are.
        """
        known = ~np.isnan(trading_days)
        days = np.where(known, trading_days, 0.0)
        counts = pattern_days(months)
        # (patterns, series): days with sales over days that the pattern offers
        usual = np.stack([_median(trading_days / np.maximum(c, 1)) for c in counts.T])
        deviation = np.stack([_deviation(trading_days, c, u) for c, u in zip(counts.T, usual, strict=True)])
        best = deviation.argmin(0)
        everyone = np.arange(len(days))
        pattern = np.where(deviation[best, everyone] <= _CLEARLY_BETTER * deviation[0], best, 0)
        mean_days = days.sum(1) / np.maximum(known.sum(1), 1)
        chance = deviation[pattern, everyone] > _TYPICAL_DEVIATION * mean_days
        at_most_once = np.where(known, trading_days, 0).max(1, initial=0) <= 1
        pattern = np.where(chance | at_most_once, CALENDAR, pattern)
        return cls(pattern, _shares(trading_days, counts[:, pattern].T, months, pattern))

    def past(self, trading_days: Floats, months: Months) -> Floats:
        """The days by which to divide a past month's quantity: (series, months)."""
        by_calendar = np.broadcast_to(days_in_month(months).astype(np.float64), trading_days.shape)
        return np.where((self.pattern == CALENDAR)[:, None], by_calendar, trading_days)

    def future(self, series: NDArray[np.int64], months: Months) -> Floats:
        """The expected trading days of each of `series` in the month of the same position in `months`."""
        pattern = self.pattern[series]
        open_days = pattern_days(months)[np.arange(len(months)), pattern]
        open_days = open_days * self.share[series, month_of_year(months) - 1]
        return np.where(pattern == CALENDAR, days_in_month(months), open_days)

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {"opening_pattern": self.pattern, "opening_share": self.share}


def _deviation(trading_days: Floats, count: Floats, usual: Floats) -> Floats:
    """Mean distance in days of a series' months from the pattern; zero for a series without any month."""
    distance = np.minimum(np.abs(trading_days - usual[:, None] * count), _FAR)
    known = ~np.isnan(distance)
    return np.where(known, distance, 0.0).sum(1) / np.maximum(known.sum(1), 1)


def _median(values: Floats) -> Floats:
    """By row, of what is known; 1 for a row without any."""
    return np.nanmedian(np.where(np.isnan(values).all(1, keepdims=True), 1.0, values), axis=1)


def _shares(trading_days: Floats, counts: Floats, months: Months, pattern: NDArray[np.int64]) -> Floats:
    share = trading_days / counts
    share[pattern == CALENDAR] = 1.0
    usual = _median(share)
    share[share < _ODD_SHARE * usual[:, None]] = np.nan
    number = month_of_year(months)
    result = np.repeat(usual[:, None], 12, axis=1)
    for month in range(12):
        own = share[:, number == month + 1]
        seen = (~np.isnan(own)).sum(1)
        mean = np.nansum(own, axis=1) / np.maximum(seen, 1)
        result[:, month] = np.where(seen > 0, mean, usual)
    return result
