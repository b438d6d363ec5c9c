"""The calendar is checked against Python's own, month by month."""

from __future__ import annotations

import calendar as python_calendar
import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml.core import calendar

EVERY_MONTH = np.datetime64("1999-11") + np.arange(12 * 40)


def _python_dates() -> list[dt.date]:
    return [dt.date.fromisoformat(f"{month}-01") for month in EVERY_MONTH]


def test_days_in_month_are_those_of_pythons_calendar_leap_years_included() -> None:
    expected = [python_calendar.monthrange(d.year, d.month)[1] for d in _python_dates()]
    assert calendar.days_in_month(EVERY_MONTH).tolist() == expected


def test_weekend_days_count_saturdays_and_sundays() -> None:
    expected = [
        sum(
            weekday >= 5 and day > 0
            for day, weekday in python_calendar.Calendar().itermonthdays2(d.year, d.month)
        )
        for d in _python_dates()
    ]
    assert calendar.weekend_days(EVERY_MONTH).tolist() == expected


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("2023-12", "Winter"),
        ("2024-02", "Winter"),
        ("2024-03", "Spring"),
        ("2024-05", "Spring"),
        ("2024-06", "Summer"),
        ("2024-08", "Summer"),
        ("2024-09", "Autumn"),
        ("2024-11", "Autumn"),
    ],
)
def test_seasons_start_in_december_march_june_and_september(month: str, expected: str) -> None:
    assert calendar.season(calendar.as_months([month])).tolist() == [expected]


def test_a_date_in_a_query_is_on_a_weekend_as_the_calendar_says() -> None:
    days = pl.DataFrame({"d": pl.date_range(dt.date(2023, 12, 1), dt.date(2025, 1, 31), eager=True)})
    columns = days.select(
        weekend=calendar.is_weekend(pl.col("d")),
    )
    assert columns["weekend"].to_list() == [d.weekday() >= 5 for d in days["d"].to_list()]


def test_the_difference_of_months_counts_months() -> None:
    steps = np.arange(len(EVERY_MONTH)) - 200
    moved = EVERY_MONTH + steps.astype("timedelta64[M]")
    assert calendar.months_between(EVERY_MONTH, moved).tolist() == steps.tolist()


@pytest.mark.parametrize(
    "values",
    [
        ["2024-02-29", "2024-03-01"],
        [dt.date(2024, 2, 29), dt.date(2024, 3, 1)],
        np.array(["2024-02-29", "2024-03-01"], dtype="datetime64[ns]"),
        pd.Series(pd.to_datetime(["2024-02-29", "2024-03-01"])),
        [pd.Timestamp("2024-02-29"), pd.Timestamp("2024-03-01")],
    ],
)
def test_months_are_read_from_whatever_holds_dates(values: object) -> None:
    months = calendar.as_months(values)
    assert months.dtype == np.dtype("datetime64[M]")
    assert months.astype(str).tolist() == ["2024-02", "2024-03"]


@pytest.mark.parametrize(
    ("until", "expected"),
    [("2024-02-28", "2024-01-31"), ("2024-02-29", "2024-02-29"), ("2024-03-01", "2024-02-29")],
)
def test_a_month_is_complete_from_its_last_day_on(until: str, expected: str) -> None:
    assert calendar.last_complete_month(dt.date.fromisoformat(until)) == dt.date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-30T09:59:59+00:00", "2026-11-30"),
        ("2026-11-30T10:00:00+00:00", "2026-12-01"),
        ("2026-11-30T10:00:00", "2026-12-01"),
        ("2026-12-01T00:00:00+14:00", "2026-12-01"),
        ("2026-11-30T23:00:00-12:00", "2026-12-02"),
    ],
)
def test_the_latest_day_is_that_of_the_easternmost_time_zone(moment: str, day: str) -> None:
    """At 10:00 UTC the next day begins in UTC+14."""
    assert str(calendar.latest_day(dt.datetime.fromisoformat(moment))) == day
