"""Blank is the same for all engines."""

from __future__ import annotations

import sys

import duckdb
import polars as pl

from ml.core.cells import WHITESPACE


def test_blank_is_what_python_strips() -> None:
    assert set(WHITESPACE) == {c for c in map(chr, range(sys.maxunicode + 1)) if c.isspace()}


def test_the_engines_strip_the_same() -> None:
    cells = [f"{c}a b{c}" for c in WHITESPACE] + ["\u200b", "\ufeffa"]
    stripped = [cell.strip() for cell in cells]
    assert pl.Series(cells).str.strip_chars(WHITESPACE).to_list() == stripped
    rows = duckdb.execute("SELECT trim(unnest($1::VARCHAR[]), $2)", [cells, WHITESPACE]).fetchall()
    assert [cell for (cell,) in rows] == stripped
