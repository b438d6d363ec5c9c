"""A query's rows: which columns, by what names, in which types, in how much memory."""

from __future__ import annotations

import datetime as dt
import decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa
import pytest

from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError
from ml.warehouse.chunks import ROWS
from ml.warehouse.connect import connected
from ml.warehouse.query import QueryResult, SalesQuery, _cast, read
from ml.warehouse.settings import SnowflakeSettings

TYPED = {
    "StoreID": "'007'",
    "Date": "DATE '2024-02-29'",
    "QuantitySold": "1",
    "Price": "CAST(4.5 AS NUMBER(10,2))",
    "Holiday": "'None'",
}


def columns(**expressions: str) -> str:
    chosen = TYPED | expressions
    return ", ".join(f'{chosen.get(name, "NULL")} AS "{name}"' for name in RAW_COLUMNS)


def query(**expressions: str) -> SalesQuery:
    """A query of every sales column: NULL unless it is given."""
    return SalesQuery(query=f"SELECT {columns(**expressions)}")


def taken(settings: SnowflakeSettings, source: SalesQuery) -> tuple[QueryResult, pa.Table]:
    with connected(settings) as session:
        rows = read(session, settings, source)
        return rows, pa.concat_tables(rows.batches)


@pytest.mark.parametrize("name", ["sales", "public.Sales", "roastery.PUBLIC.SALES", '"PUBLIC"."SALES"'])
def test_a_tables_columns_are_spelled_as_ours(name: str, served: SnowflakeSettings, stallion: Path) -> None:
    rows, table = taken(served, SalesQuery(table=name))
    assert tuple(table.column_names) == RAW_COLUMNS
    assert table.num_rows == pl.scan_parquet(stallion).select(pl.len()).collect().item()
    assert rows.ignored == ()


def test_every_value_arrives(served: SnowflakeSettings, stallion: Path) -> None:
    _, table = taken(served, SalesQuery(table="SALES"))
    wanted = pl.read_parquet(stallion).with_columns(
        pl.col("Country", "City").cast(pl.String), pl.col("Date").str.to_date()
    )
    keys = ["StoreID", "Product", "Date"]
    assert pl.DataFrame(table).sort(keys).equals(wanted.select(RAW_COLUMNS).sort(keys))


def test_snowflakes_types_become_ours(served: SnowflakeSettings) -> None:
    _, table = taken(served, query(Weather="TO_TIMESTAMP_NTZ('2024-01-05 13:30:00')", Promotion="TRUE"))
    assert {field.name: str(field.type) for field in table.schema} == dict.fromkeys(RAW_COLUMNS, "string") | {
        "Date": "date32[day]",
        "QuantitySold": "int64",
        "Price": "double",
        "Weather": "timestamp[us]",
        "Promotion": "bool",
    }
    row: dict[str, Any] = table.to_pylist()[0]
    assert row["StoreID"] == "007"
    assert row["Date"] == dt.date(2024, 2, 29)
    assert (row["QuantitySold"], row["Price"]) == (1, 4.5)
    assert (row["Holiday"], row["Country"]) == ("None", None)


def test_text_that_is_no_date_or_number_stays_text(served: SnowflakeSettings) -> None:
    _, table = taken(served, query(Date="'soon'", QuantitySold="'many'"))
    assert (table["Date"][0].as_py(), table["QuantitySold"][0].as_py()) == ("soon", "many")


def test_a_large_result_comes_in_batches_of_one_schema(served: SnowflakeSettings) -> None:
    many = f"FROM TABLE(GENERATOR(ROWCOUNT => {3 * ROWS + 1}))"
    with connected(served) as session:
        rows = read(session, served, SalesQuery(query=f"SELECT {columns()} {many}"))
        batches = list(rows.batches)
    assert [batch.num_rows for batch in batches] == [ROWS, ROWS, ROWS, 1]
    assert {batch.schema for batch in batches} == {rows.schema}


def test_columns_that_no_step_uses_are_left_out(served: SnowflakeSettings) -> None:
    rows, table = taken(served, SalesQuery(query=f"SELECT {columns()}, 'x' AS Cashier"))
    assert rows.ignored == ("CASHIER",)
    assert tuple(table.column_names) == RAW_COLUMNS


def test_a_query_may_begin_with_a_comment_or_a_common_table(served: SnowflakeSettings) -> None:
    inner = query().query
    common = f"/* a\nb */ WITH x AS ({inner}) SELECT * FROM x"  # noqa: S608 - the test's own
    for text in (f"-- sales\n{inner}", common, f"({inner})", f"{inner} ;"):
        assert taken(served, SalesQuery(query=text))[1].num_rows == 1


@pytest.mark.parametrize("text", ["DROP TABLE SALES", "-- SELECT\nDELETE FROM SALES", "  ", "CALL SELECT()"])
def test_only_a_query_is_run(text: str) -> None:
    with pytest.raises(
        InputError, match=r"the query begins with \w+ \(it has to begin with SELECT or WITH\)"
    ):
        SalesQuery(query=text)


@pytest.mark.parametrize("name", ["", "a b", "a;b", "a.b.c.d", "1a", '"', "sales--", "a.", "x'y", '"a"b'])
def test_what_is_no_table_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="is not a valid table name"):
        SalesQuery(table=name)


def test_an_unknown_table_is_named_with_its_place(served: SnowflakeSettings) -> None:
    for name in ("NOPE", "OTHER.SALES", '"no pe"'):
        with pytest.raises(InputError) as caught:
            taken(served, SalesQuery(table=name))
        assert str(caught.value) == (
            f"table {name} does not exist in database ROASTERY, schema PUBLIC, account embedded, "
            "or role PUBLIC may not read it (name another with --table, or grant SELECT on it)"
        )


def test_an_unknown_database_is_named(served: SnowflakeSettings) -> None:
    elsewhere = served.model_copy(update={"database": "NOWHERE"})
    with pytest.raises(InputError, match="table SALES does not exist in database NOWHERE, schema PUBLIC"):
        taken(elsewhere, SalesQuery(table="SALES"))


def test_a_query_that_snowflake_refuses_is_one_line(served: SnowflakeSettings) -> None:
    for text in ("SELECT FROM WHERE", "SELECT nope FROM SALES", "SELECT * FROM NOPE"):
        with pytest.raises(InputError, match="Snowflake refused the query") as caught:
            taken(served, SalesQuery(query=text))
        assert "\n" not in str(caught.value)


def test_a_missing_column_is_named_with_those_that_are_there(served: SnowflakeSettings) -> None:
    source = SalesQuery(query="SELECT StoreID, City AS Town, Date FROM SALES")
    message = r"the query's result lacks the columns Country, City, Category.*\(it has: STOREID, TOWN, DATE"
    with pytest.raises(InputError, match=message):
        taken(served, source)


def test_columns_that_differ_in_case_only_are_named(served: SnowflakeSettings) -> None:
    twice = SalesQuery(query=f"SELECT {columns()}, 'x' AS \"CITY\"")
    with pytest.raises(InputError, match="the query's result has City and CITY, which differ in case only"):
        taken(served, twice)


def test_a_number_that_does_not_fit_is_named() -> None:
    """Snowflake's NUMBER(38, 0) holds more than 64 bits, and then comes as a decimal."""
    numbers = pa.chunked_array([pa.array([decimal.Decimal(10**20)], pa.decimal128(38, 0))])
    with pytest.raises(InputError, match="column QuantitySold cannot be read as int64"):
        _cast(numbers, pa.field("QuantitySold", pa.int64()))


def test_a_time_with_a_zone_is_the_shops_own() -> None:
    """23:30 in Seattle is tomorrow in Greenwich."""
    there = dt.datetime(2024, 1, 5, 23, 30, tzinfo=ZoneInfo("America/Los_Angeles"))
    instant = pa.array([there.astimezone(dt.UTC).replace(tzinfo=None)], pa.timestamp("us", "UTC"))
    column = pa.chunked_array([instant.cast(pa.timestamp("us", "America/Los_Angeles"))])
    local = _cast(column, pa.field("Date", pa.timestamp("us")))
    assert local.to_pylist() == [there.replace(tzinfo=None)]
