"""Which months are complete, by the days that have rows, stored as one bit per day of a month."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml.core import calendar
from ml.core.schema import Months

Granularity = Literal["daily", "weekly", "monthly"]
DayBits = NDArray[np.uint32]
"""Per month, bit 0 for its first day to bit 30."""

_WEEKEND_OFF = 2
_NEARLY_DAILY = 3
_HOLIDAY = 1


def granularity(dates: pl.Series) -> Granularity:
    """How often rows come.

    Monthly if all stand on the first, or all on the last day of a month; weekly if on one day of the week.
    """
    days = dates.unique().drop_nulls()
    if (days == days.dt.month_start()).all() or (days == days.dt.month_end()).all():
        return "monthly"
    return "weekly" if days.dt.weekday().n_unique() == 1 else "daily"


def day_bit(date: pl.Expr) -> pl.Expr:
    """The bit of a date in its month; `bitwise_or` in a group-by combines them."""
    return (2 ** (date.dt.day().cast(pl.Int64) - 1)).cast(pl.UInt32)


def trading_days(bits: DayBits) -> NDArray[np.int64]:
    return np.bitwise_count(bits).astype(np.int64)


def complete_months(series: NDArray[np.integer[Any]], months: Months, bits: DayBits) -> NDArray[np.bool_]:
    """False for a first or last month, of a store or of the data, that lacks days at its outer edge.

    Stores close on Sundays and holidays, so the gap at the edge is compared with the longest gap that is
    usual inside a month: the median over the store's inner months, else over those of all stores, else a
    weekend. A store that trades nearly every day may miss one day more, because months begin and end with
    public holidays.

    Args:
        series: a number per series; rows are sorted by it and then by month.
        months: the month of each row.
        bits: the days with rows, of each row.
    """
    length = calendar.days_in_month(months)
    before, longest, after = _gaps(bits, length)
    first = np.r_[True, series[1:] != series[:-1]]
    last = np.r_[first[1:], True]
    usual = _usual_gap(series, longest, inner=~first & ~last)
    complete = ~((first & (before > usual)) | (last & (after > usual)))
    return complete & ~_cut_for_all(months, bits)


def _cut_for_all(months: Months, bits: DayBits) -> NDArray[np.bool_]:
    """Whether the data set's own first or last month is cut off, which rarely selling stores do not show."""
    every, index = np.unique(months, return_inverse=True)
    together = np.zeros(len(every), dtype=np.uint32)
    np.bitwise_or.at(together, index, bits)
    before, longest, after = _gaps(together, calendar.days_in_month(every))
    inner = np.ones(len(every), dtype=bool)
    inner[[0, -1]] = False
    usual = _usual_gap(np.zeros(len(every), dtype=np.int64), longest, inner=inner)
    cut = np.zeros(len(every), dtype=bool)
    cut[0] |= before[0] > usual[0]
    cut[-1] |= after[-1] > usual[-1]
    return cut[index]


def _usual_gap(
    series: NDArray[np.integer[Any]], longest: NDArray[np.int64], *, inner: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The longest gap that is usual inside a month, with the holiday's allowance, for each row's series."""
    frame = pl.DataFrame({"series": series, "gap": np.where(inner, longest, -1)})
    gap = pl.col("gap").filter(pl.col("gap") >= 0)
    pooled = frame.select(gap.median()).item()
    fallback = _WEEKEND_OFF if pooled is None else pooled
    usual = frame.select(gap.median().over("series").fill_null(fallback)).to_series().to_numpy()
    return usual + np.where(usual <= _NEARLY_DAILY, _HOLIDAY, 0)


def _gaps(bits: DayBits, length: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Days without rows before the first day with some, the longest such run, and after the last day."""
    run = np.zeros(len(bits), dtype=np.int64)
    longest = np.zeros_like(run)
    before = np.full_like(run, -1)
    for day in range(int(length.max(initial=0))):
        inside = day < length
        traded = (bits >> np.uint32(day)) & np.uint32(1) == 1
        before = np.where((before < 0) & traded, run, before)
        run = np.where(inside, np.where(traded, 0, run + 1), run)
        longest = np.maximum(longest, run)
    return np.where(before < 0, run, before), longest, run
