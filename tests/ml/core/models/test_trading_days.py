"""Days of sales: which weekdays a store is open on, and what that makes of a month to come."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.core import calendar
from ml.core.models.trading_days import CALENDAR, PATTERNS, TradingCalendar, pattern_days

MONTHS = np.datetime64("2021-01") + np.arange(24)
NEXT = np.datetime64("2023-01") + np.arange(12)


def weekdays(month: np.datetime64, open_on: set[int]) -> int:
    """Days of the month on those weekdays (Monday is 0), counted one by one."""
    start, end = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
    return sum(day.weekday() in open_on for day in np.arange(start, end).tolist())


def days(open_on: set[int], months: NDArray[np.datetime64] = MONTHS) -> NDArray[np.float64]:
    return np.array([weekdays(month, open_on) for month in months], dtype=float)


def future(trading_calendar: TradingCalendar, series: int = 0) -> NDArray[np.float64]:
    return trading_calendar.future(np.full(len(NEXT), series), NEXT)


def test_pattern_days_count_the_weekdays_of_each_month() -> None:
    expected = [[weekdays(m, set(np.flatnonzero(p).tolist())) for p in PATTERNS] for m in MONTHS]
    assert pattern_days(MONTHS).tolist() == expected


@pytest.mark.parametrize(
    "open_on", [{0, 1, 2, 3, 4, 5}, {1, 2, 3, 4, 5, 6}, {0, 1, 2, 3, 4}, {4}, set(range(7))]
)
def test_the_days_to_come_follow_the_weekdays_on_which_a_store_was_open(open_on: set[int]) -> None:
    trading_calendar = TradingCalendar.fit(days(open_on)[None], MONTHS)
    assert future(trading_calendar).tolist() == days(open_on, NEXT).tolist()


def test_days_closed_in_the_same_month_of_the_past_years_are_expected_again() -> None:
    trading = days(set(range(7)))
    trading[[11, 23]] -= 2  # Christmas
    expected = calendar.days_in_month(NEXT).astype(float)
    expected[11] -= 2
    assert future(TradingCalendar.fit(trading[None], MONTHS)) == pytest.approx(expected)


def test_a_rebuilding_last_year_does_not_close_the_store_again() -> None:
    trading = days(set(range(7)))
    trading[14] = 5
    assert (
        future(TradingCalendar.fit(trading[None], MONTHS)).tolist() == calendar.days_in_month(NEXT).tolist()
    )


def test_rare_sales_are_chance_so_that_the_calendar_counts() -> None:
    trading = np.random.default_rng(0).integers(1, 9, len(MONTHS)).astype(float)
    trading_calendar = TradingCalendar.fit(trading[None], MONTHS)
    assert trading_calendar.pattern.tolist() == [CALENDAR]
    assert trading_calendar.past(trading[None], MONTHS)[0].tolist() == calendar.days_in_month(MONTHS).tolist()
    assert future(trading_calendar).tolist() == calendar.days_in_month(NEXT).tolist()


def test_rows_by_month_are_taken_by_the_calendar() -> None:
    trading_calendar = TradingCalendar.fit(np.ones((1, len(MONTHS))), MONTHS)
    assert trading_calendar.pattern.tolist() == [CALENDAR]


def test_stores_are_told_apart_and_unknown_months_do_not_matter() -> None:
    closed_on_sunday = days({0, 1, 2, 3, 4, 5})
    late = days(set(range(7)))
    late[:20] = np.nan
    trading_calendar = TradingCalendar.fit(np.stack([closed_on_sunday, late]), MONTHS)
    assert future(trading_calendar, 0).tolist() == days({0, 1, 2, 3, 4, 5}, NEXT).tolist()
    assert future(trading_calendar, 1).tolist() == days(set(range(7)), NEXT).tolist()
