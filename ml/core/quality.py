"""The content of `quality.json`: row counts, and warnings for the planner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from ml.core.completeness import Granularity
from ml.core.schema import RAW_COLUMNS, SERIES
from ml.core.validation import ValidatedRows

TWO_YEARS = 24


def summary(
    checked: ValidatedRows, monthly: pl.DataFrame, granularity: Granularity, warnings: Iterable[str]
) -> dict[str, Any]:
    """The content of `quality.json`, ready for JSON.

    `rows_in` of `reduction` are all raw rows, `rows_out` the store months; `incomplete_months` counts store
    months; `missing` counts the empty cells of all raw rows.
    """
    return {
        "rows_in": checked.rows_in,
        "rows_valid": checked.sales.height,
        "rows_quarantined": checked.quarantine.height,
        "rules": [{"rule": b.rule, "count": b.count, "example": b.example} for b in checked.broken],
        "warnings": [
            *checked.warnings,
            *_return_warnings(checked, monthly),
            *warnings,
            *_month_warnings(monthly, granularity),
        ],
        "reduction": {
            "rows_in": checked.rows_in,
            "rows_out": monthly.height,
            "factor": round(checked.rows_in / monthly.height, 1),
        },
        "returns": {"rows": checked.returns.rows, "quantity": checked.returns.quantity},
        "columns": [{"name": c, "missing": checked.missing[c]} for c in RAW_COLUMNS],
        "months": monthly["Month"].n_unique(),
        "stores": monthly["StoreID"].n_unique(),
        "first_month": monthly["Month"].dt.strftime("%Y-%m").min(),
        "last_month": monthly["Month"].dt.strftime("%Y-%m").max(),
        "incomplete_months": int((~monthly["Complete"]).sum()),
        "granularity": granularity,
    }


def _return_warnings(checked: ValidatedRows, monthly: pl.DataFrame) -> Iterable[str]:
    returned = checked.returns
    if returned.rows:
        yield (
            f"returns: {returned.rows:,} rows have a negative quantity; their {returned.quantity:,.12g} "
            "pieces are subtracted in their month (--returns set-aside leaves them out)"
        )
    below = monthly.filter(pl.col("QuantitySold") < 0).height
    if below:
        yield f"{below:,} store month(s) have more returns than sales, so less than nothing was sold"


def _month_warnings(monthly: pl.DataFrame, granularity: Granularity) -> Iterable[str]:
    if granularity == "monthly":
        yield (
            "every date stands for a whole month: trading days are taken from the calendar, IsWeekend is "
            "that of the one date, and months that were cut off cannot be detected"
        )
    if granularity == "weekly":
        yield "all dates fall on one day of the week: TradingDays counts the four or five of a month"
    yield from _incomplete(monthly)
    months = monthly["Month"].n_unique()
    if months < TWO_YEARS:
        yield f"{months} month(s) of history: no season occurs twice, so the yearly pattern is uncertain"
    gaps = _series_with_gaps(monthly)
    if gaps:
        yield f"{gaps:,} store(s) have whole months without rows between their first and last month"
    priceless = monthly["Price"].null_count()
    if priceless:
        yield f"{priceless:,} of {monthly.height:,} store months have no price at all"


def _incomplete(monthly: pl.DataFrame) -> Iterable[str]:
    incomplete = monthly.filter(~pl.col("Complete"))
    if incomplete.is_empty():
        return
    if incomplete.height == monthly.height:
        yield "every month is cut off at its start or end: there is no complete month to train on"
        return
    by_month = monthly.group_by("Month").agg(pl.col("Complete").any().alias("any")).sort("Month")
    whole = by_month.filter(~pl.col("any"))["Month"].dt.strftime("%Y-%m").to_list()
    of_all = f"; no store is complete in {', '.join(whole)}" if whole else ""
    yield f"{incomplete.height:,} of {monthly.height:,} store months are cut off, so incomplete{of_all}"


def _series_with_gaps(monthly: pl.DataFrame) -> int:
    month = pl.col("Month").dt.year().cast(pl.Int32) * 12 + pl.col("Month").dt.month()
    spans = monthly.group_by(SERIES).agg((month.max() - month.min() + 1 > pl.len()).alias("gap"))
    return int(spans["gap"].sum())
