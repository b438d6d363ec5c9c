"""Fills the embedded warehouse's sales table from a file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ml.errors import InputError, MLError
from ml.store.atomic import whole_file
from ml.store.documents import write_json
from ml.store.lineage import content_hash
from ml.store.regular import regular_file
from ml.warehouse.columns import literal
from ml.warehouse.files import opened
from ml.warehouse.folder import DATABASE, DEFAULT, SCHEMA, TABLE, WarehouseFolder
from ml.warehouse.record import LoadRecord
from ml.warehouse.scan import scanned

FORMAT = "2"
"""Part of the fingerprint: raise it when the same file is loaded as a different table."""

_MEMORY = "1GB"

OnStage = Callable[[str], None]


def load(
    file: str | os.PathLike[str],
    folder: str | os.PathLike[str] = DEFAULT,
    *,
    source: str | None = None,
    encoding: str = "utf-8",
    on_stage: OnStage = lambda _: None,
) -> LoadRecord:
    """Replaces the sales table by a file's rows; the old table stays until the new one is complete.

    Args:
        file: CSV (delimited by comma, semicolon, tab or bar) or parquet, with all sales columns in any case.
        folder: the embedded warehouse.
        source: name of the file in the record; its path by default.
        encoding: of a CSV file.
        on_stage: called with a text for each stage of the work.

    Raises:
        InputError: the file is absent, empty, truncated, of another format or encoding, has no rows, lacks a
            column, has a line with too few or too many cells, or changes meanwhile.
        MLError: the disk is full.
    """
    path, warehouse = regular_file(file), WarehouseFolder(Path(folder))
    version = _version(path)
    with whole_file(warehouse.database) as part:
        scratch = part.parent
        on_stage(f"checking {path.name}")
        with opened(path, encoding, scratch) as layout:
            fingerprint = hashlib.sha256(f"{FORMAT}:{encoding}:{content_hash(path)}".encode()).hexdigest()
            with _database(scratch) as connection:
                on_stage("finding the types of its columns")
                with scanned(connection, path, layout) as rows:
                    on_stage(f"writing {rows.columns.rows:,} rows")
                    connection.execute(f"CREATE TABLE {DATABASE}.{SCHEMA}.{TABLE} AS {rows.sql}")
            record = LoadRecord(
                source=source or str(path),
                rows=rows.columns.rows,
                fingerprint=fingerprint,
                as_text=rows.columns.as_text,
                ignored=layout.ignored(),
            )
        if _version(path) != version:  # or the hash would be of other rows
            raise InputError(f"{path} changed while it was read", "load it again when it is complete")
        if not record.rows:
            raise InputError(f"{path} has no rows", "only a header was found")
        warehouse.record.unlink(
            missing_ok=True
        )  # until the new record is written, what is loaded is not certain
    write_json(warehouse.record, record)
    return record


def _version(path: Path) -> tuple[int, int, int]:
    state = path.stat()
    return state.st_ino, state.st_size, state.st_mtime_ns


@contextmanager
def _database(folder: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """A new database as fakesnow creates it. Rows are written to it directly: SQL INSERT would take hours."""
    try:
        from ml.warehouse import engine  # noqa: PLC0415 - takes seconds, and only a load needs it
    except FileNotFoundError as error:  # fakesnow makes a folder when it is imported
        raise MLError(f"{error.strerror}", "free some space there, or set TMPDIR to another folder") from None
    connection = engine.create(folder / f"{DATABASE}.db")
    try:
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        connection.execute(f"SET temp_directory = {literal(str(folder / 'tmp'))}")
        connection.execute("SET autoinstall_known_extensions = false")
        yield connection
        connection.execute(f"DETACH {DATABASE}")  # flushes its write-ahead log
    finally:
        connection.close()
