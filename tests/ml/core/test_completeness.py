"""Cut-off months and closed days are not the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from ml.core import completeness
from ml.core.calendar import as_months
from ml.core.completeness import complete_months, day_bit, granularity, trading_days

RowRule = Callable[[dt.date], bool]


def _days(first: str, last: str, trades: RowRule = lambda _: True) -> list[dt.date]:
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    every = (start + dt.timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in every if trades(day)]


def _incomplete(*stores: list[dt.date]) -> list[tuple[int, str]]:
    """The store months that are marked as cut off."""
    rows = pl.concat(pl.DataFrame({"store": [n] * len(days), "day": days}) for n, days in enumerate(stores))
    months = (
        rows.group_by("store", pl.col("day").dt.month_start().alias("month"))
        .agg(day_bit(pl.col("day")).bitwise_or().alias("bits"))
        .sort("store", "month")
    )
    complete = complete_months(
        months["store"].to_numpy(), as_months(months["month"].to_numpy()), months["bits"].to_numpy()
    )
    cut = months.filter(~pl.Series(complete))
    return list(zip(cut["store"], cut["month"].dt.strftime("%Y-%m"), strict=True))


def _not_sunday(day: dt.date) -> bool:
    return day.weekday() != 6


def _weekdays(day: dt.date) -> bool:
    return day.weekday() < 5


EVERY_WEEK = pytest.mark.parametrize(
    "trades", [lambda _: True, _not_sunday, _weekdays], ids=["daily", "no Sunday", "offices"]
)


@EVERY_WEEK
def test_whole_months_are_complete_whatever_the_closed_days(trades: RowRule) -> None:
    """January 2023 starts on a Sunday and a holiday; April 2023 ends on a Sunday."""
    assert _incomplete(_days("2023-01-01", "2023-04-30", trades)) == []
    assert _incomplete(_days("2023-01-02", "2023-04-30", trades)) == []


@EVERY_WEEK
def test_the_cut_off_ends_of_the_data_are_incomplete(trades: RowRule) -> None:
    assert _incomplete(_days("2023-01-12", "2023-05-20", trades)) == [(0, "2023-01"), (0, "2023-05")]


def test_the_month_in_which_a_store_opens_is_incomplete() -> None:
    old = _days("2023-01-01", "2023-06-30", _not_sunday)
    new = _days("2023-03-15", "2023-06-30", _not_sunday)
    assert _incomplete(old, new, old) == [(1, "2023-03")]


def test_the_month_in_which_a_store_closes_for_good_is_incomplete() -> None:
    old = _days("2023-01-01", "2023-06-30")
    missing = _days("2023-01-01", "2023-04-11")
    assert _incomplete(old, missing) == [(1, "2023-04")]


def test_a_closure_in_the_middle_does_not_cut_a_month_off() -> None:
    shut = (dt.date(2023, 3, 1), dt.date(2023, 3, 20))
    refurbished = _days("2023-01-01", "2023-06-30", lambda d: not shut[0] <= d <= shut[1])
    assert _incomplete(refurbished) == []


def test_one_long_closure_does_not_excuse_a_cut_off_month() -> None:
    shut = (dt.date(2023, 3, 1), dt.date(2023, 3, 20))
    refurbished = _days("2023-01-01", "2023-06-11", lambda d: not shut[0] <= d <= shut[1])
    assert _incomplete(_days("2023-01-01", "2023-06-30"), refurbished) == [(1, "2023-06")]


def test_a_store_that_rarely_sells_is_complete_until_the_data_end() -> None:
    """It sells on 4, 14 and 24 June: six days without a sale mean nothing, but that all stores stop does."""
    busy = _days("2023-01-01", "2023-06-30")
    rare = _days("2023-01-03", "2023-06-30", lambda d: (dt.date(2023, 6, 24) - d).days % 10 == 0)
    assert _incomplete(busy, rare) == []
    until = dt.date(2023, 6, 24)
    cut = [[day for day in days if day <= until] for days in (busy, rare)]
    assert _incomplete(*cut) == [(0, "2023-06"), (1, "2023-06")]


def test_weekly_rows_need_every_week() -> None:
    fridays = _days("2023-02-01", "2023-05-31", lambda d: d.weekday() == 4)
    assert _incomplete(fridays) == []
    assert _incomplete(fridays[1:-1]) == [(0, "2023-02"), (0, "2023-05")]
    from_the_eighth = _days("2023-09-02", "2023-12-31", lambda d: d.weekday() == 4)  # without Friday the 1st
    assert _incomplete(from_the_eighth) == [(0, "2023-09")]


def test_one_month_is_judged_by_a_weekend() -> None:
    assert _incomplete(_days("2023-03-01", "2023-03-31", _weekdays)) == []
    assert _incomplete(_days("2023-03-01", "2023-03-20", _weekdays)) == [(0, "2023-03")]


def test_gaps_are_counted_inside_the_month_only() -> None:
    """Sold on 3, 4 and 20 February 2023, of 28 days, and on no day of the other month."""
    bits = np.array([2**2 + 2**3 + 2**19, 0], dtype=np.uint32)
    before, longest, after = completeness._gaps(bits, np.array([28, 30]))
    assert (before.tolist(), longest.tolist(), after.tolist()) == ([2, 30], [15, 30], [8, 30])


def test_days_are_counted_from_bits() -> None:
    days = [dt.date(2024, 1, 1), dt.date(2024, 1, 1), dt.date(2024, 1, 31), dt.date(2024, 1, 15)]
    bits = pl.DataFrame({"d": days}).select(day_bit(pl.col("d")).bitwise_or()).to_series().to_numpy()
    assert bits.tolist() == [2**0 + 2**14 + 2**30]
    assert trading_days(bits).tolist() == [3]
    assert trading_days(np.array([0, 2**31 - 1], dtype=np.uint32)).tolist() == [0, 31]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["2024-01-01", "2024-02-01", "2024-02-01"], "monthly"),
        (["2024-01-31", "2024-02-29"], "monthly"),
        (["2024-01-01", "2024-02-29"], "daily"),
        (["2024-01-05", "2024-01-12"], "weekly"),
        (["2024-01-05", "2024-01-13"], "daily"),
    ],
)
def test_the_granularity_is_told_from_the_dates(days: list[str], expected: str) -> None:
    assert granularity(pl.Series(days).str.to_date()) == expected
