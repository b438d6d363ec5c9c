"""Types of columns: no value is lost to them."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

import duckdb
import polars as pl
import pytest

from ml.errors import InputError
from ml.warehouse.columns import TypedColumns, typed

NOON = dt.datetime(2024, 1, 5, 12)  # noqa: DTZ001 - a parquet timestamp without a zone
NAMED = {name: name.lower() for name in ("StoreID", "City", "Date", "QuantitySold", "Price", "Promotion")}


def read(**columns: list[Any]) -> tuple[TypedColumns, duckdb.DuckDBPyRelation]:
    """What `typed` makes of a parquet file's columns, and their values by its expressions."""
    length = len(next(iter(columns.values())))
    empty: dict[str, list[Any]] = {name: [None] * length for name in NAMED.values()}
    frame = pl.DataFrame(empty | {name.lower(): values for name, values in columns.items()}, strict=False)
    connection = duckdb.connect()
    connection.register("sales", frame.to_arrow())
    result = typed(connection, "sales", NAMED)
    selected = ", ".join(f"{sql} AS {name}" for name, sql in result.expressions.items())
    return result, connection.sql(f"SELECT {selected} FROM sales")  # noqa: S608 - the test's own


def values(relation: duckdb.DuckDBPyRelation, name: str) -> list[Any]:
    return [each[0] for each in relation.select(name).fetchall()]


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        *(("Date", text) for text in ("2024-02-30", "05/01/2024", "2024-01-05 13:30:00", "soon", "20240105")),
        *(("QuantitySold", text) for text in ("many", "1 000", "0x10", "nan", "inf", "1_0", "3,5")),
        *(("Price", text) for text in ("$3", "--1", "NaN", "1e", "-")),
    ],
)
def test_a_value_that_does_not_parse_keeps_its_column_text(column: str, wrong: str) -> None:
    good = "2024-01-05" if column == "Date" else "1"
    columns, relation = read(**{column: [good, wrong, good, None]})
    assert values(relation, column) == [good, wrong, good, None]
    assert columns.as_text == {column: wrong}
    assert columns.rows == 4


@pytest.mark.parametrize(
    ("texts", "kind", "numbers"),
    [
        (["1", "-2", " 3 ", ""], "BIGINT", [1, -2, 3, None]),
        (["1", "2.5", "+.5", "1e3"], "DOUBLE", [1.0, 2.5, 0.5, 1000.0]),
        (["99999999999999999999"], "DOUBLE", [1e20]),
        (["", None], "DOUBLE", [None, None]),
    ],
)
def test_numbers_are_whole_where_all_are(texts: list[str], kind: str, numbers: list[float]) -> None:
    columns, relation = read(QuantitySold=texts)
    assert dict(zip(relation.columns, map(str, relation.types), strict=True))["QuantitySold"] == kind
    assert values(relation, "QuantitySold") == numbers
    assert columns.as_text == {}


def test_midnight_is_no_part_of_a_day() -> None:
    _, relation = read(Date=["2024-01-05 00:00:00", "2024-01-06T00:00:00.000", "2024-01-07", None])
    assert values(relation, "Date") == [*(dt.date(2024, 1, day) for day in (5, 6, 7)), None]


@pytest.mark.parametrize(
    ("name", "cells", "wanted"),
    [
        ("StoreID", [1.0, 2.0, None], ["1", "2", None]),
        ("StoreID", [1, 2, 30], ["1", "2", "30"]),
        ("StoreID", [1.0, float("nan"), 2.5], ["1", None, "2.5"]),
        ("StoreID", ["007", "7", " 7", "7\t", "\u00a0"], ["007", "7", "7", "7", None]),
        ("StoreID", [decimal.Decimal("12.00"), decimal.Decimal("2.50")], ["12", "2.50"]),
        ("Promotion", [True, False, None], ["true", "false", None]),
        ("City", ["", "None", "x"], [None, "None", "x"]),
        ("Date", [NOON, None], [dt.date(2024, 1, 5), None]),
        ("Date", [dt.date(2024, 1, 5), None], [dt.date(2024, 1, 5), None]),
        ("Date", [20240105, 1], ["20240105", "1"]),
        ("QuantitySold", [1, 2, None], [1, 2, None]),
        ("QuantitySold", [1.5, float("nan"), None], [1.5, None, None]),
        ("QuantitySold", [float("inf"), 1.0], [float("inf"), 1.0]),
        ("Price", [decimal.Decimal("1.25"), None, decimal.Decimal("2.00")], [1.25, None, 2.0]),
    ],
)
def test_columns_of_other_types_arrive(name: str, cells: list[Any], wanted: list[Any]) -> None:
    _, relation = read(**{name: cells})
    assert values(relation, name) == wanted


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\u3000", "\r\n"])
def test_what_surrounds_a_cell_does_not_count_for_type_or_value(blank: str) -> None:
    columns, relation = read(
        Date=["2024-01-05" + blank, blank + "2024-01-06 00:00:00", blank],
        QuantitySold=[blank + "1", "2" + blank, ""],
    )
    assert values(relation, "Date") == [dt.date(2024, 1, 5), dt.date(2024, 1, 6), None]
    assert values(relation, "QuantitySold") == [1, 2, None]
    assert columns.as_text == {}


def test_a_store_that_is_a_float_without_its_last_digits_is_refused() -> None:
    with pytest.raises(InputError, match=r"StoreID has the type double and holds 1e\+20 \(write it as text"):
        read(StoreID=[1.0, 1e20])


def test_a_timestamp_with_a_time_zone_is_the_day_there() -> None:
    late = dt.datetime(2024, 1, 6, 2, tzinfo=dt.UTC)  # nine in the evening of the fifth in New York
    frame = pl.DataFrame({"date": [late]}, schema={"date": pl.Datetime("us", "UTC")})
    connection = duckdb.connect()
    connection.register("sales", frame.to_arrow())
    for zone, day in (("America/New_York", 5), ("UTC", 6), ("Asia/Tokyo", 6)):
        result = typed(connection, "sales", {"Date": "date"}, {"date": zone})
        sql = f"SELECT {result.expressions['Date']} FROM sales"  # noqa: S608 - the test's own
        assert connection.execute(sql).fetchall() == [(dt.date(2024, 1, day),)]
