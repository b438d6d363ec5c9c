"""Rows to score, read from a file unchecked: the endpoint reports what is wrong with them."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ml.errors import InputError
from ml.serving.contract import Row
from ml.store.regular import regular_file

_FIELDS = {name.casefold(): name for name in Row.model_fields}
_NEEDED = ("StoreID", "Month")


def read_rows(path: Path) -> list[Mapping[str, Any]]:
    """The rows of a CSV file with a header, or of a JSON file: a list of objects, or `{"rows": [...]}`.

    Names match without regard to case. An empty CSV cell is left out, so that it is filled from the store's
    past.

    Raises:
        InputError: the file can't be read as either, has no row, or lacks StoreID or Month.
    """
    try:
        text = regular_file(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not in UTF-8: byte {error.start} is wrong", "save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    if not text.strip():
        raise InputError(f"{path} is empty")
    rows = _from_json(path, text) if text.lstrip()[0] in "[{" else _from_csv(path, text)
    if not rows:
        raise InputError(f"{path} has no rows")
    return rows


def _from_json(path: Path, text: str) -> list[Mapping[str, Any]]:
    try:
        # NaN and infinity are not valid in a request; sent as text, the endpoint names row and field.
        data = json.loads(text, parse_constant=str, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON: {error}") from None
    rows: Any = data.get("rows") if isinstance(data, dict) else data
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{path} holds no list of rows", 'such as [{"StoreID": "S001", "Month": "2026-12"}]')
    return [{_FIELDS.get(str(key).casefold(), str(key)): row[key] for key in row} for row in rows]


def _from_csv(path: Path, text: str) -> list[Mapping[str, Any]]:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header, *lines = [line for line in reader if line]
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}") from None
    names = [_FIELDS.get(name.strip().casefold(), name.strip()) for name in header]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        columns = ", ".join(names[:10])
        raise InputError(f"{path} lacks the column {missing[0]}", f"comma-separated columns found: {columns}")
    if len(set(names)) < len(names):
        raise InputError(f"{path} names a column twice", f"columns found: {', '.join(names[:20])}")
    for number, line in enumerate(lines, 1):
        if len(line) != len(names):
            raise InputError(f"{path}, row {number}: has {len(line)} cells for {len(names)} columns")
    return [
        {name: _cell(name, cell.strip()) for name, cell in zip(names, line, strict=True) if cell.strip()}
        for line in lines
    ]


def _cell(name: str, text: str) -> str | float:
    """A price as a number; any other text is sent as it is, and the endpoint names it."""
    try:
        return _finite(text) if name == "Price" else text
    except ValueError:
        return text


def _finite(text: str) -> str | float:
    number = float(text)
    return number if math.isfinite(number) else text
