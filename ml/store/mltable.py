"""A table as Azure ML reads it: a folder with an `MLTable` file and parquet beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from ml.errors import InputError
from ml.store import lineage

FILE = "MLTable"
PATTERN = "data/*.parquet"
ROW_GROUP = 131_072
"""Rows that are collected before they are written: limits the memory, and avoids small row groups."""

# https://learn.microsoft.com/azure/machine-learning/reference-yaml-mltable
_DESCRIPTION = {
    "$schema": "https://azuremlschemas.azureedge.net/latest/MLTable.schema.json",
    "type": "mltable",
    "paths": [{"pattern": f"./{PATTERN}"}],
    "transformations": [{"read_parquet": {"include_path_column": False}}],
}

Write = Callable[[pa.Table], None]


@contextmanager
def writer(folder: str | os.PathLike[str], schema: pa.Schema) -> Generator[Write]:
    """Yields a function that appends rows; the `MLTable` file is written last and marks a complete folder.

    Args:
        folder: an existing, empty folder.
        schema: of every table that is appended.
    """
    data = Path(folder) / "data"
    data.mkdir()
    gathered: list[pa.Table] = []
    with pq.ParquetWriter(data / "part-00000.parquet", schema, compression="zstd") as file:

        def flush() -> None:
            if gathered:
                file.write_table(pa.concat_tables(gathered))
                gathered.clear()

        def write(rows: pa.Table) -> None:
            gathered.append(rows)
            if sum(table.num_rows for table in gathered) >= ROW_GROUP:
                flush()

        yield write
        flush()
    (Path(folder) / FILE).write_text(yaml.safe_dump(_DESCRIPTION, sort_keys=False), encoding="utf-8")


def scan(folder: str | os.PathLike[str]) -> pl.LazyFrame:
    """The rows of an MLTable folder, read lazily.

    Raises:
        InputError: it is not an MLTable folder, it reads other files than parquet, or a file is damaged.
    """
    files = _files(Path(folder))
    for file in files:
        lineage.verify(file, Path(folder))
        try:
            pq.read_metadata(file)
        except (pa.ArrowInvalid, OSError) as error:
            raise InputError(
                f"{file} is not a complete parquet file: {str(error).splitlines()[0]}", "import it again"
            ) from None
    return pl.scan_parquet(files, glob=False)


def _files(folder: Path) -> list[Path]:
    path = folder / FILE
    try:
        description = yaml.safe_load(path.read_bytes())
        reads = [next(iter(step)) for step in description["transformations"]]
        patterns = [next(iter(entry.values())) for entry in description["paths"]]
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(
            f"{folder} is not an MLTable folder: it has no file {FILE}", "import the sales first"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, KeyError, TypeError, StopIteration):
        raise InputError(f"{path} is not an MLTable description", "import the sales again") from None
    if reads != ["read_parquet"]:
        raise InputError(f"{path} reads by {', '.join(reads)}", "only read_parquet is supported here")
    files = sorted({file for pattern in patterns for file in folder.glob(str(pattern).removeprefix("./"))})
    if not files:
        raise InputError(
            f"{folder} holds no file that matches {', '.join(patterns)}", "import the sales again"
        )
    return files
