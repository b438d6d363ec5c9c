"""A table in any dialect gives the months of the clean table, or it is refused with a reason.

A slice runs with the tests; `make fuzz-rows` reads 24,000 files and prints what became of them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ml.core import validation
from ml.core.preprocess import Preprocessed, preprocess
from ml.core.schema import RAW_COLUMNS
from ml.core.validation import Returns
from ml.errors import InputError
from ml.warehouse.files import opened
from ml.warehouse.scan import scanned
from tests.ml.fuzz.dialects import File, csv_files
from tests.ml.fuzz.parquets import parquet_files
from tests.ml.fuzz.tables import TODAY, Table, tables

FILES = 4  # of one table
SLICE = 30 * FILES  # the same files in every run; a campaign has new ones
EXAMPLES = int(os.environ.get("FUZZ_ROWS", SLICE))
NAMES = (
    "sales.csv",
    "sales[1].csv",
    "q?.csv",
    "a*.csv",
    "it's.csv",
    "s.parquet.txt",
    "x.csv.gz",
    "-",
    "é {a,b}",
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened_connection:
        opened_connection.execute("SET threads = 1")
        yield opened_connection


@pytest.fixture(scope="module")
def counts() -> Iterator[Counter[str]]:
    counter: Counter[str] = Counter()
    yield counter
    if EXAMPLES != SLICE:
        print("\n" + "\n".join(f"{count:7,}  {what}" for what, count in sorted(counter.items())))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the clean rows of a table give."""

    returns: Returns
    sales: pl.DataFrame
    months: Preprocessed
    aside: int

    @staticmethod
    def of(table: Table, returns: Returns) -> Wanted:
        checked = validation.check(table.frame().lazy(), imported_on=TODAY, returns=returns)
        return Wanted(
            returns=returns,
            sales=checked.sales.sort(RAW_COLUMNS),
            months=months(table.frame(), returns),
            aside=len(table.noise) + checked.quarantine.height,
        )


def months(frame: pl.DataFrame, returns: Returns) -> Preprocessed:
    return preprocess(frame.lazy(), imported_on=TODAY, recipe="extended", returns=returns)


def read(path: Path, file: File, connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The rows of the file as a load and an import give them."""
    path.write_bytes(file.content)
    with opened(path, file.encoding, path.parent) as layout, scanned(connection, path, layout) as rows:
        table = connection.sql(rows.sql).to_arrow_table()
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def compare(rows: pl.DataFrame, wanted: Wanted, file: File) -> str:
    """Compares the months; equal rows have equal months, which is seen sooner."""
    checked = validation.check(rows.lazy(), imported_on=TODAY, returns=wanted.returns)
    if checked.quarantine.height > wanted.aside:  # of so few rows each is above the limit: a run would stop
        assert not file.certain, checked.quarantine
        return "too many rows set aside"
    assert checked.quarantine.height == wanted.aside
    if not checked.sales.sort(RAW_COLUMNS).equals(wanted.sales):
        result = months(rows, wanted.returns)
        assert result.monthly.equals(wanted.months.monthly)
        assert result.features.equals(wanted.months.features)
    return "loaded"


def outcome(path: Path, file: File, wanted: Wanted, connection: duckdb.DuckDBPyConnection) -> str:
    """What became of the file."""
    try:
        return compare(read(path, file, connection), wanted, file)
    except InputError as error:
        if file.certain or not error.message:
            raise
        return "refused"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_gives_the_months_of_the_clean_table_or_is_refused(
    kind: str, connection: duckdb.DuckDBPyConnection, counts: Counter[str], tmp_path: Path
) -> None:
    write = csv_files if kind == "csv" else parquet_files

    @settings(
        max_examples=max(1, EXAMPLES // FILES),
        deadline=None,
        database=None,
        derandomize=EXAMPLES == SLICE,
        phases=[Phase.generate],  # the tables are small as they are; making them smaller takes minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(data=st.data(), table=tables(), returns=st.sampled_from(["net", "set-aside"]))
    def run(data: st.DataObject, table: Table, returns: Returns) -> None:
        if all(isinstance(sold := row["QuantitySold"], Decimal) and sold < 0 for row in table.clean):
            returns = "net"  # nothing would be left
        wanted = Wanted.of(table, returns)
        for _ in range(FILES):
            file = data.draw(write(table))
            became = outcome(tmp_path / data.draw(st.sampled_from(NAMES)), file, wanted, connection)
            counts[f"{kind}: {became}{f', {file.expected}' if file.expected else ''}"] += 1

    run()
    assert counts[f"{kind}: loaded"] > EXAMPLES / 4, counts
