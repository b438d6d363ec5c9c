"""Types that a sales column may have. Any other is refused: its values would arrive as something else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
from pyarrow import types

from ml.errors import InputError

DATES = ("Date",)
NUMBERS = ("QuantitySold", "Price")


def check_types(path: Path, kinds: Mapping[str, pa.DataType]) -> None:
    """Compares the types of a file's sales columns with the contract.

    Args:
        path: the file, for the message.
        kinds: the type of each sales column.

    Raises:
        InputError: a column has a type outside of the contract; the message names both.
    """
    for column, kind in kinds.items():
        value = kind.value_type if types.is_dictionary(kind) else kind
        if not _is_allowed(column, value):
            raise InputError(f"{path}: {column} has the type {kind}", f"it must be {wanted(column)}")


def wanted(column: str) -> str:
    """What a column may hold, for a message."""
    if column in DATES:
        return "a date, a timestamp, text, or whole numbers such as 20240105"
    return "a number, or text" if column in NUMBERS else "text, a number, or true and false"


def _is_allowed(column: str, kind: pa.DataType) -> bool:
    if types.is_null(kind) or types.is_integer(kind) or _is_text(kind):
        return True
    if column in DATES:
        return types.is_date(kind) or types.is_timestamp(kind)
    if types.is_floating(kind) or types.is_decimal(kind):
        return True
    return column not in NUMBERS and types.is_boolean(kind)


def _is_text(kind: pa.DataType) -> bool:
    return types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)
