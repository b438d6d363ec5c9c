"""The typed rows of a sales file as SQL of DuckDB, and its errors in the words of a user."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ml.errors import InputError
from ml.store.atomic import is_full
from ml.warehouse.columns import TypedColumns, literal, quoted, typed
from ml.warehouse.files import Layout

_LONGEST_LINE = 2_000_000
_FILE = re.compile(r"/dev/fd/\d+")


@dataclass(frozen=True, kw_only=True)
class FileRows:
    """A query for the sales columns of a file; it can be run while the file is open."""

    sql: str
    columns: TypedColumns


@contextmanager
def scanned(connection: duckdb.DuckDBPyConnection, path: Path, layout: Layout) -> Generator[FileRows]:
    """Reads the file once to find the types of its columns, and yields the query for its rows.

    Args:
        connection: that runs the query.
        path: the user's file, for messages.
        layout: how to read it.

    Raises:
        InputError: a line has too few or too many cells or a stray quote, or a value has lost digits; now or
            while the query runs in the block.
    """
    with _explained(path, layout), _relation(layout) as relation:
        columns = typed(connection, relation, layout.engine_names(), layout.zones)
        # Snowflake's unquoted names are capitals.
        selected = ", ".join(f"{sql} AS {quoted(name.upper())}" for name, sql in columns.expressions.items())
        yield FileRows(sql=f"SELECT {selected} FROM {relation}", columns=columns)  # noqa: S608 - ours and quoted


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
        options = f"header = true, delim = {literal(layout.delimiter)}, quote = '\"', escape = '\"'"
        yield (
            f"read_csv({path}, auto_detect = false, columns = {{{columns}}}, {options}, nullstr = '', "
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
        raise InputError(
            f"{path}, line {int(line[1]) + layout.header_lines - 1:,}: {what}",
            "correct the line; nothing was loaded",
        ) from None
