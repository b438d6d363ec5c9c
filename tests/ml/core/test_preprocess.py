"""Raw rows all the way to both data sets: odd input, real input, and what is said about it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ml.core.preprocess import Preprocessed, preprocess
from ml.core.schema import FEATURE_COLUMNS, MONTHLY_COLUMNS, RAW_COLUMNS
from ml.errors import InputError

TODAY = dt.date(2024, 6, 30)


def _raw(first: str = "2023-01-01", last: str = "2024-05-31", **columns: Any) -> pl.DataFrame:
    """A store's sales of two products on every day, all columns text."""
    days = pl.date_range(dt.date.fromisoformat(first), dt.date.fromisoformat(last), eager=True)
    return (
        pl.DataFrame({"Date": days.cast(pl.String)})
        .join(pl.DataFrame({"Product": ["Latte", "Mocha"]}), how="cross")
        .with_columns(
            StoreID=pl.lit("S1"),
            Country=pl.lit("Canada"),
            City=pl.lit("Québec"),
            Category=pl.lit("Coffee"),
            QuantitySold=pl.lit("2"),
            Price=pl.lit("4.5"),
            Weather=pl.lit("Sunny"),
            Promotion=pl.lit("None"),
            Holiday=pl.lit("None"),
        )
        .with_columns(**columns)
        .select(RAW_COLUMNS)
    )


def _run(*frames: pl.DataFrame) -> Preprocessed:
    return preprocess(pl.concat(frames).lazy(), imported_on=TODAY, recipe="extended")


def _warned(result: Preprocessed, words: str) -> bool:
    return any(words in warning for warning in result.quality["warnings"])


def test_the_figures_of_quality_add_up() -> None:
    broken = _raw("2024-05-01", "2024-05-02", QuantitySold=pl.lit("none"))
    result = _run(_raw(), broken)
    quality = result.quality
    assert quality["rows_in"] == 2 * (365 + 152) + 4  # 152 days of the leap year until the end of May
    assert quality["rows_quarantined"] == result.quarantine.height == 4
    assert quality["rows_valid"] == quality["rows_in"] - 4
    assert quality["rules"] == [
        {"rule": "quantity_not_a_number", "count": 4, "example": "row 1,035: QuantitySold is 'none'"}
    ]
    assert quality["reduction"] == {"rows_in": 1038, "rows_out": 17, "factor": round(1038 / 17, 1)}
    assert (quality["months"], quality["stores"], quality["incomplete_months"]) == (17, 1, 0)
    assert (quality["first_month"], quality["last_month"]) == ("2023-01", "2024-05")
    assert quality["granularity"] == "daily"
    assert quality["columns"][0] == {"name": "StoreID", "missing": 0}
    assert json.loads(json.dumps(quality)) == quality


def test_returns_reduce_the_sales_of_their_month_and_are_reported() -> None:
    sold = _run(_raw()).monthly["QuantitySold"].to_list()
    result = _run(_raw(), _raw("2024-05-01", "2024-05-01", QuantitySold=pl.lit("-1")))
    assert result.monthly["QuantitySold"].to_list() == [*sold[:-1], sold[-1] - 2]
    assert result.quality["returns"] == {"rows": 2, "quantity": 2.0}
    assert any(
        "returns: 2 rows have a negative quantity; their 2 pieces" in w for w in result.quality["warnings"]
    )


def test_quantities_are_neither_lost_nor_doubled() -> None:
    result = _run(_raw())
    assert result.monthly["QuantitySold"].to_list() == [2 * 2 * d for d in result.features["DaysInMonth"]]


def test_all_weather_missing_becomes_a_constant_with_a_warning() -> None:
    result = _run(_raw(Weather=pl.lit(None, pl.String)))
    assert result.monthly["Weather"].unique().to_list() == ["unknown"]
    assert result.features["WeatherMissing"].unique().to_list() == [1.0]
    assert _warned(result, "Weather is empty in every row")


@pytest.mark.parametrize("dtype", [pl.Null, pl.String, pl.Float64, pl.Int64])
@pytest.mark.parametrize("column", ["Country", "City", "Weather", "Promotion", "Holiday", "Price"])
def test_a_wholly_empty_column_of_any_type_passes(column: str, dtype: pl.DataType) -> None:
    result = _run(_raw().with_columns(pl.lit(None, dtype).alias(column)))
    assert _warned(result, f"{column} is empty in every row")
    assert result.features.null_count().sum_horizontal().item() == 0


@pytest.mark.parametrize("column", ["StoreID", "Date", "QuantitySold"])
def test_without_store_date_or_quantity_there_is_no_valid_row(column: str) -> None:
    with pytest.raises(InputError, match=r"none of the 1,034 rows is valid: .*_missing in 1,034"):
        _run(_raw().with_columns(pl.lit(None, pl.String).alias(column)))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="lack the column Promotion "):
        _run(_raw().drop("Promotion"))


def test_one_store_with_one_month_passes_with_a_warning() -> None:
    result = _run(_raw("2024-05-01", "2024-05-31"))
    assert (result.monthly.height, result.monthly["Complete"].to_list()) == (1, [True])
    assert _warned(result, "1 month(s) of history")


def test_data_without_a_whole_month_say_so() -> None:
    assert _warned(_run(_raw("2024-05-03", "2024-05-20")), "every month is cut off")


def test_months_that_are_cut_off_are_counted_and_named() -> None:
    result = _run(_raw("2024-01-10", "2024-05-31"))
    assert result.quality["incomplete_months"] == 1
    assert _warned(result, "1 of 5 store months are cut off, so incomplete; no store is complete in 2024-01")


def test_a_gap_of_one_whole_month_is_a_warning() -> None:
    result = _run(_raw("2023-01-01", "2023-03-31"), _raw("2023-05-01", "2023-08-31"))
    assert _warned(result, "1 store(s) have whole months without rows")


def test_months_without_a_price_are_a_warning() -> None:
    result = _run(
        _raw("2024-04-01", "2024-04-30", Price=pl.lit(None, pl.String)), _raw("2024-05-01", "2024-05-31")
    )
    assert result.monthly["Price"].to_list() == [None, 4.5]
    assert _warned(result, "1 of 2 store months have no price")


def test_weekly_rows_are_a_warning() -> None:
    fridays = _raw().filter(pl.col("Date").str.to_date().dt.weekday() == 5)
    result = _run(fridays)
    assert result.quality["granularity"] == "weekly"
    assert _warned(result, "one day of the week")
    assert result.monthly["TradingDays"].unique().sort().to_list() == [4, 5]


def test_column_names_in_upper_case_change_nothing() -> None:
    raw = _raw()
    upper = raw.rename({c: c.upper() for c in RAW_COLUMNS})
    assert _run(upper).features.equals(_run(raw).features)


def test_the_real_monthly_set_passes_with_honest_warnings(stallion: Path) -> None:
    result = preprocess(pl.scan_parquet(stallion), imported_on=dt.date(2026, 1, 1), recipe="extended")
    assert result.quality["rules"] == [
        {"rule": "price_negative", "count": 1, "example": "row 18,804: Price is '-3121.690141'"}
    ]
    assert result.quality["reduction"] == {"rows_in": 21_000, "rows_out": 58 * 60, "factor": 6.0}
    assert result.quality["granularity"] == "monthly"
    assert _warned(result, "every date stands for a whole month")
    assert tuple(result.monthly.columns) == MONTHLY_COLUMNS
    assert result.features.columns == [*FEATURE_COLUMNS, "Category=Beverage"]
    assert result.features.null_count().sum_horizontal().item() == 0
    raw = pl.read_parquet(stallion).filter(pl.col("Price") >= 0)
    assert result.monthly["QuantitySold"].sum() == pytest.approx(raw["QuantitySold"].sum(), rel=1e-12)
