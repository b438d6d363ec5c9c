"""The rows of any file arrive as they were meant, or are refused with the reason."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError
from ml.warehouse.embedded import fingerprint
from ml.warehouse.load import load
from tests.ml.warehouse.loaded import WriteCsv, kinds, row, table, typed_rows


def test_every_value_of_a_csv_arrives_as_it_was_meant(write_csv: WriteCsv, tmp_path: Path) -> None:
    record = load(write_csv(), tmp_path / "w")
    latte = ("007", "Canada", "Montréal", "Coffee", "Latte")
    chai = ("8", "México", "Ciudad de México, Centro", "Tea", 'Chai "grande"')
    assert table(tmp_path / "w") == [
        (*latte, dt.date(2024, 1, 5), 12, 4.5, "Snowy", "Yes", "None"),
        (*latte, dt.date(2024, 1, 6), 3, 4.5, None, "No", None),
        (*chai, dt.date(2024, 2, 29), 0, 3.0, "Sunny", "No", "Día de Muertos"),
    ]
    assert (record.rows, record.as_text, record.ignored) == (3, {}, ())


def test_columns_are_named_as_snowflake_names_them(write_csv: WriteCsv, tmp_path: Path) -> None:
    load(write_csv(), tmp_path / "w")
    assert list(kinds(tmp_path / "w")) == [name.upper() for name in RAW_COLUMNS]


def test_columns_match_in_any_case_and_order_and_others_are_reported(
    write_csv: WriteCsv, tmp_path: Path
) -> None:
    names = [" " + name.upper() if n % 2 else name.lower() for n, name in enumerate(reversed(RAW_COLUMNS))]
    cells = ",".join([*reversed(row().split(",")), "more"])
    record = load(write_csv(cells, header=",".join([*names, "Cashier"])), tmp_path / "w")
    assert table(tmp_path / "w")[0][:3] == ("1", "C", "M")
    assert record.ignored == ("Cashier",)


@pytest.mark.parametrize(
    ("names", "ignored"),
    [
        ([""], ("column 12 (without a name)",)),
        (["", " "], ("column 12 (without a name)", "column 13 (without a name)")),
        (["Foo", "Foo"], ("Foo", "Foo")),
        (["Foo", "foo"], ("Foo", "foo")),
        (['a"b', "it's {}"], ('a"b', "it's {}")),
        (["two\r\nlines"], ("two\r\nlines",)),
    ],
)
def test_columns_that_nobody_uses_do_not_count(
    names: list[str], ignored: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "sales.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[*RAW_COLUMNS, *names], [*row().split(","), *("more" for _ in names)]])
    record = load(path, tmp_path / "w")
    assert table(tmp_path / "w")[0][:3] == ("1", "C", "M")
    assert record.ignored == ignored


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["two\nlines", "two\r\nlines", "two\rlines", "a,b", 'a"",""b', '""'])
def test_a_header_whose_names_hold_marks_of_the_format_loses_no_row(
    name: str, end: str, mark: bytes, tmp_path: Path
) -> None:
    """DuckDB would drop rows, or not find the end of the header."""
    lines = [f'"{name}",' + ",".join(RAW_COLUMNS), '"x\ny",' + row(), '"x\ry",' + row(price="3"), ""]
    path = tmp_path / "s.csv"
    path.write_bytes(mark + end.join(lines).encode())
    assert [cells[7] for cells in typed_rows(path)] == [2.5, 3.0]


def test_a_file_that_grows_while_it_is_read_is_refused(write_csv: WriteCsv, tmp_path: Path) -> None:
    """The hash and the lineage would be of other rows."""
    path = write_csv(row())

    def grow(stage: str) -> None:
        if stage.startswith("writing"):
            with path.open("a") as file:
                file.write(row(price="3") + "\n")

    with pytest.raises(InputError, match=r"sales.csv changed while it was read"):
        load(path, tmp_path / "w", on_stage=grow)
    assert fingerprint(tmp_path / "w") is None


def test_the_line_of_an_error_counts_from_the_top_of_the_users_file(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(f'"a\nb",{",".join(RAW_COLUMNS)}\nx,{row()}\nx,y\n')
    with pytest.raises(InputError, match=r"s.csv, line 4: 2 cells, and the header has 12"):
        typed_rows(path)


@pytest.mark.parametrize("zone", ["+05:30", "-08:00", "+14:00", "-03:30", "America/Toronto", "UTC"])
@pytest.mark.parametrize("hour", [(0, 0), (23, 59)])
def test_a_timestamp_is_the_day_in_its_time_zone(zone: str, hour: tuple[int, int], tmp_path: Path) -> None:
    offset = dt.datetime.strptime(zone, "%z").tzinfo if zone[0] in "+-" else ZoneInfo(zone)
    local = dt.datetime(2024, 1, 5, *hour, tzinfo=offset)
    utc = local.astimezone(dt.UTC).replace(tzinfo=None)
    cells = {name: pa.array([each]) for name, each in zip(RAW_COLUMNS, row().split(","), strict=True)}
    cells["Date"] = pa.array([utc], pa.timestamp("us")).view(pa.timestamp("us", tz=zone))
    pq.write_table(pa.table(cells), tmp_path / "s.parquet")
    assert typed_rows(tmp_path / "s.parquet")[0][5] == dt.date(2024, 1, 5)


def test_unused_columns_of_a_parquet_may_have_any_type_and_name(tmp_path: Path) -> None:
    cells = {name: pa.array([cell]) for name, cell in zip(RAW_COLUMNS, row().split(","), strict=True)}
    odd = [pa.array([[1]]), pa.array([{"a": 1}]), pa.array([dt.timedelta(1)]), pa.array([b"x"])]
    arrays = [*cells.values(), *odd]
    pq.write_table(pa.table(arrays, names=[*cells, "Foo", "foo", "Foo", ""]), tmp_path / "s.parquet")
    load(tmp_path / "s.parquet", tmp_path / "w")
    assert table(tmp_path / "w")[0][:3] == ("1", "C", "M")


@pytest.mark.parametrize(
    ("column", "cell", "kind"),
    [
        ("QuantitySold", dt.timedelta(1), "duration"),
        ("QuantitySold", True, "bool"),
        ("Price", dt.date(2024, 1, 5), "date32"),
        ("City", ["Toronto"], "list<"),
        ("City", {"name": "Toronto"}, "struct<"),
        ("StoreID", b"1", "binary"),
        ("Date", 1.5, "double"),
        ("Date", dt.time(1), "time64"),
        ("StoreID", dt.date(2024, 1, 5), "date32"),
    ],
)
def test_a_type_outside_of_the_contract_is_refused_by_column_and_type(
    column: str, cell: object, kind: str, tmp_path: Path
) -> None:
    cells = {name: pa.array([each]) for name, each in zip(RAW_COLUMNS, row().split(","), strict=True)}
    pq.write_table(pa.table(cells | {column: pa.array([cell])}), tmp_path / "s.parquet")
    with pytest.raises(InputError, match=rf"s.parquet: {column} has the type {kind}.*it must be"):
        load(tmp_path / "s.parquet", tmp_path / "w")


@pytest.mark.parametrize(
    "name",
    [
        "sales[1].csv",
        "a*.csv",
        "q?.csv",
        "it's.csv",
        "a{b,c}.csv",
        "**.csv",
        "back\\slash.csv",
        "x.csv.gz",
        "-",
    ],
)
def test_a_name_stands_for_one_file_whatever_is_in_it(name: str, tmp_path: Path) -> None:
    """The others would be what it matches as a pattern."""
    folder = tmp_path / "it's [ab] {c} *"
    folder.mkdir()
    for other in ("sales1.csv", "ab.csv", "qx.csv", "its.csv", "ac.csv"):
        (folder / other).write_text("\n".join([",".join(RAW_COLUMNS), row(), row()]))
    (folder / name).write_text("\n".join([",".join(RAW_COLUMNS), row(quantity="77"), ""]))
    record = load(folder / name, folder / "w")
    assert [each[6] for each in table(folder / "w")] == [77]
    assert record.source == str(folder / name)


@settings(max_examples=int(os.environ.get("LOAD_EXAMPLES", "8")), deadline=None, derandomize=True)
@given(
    names=st.lists(
        st.text(
            st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20
        ).filter(lambda name: name.strip(".") != "" and len(name.encode()) < 60),
        min_size=2,
        max_size=2,
        unique_by=lambda name: unicodedata.normalize("NFC", name).casefold(),
    ),
    parquet=st.booleans(),
)
def test_any_name_of_file_and_folder_reads_that_file(
    names: list[str], *, parquet: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("names") / names[0]
    folder.mkdir()
    for number, name in enumerate(names):
        cells = zip(RAW_COLUMNS, row(quantity=str(number)).split(","), strict=True)
        frame = pl.DataFrame({column: [cell] for column, cell in cells})
        with (folder / name).open("wb") as file:
            frame.write_parquet(file) if parquet else frame.write_csv(file)
    into = folder / "the warehouse"
    if "?" in names[0]:
        with pytest.raises(InputError, match="has a question mark in its path"):
            load(folder / names[1], into)
        into = folder.parent / ("x" * 100)
    load(folder / names[1], into)
    assert [each[6] for each in table(into)] == [1]


def test_a_pipe_and_a_device_are_named_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is a pipe"):
        load(tmp_path / "pipe", tmp_path / "w")
    with pytest.raises(InputError, match="is a device"):
        load("/dev/zero", tmp_path / "w")
    with pytest.raises(InputError, match="the name of the file is empty"):
        load("", tmp_path / "w")


def test_a_line_that_is_too_long_is_called_that(write_csv: WriteCsv, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 3: longer than 2,000,000 bytes"):
        load(write_csv(row(), row().replace("Latte", "x" * 3_000_000)), tmp_path / "w")


def test_a_load_leaves_no_folder_in_the_systems_temporary_one(write_csv: WriteCsv, tmp_path: Path) -> None:
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    code = "import sys; from ml.warehouse.load import load; load(*sys.argv[1:])"
    command = [sys.executable, "-c", code, str(write_csv()), str(tmp_path / "w")]
    subprocess.run(command, env=os.environ | {"TMPDIR": str(scratch)}, check=True)
    assert list(scratch.iterdir()) == []
