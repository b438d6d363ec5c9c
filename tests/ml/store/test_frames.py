"""Parquet in and out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from pandas.testing import assert_frame_equal

from ml.errors import InputError
from ml.store import frames

ROWS = pl.DataFrame(
    {
        "City": ["Montréal", None, "México"],
        "Holiday": ["None", None, "Día de Muertos"],
        "Month": [dt.date(2024, 1, 1), None, dt.date(2024, 2, 1)],
        "QuantitySold": [1.5, None, -2.0],
    }
)


def test_polars_rows_survive(tmp_path: Path) -> None:
    frames.write(ROWS, tmp_path / "rows.parquet")
    assert frames.read_polars(tmp_path / "rows.parquet").equals(ROWS)


def test_pandas_rows_survive_without_their_index(tmp_path: Path) -> None:
    dates = pd.to_datetime(["2024-01-01", "2024-02-01"])
    months = pd.DataFrame({"Month": dates, "Price": [1.0, 2.0]}, index=[7, 8])
    frames.write(months, tmp_path / "months.parquet")
    assert_frame_equal(frames.read_pandas(tmp_path / "months.parquet"), months.reset_index(drop=True))


def test_dates_of_polars_come_to_pandas_as_datetime64(tmp_path: Path) -> None:
    frames.write(ROWS, tmp_path / "rows.parquet")
    read = frames.read_pandas(tmp_path / "rows.parquet")
    assert read["Month"].dtype.kind == "M"
    assert list(read["Month"].dropna()) == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")]


def test_the_text_none_is_no_missing_value(tmp_path: Path) -> None:
    frames.write(ROWS, tmp_path / "rows.parquet")
    read = frames.read_pandas(tmp_path / "rows.parquet")
    assert list(read["Holiday"].isna()) == [False, True, False]
    assert read["Holiday"][0] == "None"


@pytest.mark.parametrize("read", [frames.read_polars, frames.read_pandas])
def test_only_the_columns_that_are_asked_for_are_read(
    read: Callable[..., pl.DataFrame | pd.DataFrame], tmp_path: Path
) -> None:
    frames.write(ROWS, tmp_path / "rows.parquet")
    assert list(read(tmp_path / "rows.parquet", ["City"]).columns) == ["City"]
    with pytest.raises(InputError, match=r"rows.parquet lacks the column Sales"):
        read(tmp_path / "rows.parquet", ["City", "Sales"])


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent.parquet does not exist"):
        frames.read_polars(tmp_path / "absent.parquet")


@pytest.mark.parametrize("length", [0, 3, 4, 100, -1])
def test_a_file_that_was_cut_off_is_named(length: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.parquet"
    frames.write(ROWS, path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(InputError, match=r"cut.parquet is not a complete parquet file") as caught:
        frames.read_pandas(path)
    assert "\n" not in str(caught.value)
