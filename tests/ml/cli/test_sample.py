"""`roast data sample` writes what the warehouse can load."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from ml.cli.sample import sample
from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError

app = typer.Typer()
app.command()(sample)
SMALL = ("--stores", "2", "--years", "1", "--until", "2025-03-31")


def _run(*options: str) -> str:
    result = CliRunner().invoke(app, [*SMALL, *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_the_same_seed_writes_the_same_bytes(ending: str, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}{ending}" for name in "ab"]
    for file in files:
        _run("--seed", "3", "--out", str(file))
    assert files[0].read_bytes() == files[1].read_bytes()


def test_csv_and_parquet_hold_the_same_rows(tmp_path: Path) -> None:
    csv, parquet = tmp_path / "s.csv", tmp_path / "s.parquet"
    answer = json.loads(_run("--out", str(csv), "--json"))
    _run("--out", str(parquet))
    rows = pl.read_parquet(parquet)
    assert pl.read_csv(csv, try_parse_dates=False).equals(rows)
    assert tuple(rows.columns) == RAW_COLUMNS
    assert answer == {"file": str(csv), "rows": rows.height, "until": "2025-03-31"}


def test_by_default_the_sales_end_with_the_last_month_that_is_over(tmp_path: Path) -> None:
    out = tmp_path / "s.parquet"
    result = CliRunner().invoke(app, ["--stores", "1", "--years", "1", "--no-flaws", "--out", str(out)])
    assert result.exit_code == 0, result.output
    last = pl.read_parquet(out)["Date"].str.to_date().max()
    assert last == pl.Series([last]).dt.month_end()[0]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"must end in \.csv or \.parquet"):
        _run("--out", str(tmp_path / "s.xlsx"))
