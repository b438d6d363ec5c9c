"""Fills empty cells of valid rows, with a warning for every assumption."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from ml.core.schema import SERIES

EMPTY = {
    "Country": "unknown",
    "City": "unknown",
    "Category": "unknown",
    "Product": "unknown",
    "Weather": "unknown",
    "Promotion": "None",
    "Holiday": "None",
}
"""The value for a column without any: for promotion and holiday it means that there was none."""

WEATHER_MISSING = "WeatherMissing"
PROMOTION_MISSING = "PromotionMissing"
_FLAGS = {"Weather": WEATHER_MISSING, "Promotion": PROMOTION_MISSING}

_MOST_NAMED = 3  # stores in a warning


@dataclass(frozen=True, kw_only=True)
class Filled:
    """Rows without empty text except in `Holiday`, with flags for what was missing."""

    sales: pl.DataFrame
    warnings: tuple[str, ...]


def fill(sales: pl.DataFrame) -> Filled:
    """Fills the valid rows of `validation.check`.

    Weather and Promotion take the most frequent value, of equally frequent ones the first in alphabetical
    order; flags record that they were missing. Country and City take the store's own most frequent value. A
    column without any value takes its constant of `EMPTY`, and a price that is empty everywhere takes 0.
    `Holiday` keeps its gaps if it has any value: the recipe takes the last known one.
    """
    warnings: list[str] = []
    flags = [pl.col(column).is_null().alias(flag) for column, flag in _FLAGS.items()]
    columns: list[pl.Expr] = []
    for column, constant in EMPTY.items():
        gaps = sales[column].null_count()
        if gaps == sales.height:
            warnings.append(
                f"{column} is empty in every row: filled with {constant!r}, it has no effect on the forecast"
            )
            columns.append(pl.lit(constant).alias(column))
        elif gaps and column in _FLAGS:
            value = most_frequent(sales[column])
            warnings.append(
                f"{column} is missing in {gaps:,} of {sales.height:,} rows: filled with the usual {value!r}"
            )
            columns.append(pl.col(column).fill_null(value))
        elif gaps and column in {"Category", "Product"}:
            columns.append(pl.col(column).fill_null(constant))
    if sales["Price"].null_count() == sales.height:
        warnings.append("Price is empty in every row: filled with 0, it has no effect on the forecast")
        columns.append(pl.lit(0.0).alias("Price"))
    filled = _with_locations(sales.with_columns(*flags, *columns))
    return Filled(sales=filled.sales, warnings=(*warnings, *filled.warnings))


def most_frequent(values: pl.Series) -> str:
    """The most frequent value that is not null; of equally frequent ones the first in alphabetical order."""
    counts = values.drop_nulls().value_counts(name="n").sort("n", values.name, descending=[True, False])
    return str(counts[values.name][0])


def _with_locations(sales: pl.DataFrame) -> Filled:
    """Fills a store's Country and City from its other rows."""
    locations = sales.group_by(SERIES).agg(pl.len().alias("n"))
    known = locations
    for column in ("Country", "City"):
        best = (
            locations.filter(pl.col(column).is_not_null())
            .group_by("StoreID", column)
            .agg(pl.col("n").sum())
            .sort("n", column, descending=[True, False])
            .unique("StoreID", keep="first", maintain_order=True)
            .select("StoreID", pl.col(column).alias(f"own {column}"))
        )
        known = known.join(best, on="StoreID", how="left").with_columns(
            pl.coalesce(column, f"own {column}", pl.lit(EMPTY[column])).alias(f"own {column}")
        )
    warnings = list(_location_warnings(sales.height, known))
    if known.select(pl.any_horizontal(pl.col("Country", "City").is_null()).any()).item():
        own = known.select(*SERIES, "own Country", "own City")
        sales = sales.join(own, on=SERIES, how="left", nulls_equal=True, maintain_order="left")
        sales = sales.with_columns(Country="own Country", City="own City").drop("own Country", "own City")
    return Filled(sales=sales, warnings=tuple(warnings))


def _location_warnings(rows: int, known: pl.DataFrame) -> Iterable[str]:
    for column in ("Country", "City"):
        gaps = known.filter(pl.col(column).is_null())["n"].sum()
        if gaps:
            yield f"{column} is missing in {gaps:,} of {rows:,} rows: filled from the store's other rows"
    moved = known.select("StoreID", "own Country", "own City").unique().group_by("StoreID").len()
    stores = moved.filter(pl.col("len") > 1)["StoreID"].sort().to_list()
    if stores:
        named = ", ".join(stores[:_MOST_NAMED]) + (", …" if len(stores) > _MOST_NAMED else "")
        yield f"{len(stores):,} store(s) have more than one location, each is a series of its own: {named}"
