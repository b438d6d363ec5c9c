"""Raw rows are read whatever their types; what cannot be read is null, never guessed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from ml.core.rows import PRESENT, ROW_HASH, match_columns, read_rows
from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError


def _rows(**columns: list[Any] | pl.Series) -> pl.DataFrame:
    """Raw rows with text in every column that is not given."""
    series = {name: pl.Series(values) for name, values in columns.items()}
    height = max((len(values) for values in series.values()), default=1)
    usual = {c: ["2024-01-05" if c == "Date" else "1"] * height for c in RAW_COLUMNS}
    return pl.DataFrame(usual).with_columns(**series)


def _read(**columns: list[Any] | pl.Series) -> pl.DataFrame:
    return read_rows(_rows(**columns).lazy())


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-05",
        " 2024-01-05 ",
        "2024-01-05T23:59:59",
        "2024-01-05 23:59",
        "2024-01-05T23:59:59.123456Z",
        "2024-01-05T23:59:59+02:00",
        " 2024-01-05 23:59:59 -0500",
        "2024/01/05",
        "2024/1/5",
        "20240105",
    ],
)
def test_a_date_is_read_from_iso_text_with_or_without_a_time(text: str) -> None:
    assert _read(Date=["2024-03-01", text])["Date"].to_list() == [dt.date(2024, 3, 1), dt.date(2024, 1, 5)]


@pytest.mark.parametrize(
    "text",
    ["05.01.2024", "01/05/2024", "24-01-05", "2024-13-01", "2024-02-30", "2024-01-05 25:00", "20241301", "?"],
)
def test_a_date_in_another_form_is_not_guessed_at(text: str) -> None:
    read = _read(Date=["2024-03-01", text])
    assert read["Date"].to_list() == [dt.date(2024, 3, 1), None]
    assert read[PRESENT + "Date"].to_list() == [True, True]


@pytest.mark.parametrize(
    "dates",
    [
        pl.Series([dt.date(2024, 1, 5)]),
        pl.Series([dt.datetime(2024, 1, 5, 23)]),  # noqa: DTZ001 - Snowflake's TIMESTAMP_NTZ has no zone
        pl.Series([dt.datetime(2024, 1, 5, 23)]).dt.replace_time_zone("America/Toronto"),  # noqa: DTZ001
        pl.Series([20240105]),
    ],
    ids=["date", "timestamp", "timestamp with zone", "number"],
)
def test_a_date_is_the_day_where_it_was_written(dates: pl.Series) -> None:
    assert _read(Date=dates)["Date"].to_list() == [dt.date(2024, 1, 5)]


def test_numbers_are_read_from_text_and_a_missing_one_is_told_from_a_wrong_one() -> None:
    read = _read(QuantitySold=["1.5", " 2 ", "-3", "abc", "", None, "NaN"])
    assert read["QuantitySold"].to_list() == [1.5, 2, -3, None, None, None, None]
    assert read[PRESENT + "QuantitySold"].to_list() == [True, True, True, True, False, False, False]


@pytest.mark.parametrize("dtype", [pl.Int16, pl.UInt64, pl.Float32, pl.Decimal(10, 2)])
def test_numbers_of_every_type_are_read(dtype: pl.DataType) -> None:
    assert _read(Price=pl.Series([3, None]).cast(dtype))["Price"].to_list() == [3.0, None]


def test_not_a_number_is_how_pandas_writes_a_missing_number() -> None:
    read = _read(Price=[1.0, float("nan")])
    assert read["Price"].to_list() == [1.0, None]
    assert read[PRESENT + "Price"].to_list() == [True, False]


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("Price", [dt.date(2024, 1, 5)]),
        ("QuantitySold", [dt.timedelta(1)]),
        ("QuantitySold", [True]),
        ("StoreID", [b"1"]),
        ("StoreID", [dt.date(2024, 1, 5)]),
        ("Date", [1.5]),
        ("Date", [dt.time(1)]),
    ],
)
def test_a_type_outside_of_the_contract_is_refused_by_column(column: str, cells: list[Any]) -> None:
    with pytest.raises(InputError, match=rf"the column {column} holds "):
        _read(**{column: cells})


def test_rows_that_differ_in_blanks_and_notation_only_have_one_hash() -> None:
    read = _read(
        City=["Oslo", " Oslo", "Oslo\t"],
        QuantitySold=["1", "1.0", " 1e0 "],
        Date=["2024-01-05", "2024/1/5", "20240105\u00a0"],
    )
    assert read[ROW_HASH].n_unique() == 1


def test_a_store_number_is_the_same_store_whatever_type_it_came_in() -> None:
    for ids in ([7, None], [7.0, None], ["7", None], [" 7 ", ""]):
        assert _read(StoreID=ids)["StoreID"].to_list() == ["7", None]
    assert _read(StoreID=[7.5, float("nan")])["StoreID"].to_list() == ["7.5", None]


def test_text_is_trimmed_and_composed_so_that_a_city_is_one_city() -> None:
    cities = _read(City=["Québec", " Québec", "Que\u0301bec ", "  "])["City"]
    assert cities.to_list() == ["Québec", "Québec", "Québec", None]


def test_the_text_none_is_a_value() -> None:
    assert _read(Holiday=["None", None])["Holiday"].to_list() == ["None", None]


def test_columns_are_matched_without_regard_to_case() -> None:
    shouted = _rows().rename({c: c.upper() for c in RAW_COLUMNS})
    assert read_rows(shouted.lazy()).drop(ROW_HASH).equals(_read().drop(ROW_HASH))


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(InputError, match=r"lack the columns City, Weather .*found: StoreID, Country,"):
        read_rows(_rows().drop("City", "Weather").lazy())


def test_two_columns_that_differ_in_case_only_are_refused() -> None:
    with pytest.raises(InputError, match="'Date' and 'DATE' differ in case only"):
        match_columns([*RAW_COLUMNS, "DATE"])


def test_a_column_of_lists_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="the column City holds List"):
        _read(City=[["Toronto"]])


def test_rows_that_differ_in_an_unused_column_have_different_hashes() -> None:
    twice = pl.concat([_rows(), _rows()])
    assert read_rows(twice.lazy())[ROW_HASH].n_unique() == 1
    assert read_rows(twice.with_columns(SaleID=pl.Series([1, 2])).lazy())[ROW_HASH].n_unique() == 2


def test_rows_stay_in_their_order() -> None:
    numbers = list(range(200_000))
    assert _read(QuantitySold=numbers)["QuantitySold"].to_list() == numbers
