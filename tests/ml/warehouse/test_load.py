"""Filling the embedded warehouse: the old table stays until the new one is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError, MLError
from ml.warehouse.embedded import fingerprint
from ml.warehouse.folder import WarehouseFolder
from ml.warehouse.load import load
from tests.ml.warehouse.loaded import WriteCsv, row, table


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
