"""How a missing cell is filled, and that there is a warning."""

from __future__ import annotations

from typing import Any

import polars as pl

from ml.core.filling import fill, most_frequent
from ml.core.schema import RAW_COLUMNS

TYPES: dict[str, Any] = {
    **dict.fromkeys(RAW_COLUMNS, pl.String),
    "Date": pl.Date,
    "QuantitySold": pl.Float64,
    "Price": pl.Float64,
}


def _sales(**columns: list[Any]) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    usual: dict[str, Any] = {c: ["x"] * height for c in RAW_COLUMNS}
    usual |= {"Date": [None] * height, "QuantitySold": [1.0] * height, "Price": [1.0] * height}
    return pl.DataFrame(usual | columns, schema=TYPES)


def test_weather_and_promotion_take_the_most_frequent_value_and_a_flag() -> None:
    filled = fill(_sales(Weather=["Rain", None, "Sunny", "Sunny"], Promotion=[None, "No", None, "No"]))
    assert filled.sales["Weather"].to_list() == ["Rain", "Sunny", "Sunny", "Sunny"]
    assert filled.sales["WeatherMissing"].to_list() == [False, True, False, False]
    assert filled.sales["PromotionMissing"].to_list() == [True, False, True, False]
    assert filled.warnings == (
        "Weather is missing in 1 of 4 rows: filled with the usual 'Sunny'",
        "Promotion is missing in 2 of 4 rows: filled with the usual 'No'",
    )


def test_of_equally_frequent_values_the_first_in_the_alphabet_is_taken() -> None:
    assert most_frequent(pl.Series(["b", "a", None, None, None, "c", "a", "b"])) == "a"


def test_a_column_without_any_value_becomes_a_constant_and_a_warning() -> None:
    columns = ("Country", "City", "Category", "Weather", "Promotion", "Holiday", "Price")
    filled = fill(_sales(**{c: [None, None] for c in columns}))
    row = filled.sales.row(1, named=True)
    assert [row[c] for c in ("Country", "City", "Category", "Weather")] == ["unknown"] * 4
    assert [row[c] for c in ("Promotion", "Holiday", "Price")] == ["None", "None", 0]
    assert row["WeatherMissing"]
    assert row["PromotionMissing"]
    assert len(filled.warnings) == 7
    assert (
        "Weather is empty in every row: filled with 'unknown', it has no effect on the forecast"
        in filled.warnings
    )


def test_some_missing_prices_and_holidays_stay_missing() -> None:
    filled = fill(_sales(Price=[2.0, None], Holiday=[None, "Navidad"]))
    assert filled.sales["Price"].to_list() == [2.0, None]
    assert filled.sales["Holiday"].to_list() == [None, "Navidad"]
    assert filled.warnings == ()


def test_a_stores_place_is_filled_from_its_own_rows() -> None:
    filled = fill(
        _sales(
            StoreID=["A", "A", "A", "A", "B"],
            Country=["Canada", None, "Canada", "Canada", None],
            City=["Québec", None, "Toronto", "Québec", None],
        )
    )
    assert filled.sales["City"].to_list() == ["Québec", "Québec", "Toronto", "Québec", "unknown"]
    assert filled.sales["Country"].to_list() == ["Canada"] * 4 + ["unknown"]
    assert filled.warnings == (
        "Country is missing in 2 of 5 rows: filled from the store's other rows",
        "City is missing in 2 of 5 rows: filled from the store's other rows",
        "1 store(s) have more than one location, each is a series of its own: A",
    )
