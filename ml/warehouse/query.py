"""A query's rows as Arrow batches of one schema, with the column names of the pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from snowflake.connector.connection import SnowflakeConnection
from snowflake.connector.constants import FIELD_ID_TO_NAME
from snowflake.connector.cursor import ResultMetadata, SnowflakeCursor
from snowflake.connector.vendored.requests.exceptions import RequestException

from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError
from ml.warehouse.connect import FAILURES, explain
from ml.warehouse.settings import SnowflakeSettings

_PART = r'(?:[A-Za-z_][A-Za-z0-9_$]*|"(?:[^"]|"")+")'
_TABLE = re.compile(rf"{_PART}(?:\.{_PART}){{0,2}}")
_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_TIMES = ("TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ")


@dataclass(frozen=True, kw_only=True)
class SalesQuery:
    """What to read: exactly one of a table and a query."""

    table: str | None = None
    query: str | None = None

    def __post_init__(self) -> None:
        if self.query is not None:
            words = _COMMENTS.sub(" ", self.query).strip(" \n\t\r(").split()
            if not words or words[0].upper() not in ("SELECT", "WITH"):
                raise InputError(
                    f"the query begins with {' '.join(words[:1]) or 'nothing'}",
                    "it has to begin with SELECT or WITH",
                )
        elif self.table is None or not _TABLE.fullmatch(self.table):
            raise InputError(
                f"{self.table!r} is not a valid table name",
                'NAME, SCHEMA.NAME or DATABASE.SCHEMA.NAME; other characters need "double quotes"',
            )

    @property
    def everything(self) -> str:
        """SQL of all its columns."""
        return self.query if self.query is not None else f"SELECT * FROM {_quoted(self.table or '')}"  # noqa: S608 - checked and quoted

    def __str__(self) -> str:
        return "the query's result" if self.query is not None else f"table {self.table}"


@dataclass(frozen=True, kw_only=True)
class QueryResult:
    """The sales columns of a query, with the same names and types in every batch."""

    sql: str
    schema: pa.Schema
    ignored: tuple[str, ...]
    """Columns of the result that are not sales columns."""
    batches: Iterator[pa.Table]


def read(
    session: SnowflakeConnection, settings: SnowflakeSettings, source: SalesQuery, attempts: int = 3
) -> QueryResult:
    """Starts the query. The batches must be taken while the session is open.

    Args:
        session: an open one.
        settings: of it.
        source: what to read.
        attempts: if the connection breaks within an answer: the connector does not repeat the query then,
            and one that only reads may be repeated.

    Raises:
        InputError: the table does not exist, the query is refused, or a sales column is missing.
        UnreachableError: the connection broke, now or while the batches come.
    """
    cursor = session.cursor()
    try:
        metadata, names, sql = _started(cursor, source)
    except FAILURES as error:
        if isinstance(error, RequestException) and attempts > 1:
            return read(session, settings, source, attempts - 1)
        raise explain(error, settings, source.table) from None
    schema = pa.schema([(name, _type(metadata[theirs])) for name, theirs in names.items()])
    ignored = tuple(name for name in metadata if name not in names.values())
    return QueryResult(
        sql=sql, schema=schema, ignored=ignored, batches=_batches(cursor, names, schema, settings)
    )


def _started(
    cursor: SnowflakeCursor, source: SalesQuery
) -> tuple[dict[str, ResultMetadata], dict[str, str], str]:
    """The columns of the result, those of them that are sales columns, and the SQL that was run."""
    described = cursor.describe(source.everything)
    names = _matched([column.name for column in described], source)
    # Of a table only the sales columns are selected; a query is run as it was written.
    sql = source.everything if source.query is not None else _selection(names.values(), source)
    cursor.execute(sql)
    return {column.name: column for column in described}, names, sql


def _batches(
    cursor: SnowflakeCursor, names: dict[str, str], schema: pa.Schema, settings: SnowflakeSettings
) -> Iterator[pa.Table]:
    try:
        # Nanoseconds would overflow for dates that Snowflake can hold.
        for batch in cursor.fetch_arrow_batches(force_microsecond_precision=True):
            columns = [_cast(batch.column(theirs), schema.field(ours)) for ours, theirs in names.items()]
            yield pa.Table.from_arrays(columns, schema=schema)
    except FAILURES as error:
        raise explain(error, settings) from None


def _quoted(table: str) -> str:
    """Each part in double quotes; a name without quotes is upper-cased, as Snowflake does it."""
    parts: list[str] = re.findall(_PART, table)
    return ".".join(part if part.startswith('"') else f'"{part.upper()}"' for part in parts)


def _selection(columns: Iterable[str], source: SalesQuery) -> str:
    quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
    return f"SELECT {quoted} FROM {_quoted(source.table or '')}"  # noqa: S608 - checked and quoted


def _matched(theirs: Sequence[str], source: SalesQuery) -> dict[str, str]:
    """By sales column, the name of it in the result."""
    matches: dict[str, str] = {}
    missing: list[str] = []
    for name in RAW_COLUMNS:
        same = [each for each in theirs if each.casefold() == name.casefold()]
        if len(same) > 1:
            raise InputError(
                f"{source} has {' and '.join(same)}, which differ in case only", "select one of them"
            )
        if same:
            matches[name] = same[0]
        else:
            missing.append(name)
    if missing:
        raise InputError(
            f"{source} lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}",
            f"it has: {', '.join(theirs)}; a query may rename or compute what is missing",
        )
    return matches


def _type(column: ResultMetadata) -> pa.DataType:
    """One type per column; Snowflake sends whole numbers as narrow as each batch allows."""
    name = FIELD_ID_TO_NAME[column.type_code]
    if name == "FIXED":
        return pa.float64() if column.scale else pa.int64()
    if name in _TIMES:
        return pa.timestamp("us")
    return {"REAL": pa.float64(), "DATE": pa.date32(), "BOOLEAN": pa.bool_()}.get(name, pa.string())


def _cast(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    kind = column.type
    try:
        if pa.types.is_timestamp(kind) and kind.tz is not None:
            column = pc.call_function("local_timestamp", [column])  # the store's local day, not the UTC day
        return pc.cast(column, field.type)
    except pa.ArrowInvalid as error:
        raise InputError(
            f"column {field.name} cannot be read as {field.type}: {error}", "cast it in a query"
        ) from None
