"""Parquet files, for polars and for pandas, with the same errors."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ml.errors import InputError
from ml.store import lineage
from ml.store.atomic import whole_file

AnyPath = str | os.PathLike[str]


def write(frame: pl.DataFrame | pd.DataFrame, path: AnyPath) -> None:
    """Writes `frame` (a pandas index is left out) to `path`, whole or not at all."""
    polars = isinstance(frame, pl.DataFrame)
    table = frame.to_arrow() if polars else pa.Table.from_pandas(frame, preserve_index=False)
    with whole_file(path) as part:
        pq.write_table(table, part, compression="zstd")


def read_polars(path: AnyPath, columns: list[str] | None = None) -> pl.DataFrame:
    """The rows of a parquet file.

    Raises:
        InputError: there is no such file, it is damaged, or it lacks one of `columns`.
    """
    frame = pl.from_arrow(_read(path, columns))
    if not isinstance(frame, pl.DataFrame):  # a table never becomes a Series
        raise TypeError(type(frame))
    return frame


def read_pandas(path: AnyPath, columns: list[str] | None = None) -> pd.DataFrame:
    """The rows of a parquet file; dates come as `datetime64`, text as `str` with NaN for what is missing.

    Raises:
        InputError: as `read_polars`.
    """
    return _read(path, columns).to_pandas(date_as_object=False)


def _read(path: AnyPath, columns: list[str] | None) -> pa.Table:
    try:
        lineage.verify(Path(path), Path(path).parent)
        # A single file: as a data set, folder names such as `Month=3` would become columns.
        with pq.ParquetFile(Path(path)) as file:
            lacking = [c for c in columns or () if c not in file.schema_arrow.names]
            if lacking:
                raise InputError(
                    f"{path} lacks the column {', '.join(lacking)}", "write it again with this version"
                )
            return file.read(columns=columns)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist") from None
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            f"{path} is not a complete parquet file: {str(error).splitlines()[0]}", "write it again"
        ) from error
