"""Holidays against dates that anyone can look up."""

from __future__ import annotations

import datetime as dt

import pytest

from ml.core.holidays import easter, national_holidays, nth_weekday


@pytest.mark.parametrize(
    ("country", "date", "name"),
    [
        ("USA", "2024-05-27", "Memorial Day"),
        ("USA", "2021-05-31", "Memorial Day"),
        ("USA", "2024-11-28", "Thanksgiving"),
        ("USA", "2023-06-19", "Juneteenth"),
        ("Canada", "2024-03-29", "Good Friday"),
        ("Canada", "2024-05-20", "Victoria Day"),
        ("Canada", "2021-05-24", "Victoria Day"),
        ("Canada", "2024-10-14", "Thanksgiving"),
        ("Mexico", "2024-02-05", "Día de la Constitución"),
        ("Mexico", "2024-11-18", "Día de la Revolución"),
    ],
)
def test_holidays_fall_on_their_days(country: str, date: str, name: str) -> None:
    day = dt.date.fromisoformat(date)
    assert national_holidays(country, day.year)[day] == name


def test_juneteenth_was_no_holiday_before_2021() -> None:
    assert "Juneteenth" not in national_holidays("USA", 2020).values()


@pytest.mark.parametrize(
    "date", ["2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21", "2024-03-31", "2038-04-25"]
)
def test_easter_is_that_of_the_church_calendar(date: str) -> None:
    day = dt.date.fromisoformat(date)
    assert easter(day.year) == day


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_nth_weekday_is_counted_from_the_first(n: int) -> None:
    for month in range(1, 13):
        for weekday in range(7):
            days = [dt.date(2024, month, d) for d in range(1, 29)]
            assert nth_weekday(2024, month, weekday, n) == [d for d in days if d.weekday() == weekday][n - 1]
