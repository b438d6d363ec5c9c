"""Fills the embedded warehouse's sales table from a file."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ml.errors import InputError
from ml.store.atomic import is_full, whole_file
from ml.store.documents import write_json
from ml.store.lineage import content_hash
from ml.store.regular import regular_file
from ml.warehouse.columns import literal, quoted, typed
from ml.warehouse.files import Layout, opened
from ml.warehouse.folder import DATABASE, DEFAULT, SCHEMA, TABLE, WarehouseFolder
from ml.warehouse.record import LoadRecord

FORMAT = "2"
"""Part of the fingerprint: raise it when the same file is loaded as a different table."""

_MEMORY = "1GB"
_LONGEST_LINE = 2_000_000
_FILE = re.compile(r"/dev/fd/\d+")

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
            column, or has a line with too few or too many cells.
        MLError: the disk is full.
    """
    path, warehouse = regular_file(file), WarehouseFolder(Path(folder))
    with whole_file(warehouse.database) as part:
        scratch = part.parent
        on_stage(f"checking {path.name}")
        with opened(path, encoding, scratch) as layout:
            fingerprint = hashlib.sha256(f"{FORMAT}:{encoding}:{content_hash(path)}".encode()).hexdigest()
            with (
                _database(scratch) as connection,
                _explained(path, layout),
                _relation(layout) as relation,
            ):
                record = _fill(
                    connection,
                    layout,
                    relation,
                    source=source or str(path),
                    fingerprint=fingerprint,
                    on_stage=on_stage,
                )
        if not record.rows:
            raise InputError(f"{path} has no rows", "only a header was found")
        warehouse.record.unlink(
            missing_ok=True
        )  # until the new record is written, what is loaded is not certain
    write_json(warehouse.record, record)
    return record


@contextmanager
def _database(folder: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """A new database as fakesnow creates it. Rows are written to it directly: SQL INSERT would take hours."""
    from ml.warehouse import engine  # noqa: PLC0415 - takes seconds, and only a load needs it

    connection = engine.create(folder / f"{DATABASE}.db")
    try:
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        connection.execute(f"SET temp_directory = {literal(str(folder / 'tmp'))}")
        connection.execute("SET autoinstall_known_extensions = false")
        yield connection
        connection.execute(f"DETACH {DATABASE}")  # flushes its write-ahead log
    finally:
        connection.close()


def _fill(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    relation: str,
    *,
    source: str,
    fingerprint: str,
    on_stage: OnStage,
) -> LoadRecord:
    on_stage("finding the types of its columns")
    columns = typed(connection, relation, layout.engine_names(), layout.zones)
    on_stage(f"writing {columns.rows:,} rows")
    # Snowflake's unquoted names are capitals.
    selected = ", ".join(f"{sql} AS {quoted(name.upper())}" for name, sql in columns.expressions.items())
    table = f"{DATABASE}.{SCHEMA}.{TABLE}"
    connection.execute(f"CREATE TABLE {table} AS SELECT {selected} FROM {relation}")  # noqa: S608 - ours and quoted
    return LoadRecord(
        source=source,
        rows=columns.rows,
        fingerprint=fingerprint,
        as_text=columns.as_text,
        ignored=layout.ignored(),
    )


@contextmanager
def _relation(layout: Layout) -> Generator[str]:
    """SQL of the file's rows. The engine gets an open file: `q?.csv` would be a pattern to it."""
    with layout.path.open("rb") as file:
        path = literal(f"/dev/fd/{file.fileno()}")
        if layout.kind == "parquet":
            yield f"read_parquet({path})"
            return
        columns = ", ".join(f"{name}: 'VARCHAR'" for name in layout.numbered())
        # DuckDB's own detection is off: it looks at the first rows only, and at the ending of the name.
        options = (
            f"header = true, delim = {literal(layout.delimiter)}, quote = '\"', escape = '\"', nullstr = ''"
        )
        yield (
            f"read_csv({path}, auto_detect = false, columns = {{{columns}}}, {options}, "
            f"compression = 'none', max_line_size = {_LONGEST_LINE}, strict_mode = true)"
        )


@contextmanager
def _explained(path: Path, layout: Layout) -> Generator[None]:
    try:
        yield
    except duckdb.Error as error:
        if is_full(error):
            raise  # whole_file reports it
        message = str(error)
        line = re.search(r"CSV Error on Line: (\d+)", message)
        if line is None:
            raise InputError(f"cannot read {path}: {_FILE.sub(path.name, message.splitlines()[0])}") from None
        cells = re.search(r"Expected Number of Columns: \d+ Found: (\d+)", message)
        if cells:
            what = f"{cells[1]} cells, and the header has {len(layout.columns)}"
        elif "Maximum line size" in message:
            what = f"longer than {_LONGEST_LINE:,} bytes"
        else:
            what = "a stray quote"
        raise InputError(f"{path}, line {line[1]}: {what}", "correct the line; nothing was loaded") from None
