"""The content hash of a table in pieces."""

from __future__ import annotations

import datetime as dt
import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.store.rowhash import RowHash

SCHEMA = pa.schema(
    [
        ("text", pa.string()),
        ("number", pa.float64()),
        ("whole", pa.int64()),
        ("date", pa.date32()),
        ("yes", pa.bool_()),
    ]
)
Row = tuple[str | None, float | None, int | None, dt.date | None, bool | None]
ROW = st.tuples(
    st.none() | st.sampled_from(["", "None", "Montréal", "a", "b"]),
    st.none() | st.floats(allow_nan=False, width=32),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.dates(),
    st.none() | st.booleans(),
)


def table(rows: list[Row]) -> pa.Table:
    return pa.table([list(column) for column in zip(*rows, strict=True)] or [[]] * 5, schema=SCHEMA)


def digest(*pieces: list[Row]) -> str:
    digest = RowHash(SCHEMA)
    for piece in pieces:
        digest.update(table(piece))
    return digest.hexdigest()


@settings(max_examples=50, deadline=None)
@given(st.lists(ROW, max_size=20), st.integers(0, 20), st.randoms(use_true_random=False))
def test_order_and_batches_make_no_difference(rows: list[Row], cut: int, chance: random.Random) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    assert digest(rows) == digest(mixed[:cut], mixed[cut:])


BASE: Row = ("a", 1.0, 1, dt.date(2024, 1, 1), True)


@pytest.mark.parametrize(
    "other",
    [
        ("b", 1.0, 1, dt.date(2024, 1, 1), True),
        ("", 1.0, 1, dt.date(2024, 1, 1), True),
        (None, 1.0, 1, dt.date(2024, 1, 1), True),
        ("None", 1.0, 1, dt.date(2024, 1, 1), True),
        ("a", 1.0000000000000002, 1, dt.date(2024, 1, 1), True),
        ("a", None, 1, dt.date(2024, 1, 1), True),
        ("a", 1.0, 2, dt.date(2024, 1, 1), True),
        ("a", 1.0, 1, dt.date(2024, 1, 2), True),
        ("a", 1.0, 1, dt.date(2024, 1, 1), False),
    ],
)
def test_every_value_counts(other: Row) -> None:
    assert digest([BASE]) != digest([other])
    assert digest([BASE, BASE]) != digest([BASE, other])


def test_a_row_twice_is_not_a_row_once() -> None:
    assert len({digest([BASE] * count) for count in range(4)}) == 4


def test_values_that_change_places_between_rows_or_columns_are_noticed() -> None:
    schema = pa.schema([("a", pa.string()), ("b", pa.string())])

    def two(a: list[str], b: list[str]) -> str:
        digest = RowHash(schema)
        digest.update(pa.table({"a": a, "b": b}, schema=schema))
        return digest.hexdigest()

    assert len({two(["x", "y"], ["p", "q"]), two(["x", "y"], ["q", "p"]), two(["p", "q"], ["x", "y"])}) == 3


def test_minus_zero_is_zero() -> None:
    assert digest([("a", -0.0, 1, None, None)]) == digest([("a", 0.0, 1, None, None)])


def test_a_columns_type_and_name_count() -> None:
    fields = (("a", pa.string()), ("a", pa.int64()), ("b", pa.string()))
    assert len({RowHash(pa.schema([field])).hexdigest() for field in fields}) == 3
