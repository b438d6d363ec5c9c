"""The customer's recipe: daily sales rows to one row per store and month."""

from __future__ import annotations

import numpy as np
import polars as pl

from ml.core import calendar
from ml.core.completeness import Granularity, complete_months, day_bit, trading_days
from ml.core.filling import EMPTY
from ml.core.schema import KEYS, MONTHLY_COLUMNS, SERIES, TARGET

LAST = ("Weather", "Promotion", "Holiday")
_ORDER = ("Date", "Product", "Category", *LAST)

_DAYS, _SOLD = "days with rows", "days with sales"
_UNIT = 2.0**-48  # a power of two, so that scaling by it loses nothing


def exact_sum(column: str) -> pl.Expr:
    """A sum that does not depend on the order in which threads add.

    Floats are summed as multiples of 2**-48. Added as floats, the same rows would give other last digits on
    every run, so a step's output would never be the same twice.
    """
    return (pl.col(column) / _UNIT).cast(pl.Int128).sum().cast(pl.Float64) * _UNIT


def by_month(sales: pl.DataFrame) -> pl.LazyFrame:
    """The rows with the recipe's features of the date, lazily."""
    return sales.lazy().with_columns(
        pl.col("Date").dt.month_start().alias("Month"),  # the customer's MonthYear
        calendar.is_weekend(pl.col("Date")).alias("IsWeekend"),
        day_bit(pl.col("Date")).alias(_DAYS),
    )


def monthly(sales: pl.DataFrame, granularity: Granularity) -> pl.DataFrame:
    """Aggregates filled rows (`filling.fill`) by store, country, city and month.

    The sum of `QuantitySold`, the mean of `Price`, the share of weekend days among the rows, and the last
    Weather, Promotion and Holiday by date. Of several rows on the last day the last is taken in the order
    of Product, Category, Weather, Promotion and Holiday, so that the order of the data does not matter;
    `Holiday` is the last one known, as pandas' `last` has it, or "None".

    Returns:
        `schema.MONTHLY_COLUMNS`, sorted by `schema.KEYS`. `TradingDays` counts the days on which something
        was sold (all days with rows if nothing was); where rows come by month it is the calendar's days, and
        every month counts as complete.
    """
    rows = by_month(sales)
    aggregated = rows.group_by(KEYS).agg(
        exact_sum(TARGET).alias(TARGET),
        (exact_sum("Price") / pl.col("Price").count()).fill_nan(None).alias("Price"),
        pl.col("IsWeekend").mean(),
        pl.len().cast(pl.Int64).alias("Rows"),
        pl.col("Date").max(),
        pl.col(_DAYS).bitwise_or(),
        pl.when(pl.col(TARGET) > 0).then(pl.col(_DAYS)).otherwise(0).bitwise_or().alias(_SOLD),
    )
    months = aggregated.sort(KEYS).collect(engine="streaming")
    if sales["Holiday"].null_count():
        known = rows.filter(pl.col("Holiday").is_not_null())
        day = known.group_by(KEYS).agg(pl.col("Date").max()).collect(engine="streaming")
        last = [_last(rows, months, LAST[:2]), _last(known, day, LAST[2:])]
    else:
        last = [_last(rows, months, LAST)]
    for values in last:
        months = months.join(values, on=KEYS, how="left", maintain_order="left")
    return _with_calendar(months, granularity).select(MONTHLY_COLUMNS)


def _last(rows: pl.LazyFrame, days: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """The values on the last day of each month, as `days` gives it; other days are filtered out first."""
    return (
        rows.filter(pl.col("Date").is_in(days["Date"].unique().implode()))
        .select(*KEYS, *_ORDER)
        .join(days.lazy().select(*KEYS, "Date"), on=[*KEYS, "Date"], how="semi")
        .group_by(KEYS)
        .agg(pl.struct(columns).sort_by(*_ORDER).last().alias("last"))
        .unnest("last")
        .collect(engine="streaming")
    )


def _with_calendar(months: pl.DataFrame, granularity: Granularity) -> pl.DataFrame:
    """Season, trading days and completeness, which are the same for all rows of a month."""
    month = calendar.as_months(months["Month"].to_numpy())
    days, sold = months[_DAYS].to_numpy(), months[_SOLD].to_numpy()
    if granularity == "monthly":
        trading, complete = calendar.days_in_month(month), np.ones(len(month), dtype=bool)
    else:
        series = months.select(pl.struct(SERIES).rle_id()).to_series().to_numpy()
        trading = trading_days(np.where(sold == 0, days, sold))
        complete = complete_months(series, month, days)
    return months.with_columns(
        pl.col("Holiday").fill_null(EMPTY["Holiday"]),
        pl.Series("Season", calendar.season(month).tolist(), dtype=pl.String),
        pl.Series("TradingDays", trading),
        pl.Series("Complete", complete),
    )
