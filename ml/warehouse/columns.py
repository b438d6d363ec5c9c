"""SQL that converts a file's columns to the warehouse's types without losing a value.

A date or number column gets its type only if every value in it parses. Otherwise the whole column stays text,
and the step preprocess quarantines the rows that do not parse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from ml.core.cells import WHITESPACE
from ml.errors import InputError
from ml.warehouse.contract import DATES, NUMBERS

_DATE = r"\d{4}-\d{2}-\d{2}([ T]00:00:00(\.0+)?)?"
_NUMBER = r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"
_WHOLE = r"[-+]?\d{1,18}"
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_FLOATS = ("FLOAT", "DOUBLE")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)?")
_EXACT = 2.0**53
"""From here on a float does not hold every whole number."""


@dataclass(frozen=True, kw_only=True)
class TypedColumns:
    """An expression per sales column, and the first value that does not parse of each that stays text."""

    expressions: dict[str, str]
    as_text: dict[str, str]
    rows: int


def typed(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    named: Mapping[str, str],
    zones: Mapping[str, str] | None = None,
) -> TypedColumns:
    """Reads all rows once to find the type of each column.

    Args:
        connection: where to run.
        relation: SQL of the file, for use after FROM.
        named: the engine's name of each sales column by ours.
        zones: time zone of the columns that have one, by the engine's name: the day is the store's.

    Raises:
        InputError: a text column holds a float that is too large to be a name.
    """
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()  # noqa: S608 - ours
    kinds = {str(row[0]): str(row[1]) for row in described}
    texts = {ours: _blank(quoted(theirs)) for ours, theirs in named.items() if kinds[theirs] == "VARCHAR"}
    _check_floats(connection, relation, {ours: (quoted(c), kinds[c]) for ours, c in named.items()})
    doubtful = [name for name in (*DATES, *NUMBERS) if name in texts]
    wrong = _wrong(connection, relation, {name: texts[name] for name in doubtful})
    expressions: dict[str, str] = {}
    for ours, theirs in named.items():
        if ours in wrong.values:
            expressions[ours] = texts[ours]
        elif ours in texts:
            expressions[ours] = _parsed(ours, texts[ours], whole=ours in wrong.whole)
        else:
            column = quoted(theirs)
            if zone := (zones or {}).get(theirs):
                column = _local(column, zone)
            expressions[ours] = _converted(ours, column, kinds[theirs])
    return TypedColumns(expressions=expressions, as_text=wrong.values, rows=wrong.rows)


def _local(column: str, zone: str) -> str:
    """The local time of a timestamp. The engine knows zones by name, and not those that are an offset."""
    offset = _OFFSET.fullmatch(zone)
    if offset is None:
        return f"timezone({literal(zone)}, {column})"
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    return f"(timezone('UTC', {column}) + to_minutes({offset[1]}{minutes}))"


def _check_floats(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Mapping[str, tuple[str, str]]
) -> None:
    """A store 1e20 has no digits of its own: nobody knows which name was meant."""
    floats = {
        name: (column, kind)
        for name, (column, kind) in columns.items()
        if kind in _FLOATS and name not in (*DATES, *NUMBERS)
    }
    if not floats:
        return
    large = [
        f"first({c}) FILTER (WHERE NOT isnan({c}) AND abs({c}) >= {_EXACT:.0f})" for c, _ in floats.values()
    ]
    row = connection.execute(f"SELECT {', '.join(large)} FROM {relation}").fetchall()[0]  # noqa: S608 - ours
    for (name, (_, kind)), value in zip(floats.items(), row, strict=True):
        if value is not None:
            raise InputError(
                f"{name} has the type {kind.lower()} and holds {value}",
                "write it as text or as a whole number: a float of this size has lost digits",
            )


@dataclass(frozen=True, kw_only=True)
class _ParseFailures:
    rows: int
    values: dict[str, str]
    whole: set[str]


def _wrong(connection: duckdb.DuckDBPyConnection, relation: str, texts: Mapping[str, str]) -> _ParseFailures:
    aggregates = ["count(*)"]
    for name, text in texts.items():
        pattern, kind = (_DATE, "DATE") if name in DATES else (_NUMBER, "DOUBLE")
        parses = f"regexp_full_match({text}, '{pattern}') AND TRY_CAST({text} AS {kind}) IS NOT NULL"
        aggregates += [
            f"first({text}) FILTER (WHERE {text} IS NOT NULL AND NOT ({parses}))",
            f"bool_and(regexp_full_match({text}, '{_WHOLE}'))",
        ]
    row = connection.execute(f"SELECT {', '.join(aggregates)} FROM {relation}").fetchall()[0]  # noqa: S608 - ours
    firsts: dict[str, object] = dict(zip(texts, row[1::2], strict=True))
    wholes = dict(zip(texts, row[2::2], strict=True))
    return _ParseFailures(
        rows=int(row[0]),
        values={name: str(value) for name, value in firsts.items() if value is not None},
        whole={name for name, whole in wholes.items() if whole},
    )


def _parsed(name: str, text: str, *, whole: bool) -> str:
    if name in DATES:
        return f"CAST(TRY_CAST({text} AS TIMESTAMP) AS DATE)"
    if name in NUMBERS:
        return f"CAST({text} AS {'BIGINT' if whole else 'DOUBLE'})"
    return text


def _converted(name: str, column: str, kind: str) -> str:
    """For a parquet column that is not text. What cannot be a date or number becomes text."""
    if name in DATES:
        return f"CAST({column} AS {'DATE' if kind == 'DATE' or kind.startswith('TIMESTAMP') else 'VARCHAR'})"
    if name in NUMBERS:
        return _number(column, kind)
    if kind in _FLOATS:  # store 12 must not become 12.0 because another row's number is missing
        whole = f"CAST(TRY_CAST({column} AS BIGINT) AS VARCHAR)"
        text = f"CASE WHEN {column} = trunc({column}) THEN {whole} ELSE CAST({column} AS VARCHAR) END"
        return f"CASE WHEN NOT isnan({column}) THEN {text} END"
    if kind.startswith("DECIMAL"):  # and store 12.00 is the store 12
        return f"regexp_replace(CAST({column} AS VARCHAR), '\\.0+$', '')"
    return f"CAST({column} AS VARCHAR)"


def _number(column: str, kind: str) -> str:
    if kind in _INTEGERS:
        return f"CAST({column} AS BIGINT)"
    if kind in _FLOATS:
        return f"CAST(CASE WHEN NOT isnan({column}) THEN {column} END AS DOUBLE)"
    number = kind.startswith("DECIMAL") or kind.endswith("HUGEINT") or kind in ("UBIGINT", '"NULL"')
    return f"CAST({column} AS {'DOUBLE' if number else 'VARCHAR'})"


_WHITESPACE = str(duckdb.ConstantExpression(WHITESPACE))


def _blank(column: str) -> str:
    """The cell as all rules and casts see it: trimmed, missing if nothing is left; None is a value."""
    return f"nullif(trim({column}, {_WHITESPACE}), '')"


def quoted(name: str) -> str:
    """A name as a SQL identifier."""
    return str(duckdb.ColumnExpression(name))


def literal(text: str) -> str:
    """A text as a SQL literal."""
    return str(duckdb.ConstantExpression(text))
