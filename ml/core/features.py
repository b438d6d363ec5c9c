"""Training features: the monthly sales with their calendar, what was missing, and the mix of categories."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ml.core import calendar
from ml.core.filling import PROMOTION_MISSING, WEATHER_MISSING
from ml.core.recipe import by_month
from ml.core.schema import CATEGORY_PREFIX, FEATURE_COLUMNS, KEYS, Recipe

MAX_CATEGORIES = 30
OTHER = "other"

_ROWS, _TOTAL = "rows of category", "rows of month"
_MISSING = (WEATHER_MISSING, PROMOTION_MISSING)


@dataclass(frozen=True, kw_only=True)
class Features:
    """One row per row of the monthly sales: `schema.FEATURE_COLUMNS`, and shares if asked for."""

    frame: pl.DataFrame
    warnings: tuple[str, ...]


def features(sales: pl.DataFrame, monthly: pl.DataFrame, recipe: Recipe) -> Features:
    """Adds further features of a month to the rows of `recipe.monthly`.

    The extended recipe has a column `Category=<name>` per category: its share of the month's rows, which is
    the mean of the customer's one-hot column. Rows are counted by month and category in
    one pass, however many categories there are; beyond `MAX_CATEGORIES` the rarest are `Category=other`.
    """
    sums = [pl.len().alias(_ROWS), *(pl.col(flag).sum() for flag in _MISSING)]
    counts = by_month(sales).group_by(*KEYS, "Category").agg(sums).collect(engine="streaming")
    totals = counts.group_by(KEYS).agg(pl.col(_ROWS, *_MISSING).sum())
    month = calendar.as_months(monthly["Month"].to_numpy())
    frame = monthly.with_columns(
        pl.Series("DaysInMonth", calendar.days_in_month(month)),
        pl.Series("WeekendDays", calendar.weekend_days(month)),
    ).join(
        totals.select(*KEYS, *(pl.col(flag) / pl.col(_ROWS) for flag in _MISSING)),
        on=KEYS,
        how="left",
        maintain_order="left",
    )
    frame = frame.select(FEATURE_COLUMNS)
    if recipe == "customer":
        return Features(frame=frame, warnings=())
    counts, warnings = _with_few_categories(counts)
    shares = _shares(counts, totals)
    return Features(frame=frame.join(shares, on=KEYS, how="left", maintain_order="left"), warnings=warnings)


def _with_few_categories(counts: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    ranked = counts.group_by("Category").agg(pl.col(_ROWS).sum())
    ranked = ranked.sort(_ROWS, "Category", descending=[True, False])["Category"]
    if len(ranked) <= MAX_CATEGORIES:
        return counts, ()
    rest = ranked[MAX_CATEGORIES:]
    warning = (
        f"{len(ranked)} categories: all but the {MAX_CATEGORIES} most frequent are counted as {OTHER!r}, "
        f"such as {rest[0]!r}"
    )
    category = pl.when(pl.col("Category").is_in(rest.implode())).then(pl.lit(OTHER)).otherwise("Category")
    return counts.with_columns(Category=category), (warning,)


def _shares(counts: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    """A column per category, in alphabetical order."""
    wide = counts.pivot("Category", index=KEYS, values=_ROWS, aggregate_function="sum")
    names = sorted(set(wide.columns) - set(KEYS))
    wide = wide.join(totals.select(*KEYS, pl.col(_ROWS).alias(_TOTAL)), on=KEYS)
    shares = (pl.col(n).fill_null(0) / pl.col(_TOTAL) for n in names)
    return wide.select(*KEYS, *(s.alias(CATEGORY_PREFIX + n) for s, n in zip(shares, names, strict=True)))
