"""Filling the embedded warehouse: the old table stays until the new one is whole."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import os
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError, MLError
from ml.warehouse.embedded import fingerprint
from ml.warehouse.files import opened
from ml.warehouse.folder import WarehouseFolder
from ml.warehouse.load import load
from ml.warehouse.scan import scanned

WriteCsv = Callable[..., Path]
GOOD = "1,C,M,Coffee,Latte,{date},{quantity},{price},Sunny,No,None"


def row(date: str = "2024-01-05", quantity: str = "1", price: str = "2.5") -> str:
    return GOOD.format(date=date, quantity=quantity, price=price)


def table(folder: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(WarehouseFolder(folder).database), read_only=True) as connection:
        return connection.execute('SELECT * FROM "PUBLIC"."SALES"').fetchall()


def typed_rows(path: Path) -> list[tuple[Any, ...]]:
    """The rows of a file as a load takes them."""
    with (
        opened(path, "utf-8", path.parent) as layout,
        duckdb.connect() as connection,
        scanned(connection, path, layout) as rows,
    ):
        return connection.execute(rows.sql).fetchall()


def kinds(folder: Path) -> dict[str, str]:
    with duckdb.connect(str(WarehouseFolder(folder).database), read_only=True) as connection:
        return {name: kind for name, kind, *_ in connection.execute('DESCRIBE "PUBLIC"."SALES"').fetchall()}


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


def test_windows_line_ends_are_no_part_of_a_value(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes("\r\n".join([",".join(RAW_COLUMNS), row(), row(), ""]).encode())
    load(path, tmp_path / "w")
    assert [each[-1] for each in table(tmp_path / "w")] == ["None", "None"]


def test_a_column_without_values_is_allowed(stallion: Path, tmp_path: Path) -> None:
    """The real set knows neither country nor city."""
    record = load(stallion, tmp_path / "w")
    rows = table(tmp_path / "w")
    assert len(rows) == record.rows == pl.scan_parquet(stallion).select(pl.len()).collect().item()
    assert {(each[1], each[2]) for each in rows} == {(None, None)}
    sold = pl.read_parquet(stallion)["QuantitySold"].sum()
    assert sum(each[6] for each in rows) == pytest.approx(sold)


def test_a_parquet_damaged_in_the_middle_is_named(stallion: Path, tmp_path: Path) -> None:
    content = bytearray(stallion.read_bytes())
    content[100:3000] = bytes(2900)
    (tmp_path / "bad.parquet").write_bytes(content)
    with pytest.raises(InputError, match=r"cannot read .*bad.parquet: ") as caught:
        load(tmp_path / "bad.parquet", tmp_path / "w")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("1,C,M,Coffee,Latte,2024-01-05", "line 3: 6 cells, and the header has 11"),
        (row() + ",more", "line 3: 12 cells, and the header has 11"),
        ('1,C,"M,Coffee,Latte,2024-01-05,1,2,Sunny,No,None', "line 3: "),
    ],
)
def test_a_line_that_does_not_fit_the_header_is_named_and_nothing_is_loaded(
    broken: str, message: str, write_csv: WriteCsv, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=rf"sales.csv, {message}"):
        load(write_csv(row(), broken, row()), tmp_path / "w")
    assert fingerprint(tmp_path / "w") is None


@pytest.mark.parametrize(
    ("column", "wrong"), [("Date", "2024-02-30"), ("QuantitySold", "many"), ("Price", "$3")]
)
def test_a_value_that_does_not_parse_is_kept_as_text_with_its_column(
    column: str, wrong: str, write_csv: WriteCsv, tmp_path: Path
) -> None:
    """So that preprocess can set aside this row, and no other."""
    which = {"Date": "date", "QuantitySold": "quantity", "Price": "price"}[column]
    record = load(write_csv(row(), row(**{which: wrong}), row()), tmp_path / "w")
    values = [each[RAW_COLUMNS.index(column)] for each in table(tmp_path / "w")]
    good = row().split(",")[RAW_COLUMNS.index(column)]
    assert values == [good, wrong, good]
    assert record.as_text == {column: wrong}
    assert record.rows == 3


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_file_may_be_delimited_and_encoded_otherwise(
    delimiter: str, write_csv: WriteCsv, tmp_path: Path
) -> None:
    line = row().replace(",M,", ",Montréal,").replace(",", delimiter)
    path = write_csv(line, header=delimiter.join(RAW_COLUMNS), encoding="utf-16")
    load(path, tmp_path / "w", encoding="utf-16")
    assert table(tmp_path / "w")[0][:4] == ("1", "C", "Montréal", "Coffee")


def test_a_file_without_rows_is_named(write_csv: WriteCsv, tmp_path: Path) -> None:
    path = write_csv()
    path.write_text(path.read_text().splitlines()[0])
    with pytest.raises(InputError, match=r"sales.csv has no rows"):
        load(path, tmp_path / "w")
    assert fingerprint(tmp_path / "w") is None


def test_a_failed_load_leaves_the_old_table(write_csv: WriteCsv, tmp_path: Path) -> None:
    load(write_csv(row(), row()), tmp_path / "w")
    before = fingerprint(tmp_path / "w")
    with pytest.raises(InputError):
        load(write_csv("broken"), tmp_path / "w")
    assert len(table(tmp_path / "w")) == 2
    assert fingerprint(tmp_path / "w") == before is not None
    assert sorted(p.name for p in (tmp_path / "w").iterdir()) == ["ROASTERY.db", "loaded.json"]


def test_the_fingerprint_is_the_contents(write_csv: WriteCsv, tmp_path: Path) -> None:
    assert fingerprint(tmp_path / "w") is None
    load(write_csv(row(), name="a.csv"), tmp_path / "w")
    first = fingerprint(tmp_path / "w")
    load(write_csv(row(), name="b.csv"), tmp_path / "w")
    assert fingerprint(tmp_path / "w") == first
    load(write_csv(row(), row()), tmp_path / "w")
    assert fingerprint(tmp_path / "w") not in (first, None)


def test_a_warehouse_without_its_database_has_no_fingerprint(write_csv: WriteCsv, tmp_path: Path) -> None:
    load(write_csv(), tmp_path / "w")
    WarehouseFolder(tmp_path / "w").database.unlink()
    assert fingerprint(tmp_path / "w") is None


MANY = """
import resource, sys
from pathlib import Path
from ml.warehouse.load import load
from ml.warehouse.scan import scanned
limit = int(sys.argv[3])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
print("ready", flush=True)
load(sys.argv[1], sys.argv[2], on_stage=lambda text: print(text, flush=True))
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows that do not compress: some 13 MB."""
    path = tmp_path_factory.mktemp("many") / "many.csv"
    text = "'S' || hash(i)"
    named = {"Date": "DATE '2020-01-01' + (i % 900)::INT", "QuantitySold": "i % 7", "Price": "i / 7"}
    columns = ", ".join(f"{named.get(name, text)} AS {name}" for name in RAW_COLUMNS)
    duckdb.connect().execute(f"COPY (SELECT {columns} FROM range(100000) t(i)) TO '{path}' (HEADER)")  # noqa: S608
    return path


def test_a_full_disk_leaves_the_old_table(many: Path, write_csv: WriteCsv, tmp_path: Path) -> None:
    load(write_csv(row()), tmp_path / "w")
    ended = subprocess.run(
        [sys.executable, "-c", MANY, str(many), str(tmp_path / "w"), "2000000"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ml.errors.MLError: no space left on the disk while writing" in ended.stderr
    assert len(table(tmp_path / "w")) == 1
    assert sorted(p.name for p in (tmp_path / "w").iterdir()) == ["ROASTERY.db", "loaded.json"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_load_that_is_stopped_leaves_the_old_table(
    number: signal.Signals, many: Path, write_csv: WriteCsv, tmp_path: Path
) -> None:
    load(write_csv(row()), tmp_path / "w")
    process = subprocess.Popen(
        [sys.executable, "-c", MANY, str(many), str(tmp_path / "w"), "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    while not process.stdout.readline().startswith("writing"):
        assert process.poll() is None
    time.sleep(0.1)
    process.send_signal(number)
    assert process.wait(30) != 0
    process.stdout.close()
    assert len(table(tmp_path / "w")) == 1
    if number == signal.SIGINT:
        assert sorted(p.name for p in (tmp_path / "w").iterdir()) == ["ROASTERY.db", "loaded.json"]
    load(write_csv(row(), row()), tmp_path / "w")  # sweeps what the killed one left
    assert sorted(p.name for p in (tmp_path / "w").iterdir()) == ["ROASTERY.db", "loaded.json"]


def test_a_real_full_disk_is_one_line(tmp_path: Path, write_csv: WriteCsv) -> None:
    if not Path("/bin/mount").exists() or os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root; the limit on file sizes is tested everywhere")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)], check=True)
    try:
        with pytest.raises(MLError, match="no space left on the disk while writing") as caught:
            load(write_csv(), disk)
        assert "\n" not in str(caught.value)
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["/bin/umount", str(disk)], check=True)
