"""Pulumi's property values survive the conversion to protobuf and back."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from azsandbox.pulumi.provider import wire
from azsandbox.schema.values import UNKNOWN, Secret

_LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.just(UNKNOWN)


_VALUES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        | inner.map(Secret)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), _VALUES, max_size=4))
def test_values_are_the_same_after_conversion_in_both_directions(values: dict[str, Any]) -> None:
    assert wire.read(wire.write(values)) == values
