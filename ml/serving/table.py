"""The forecast of all stores as a table, and as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ml.core.forecasts import Forecast, ForecastRow
from ml.store.atomic import whole_file

SCHEMA = {
    "StoreID": pl.String,
    "Country": pl.String,
    "City": pl.String,
    "Month": pl.Date,
    "QuantitySold": pl.Float64,
    "Lower": pl.Float64,
    "Upper": pl.Float64,
    "Fallback": pl.String,
    "Model": pl.String,
    "Version": pl.String,
}
"""`Month` is its first day. `Lower` and `Upper` are null if the model has no interval, `Fallback` if none was
needed, `Version` if the model is not registered."""

NAMES = ("forecast.parquet", "forecast.csv")


def table(
    rows: Sequence[ForecastRow], forecasts: Sequence[Forecast], *, model: str, version: str | None
) -> pl.DataFrame:
    """One line per row, in their order, with the columns of `SCHEMA`."""
    lines = [
        (
            row.store_id,
            row.country,
            row.city,
            forecast.month,
            forecast.quantity,
            forecast.lower,
            forecast.upper,
            forecast.fallback,
            model,
            version,
        )
        for row, forecast in zip(rows, forecasts, strict=True)
    ]
    return pl.DataFrame(lines, schema=SCHEMA, orient="row")


def write(frame: pl.DataFrame, folder: Path) -> tuple[Path, Path]:
    """Writes `forecast.parquet` and `forecast.csv` into `folder`: both, or neither.

    Raises:
        MLError: the disk is full.
        InputError: nothing can be written there.
    """
    parquet, csv = (folder / name for name in NAMES)
    with whole_file(parquet) as new_parquet, whole_file(csv) as new_csv:
        frame.write_parquet(new_parquet)
        frame.write_csv(new_csv)
    return parquet, csv
