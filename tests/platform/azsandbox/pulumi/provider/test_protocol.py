"""Pulumi's wire format and the detailed diff."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azsandbox.pulumi.provider import wire
from azsandbox.pulumi.provider.backend import Replacing
from azsandbox.pulumi.provider.diff import Change, Kind, changes
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
def test_values_survive_the_wire(values: dict[str, Any]) -> None:
    assert wire.read(wire.write(values)) == values


def diff(old: dict[str, Any], new: dict[str, Any], *paths: str, everything: bool = False) -> list[Change]:
    return changes(old, new, Replacing(paths=frozenset(paths), everything=everything), lambda *_: False)


def test_equal_inputs_have_no_diff_whatever_is_secret() -> None:
    assert diff({"a": [1, {"b": "c"}]}, {"a": [1, {"b": "c"}]}) == []
    assert diff({"a": "x"}, {"a": Secret("x")}) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 2}, Change("a", Kind.UPDATE, replaces=False)),
        ({}, {"a": 1}, Change("a", Kind.ADD, replaces=False)),
        ({"a": 1}, {}, Change("a", Kind.DELETE, replaces=False)),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, Change("a[0].b", Kind.UPDATE, replaces=False)),
        ({"tags": {"a.b": 1}}, {"tags": {"a.b": 2}}, Change('tags["a.b"]', Kind.UPDATE, replaces=False)),
        ({"a": "x"}, {"a": UNKNOWN}, Change("a", Kind.UPDATE, replaces=False)),
    ],
)
def test_every_kind_of_change_is_told_by_path(old: Any, new: Any, expected: Change) -> None:
    assert diff(old, new) == [expected]


def test_a_change_below_a_replacing_path_replaces_and_one_beside_it_does_not() -> None:
    old = {"network": {"cidr": "a", "cidrs": "b"}, "pools": [{"size": "s"}]}
    new = {"network": {"cidr": "x", "cidrs": "y"}, "pools": [{"size": "l"}]}
    found = {one.path: one.replaces for one in diff(old, new, "network.cidr", "pools")}
    assert found == {"network.cidr": True, "network.cidrs": False, "pools[0].size": True}


def test_an_immutable_resource_is_replaced_by_every_change() -> None:
    assert [one.replaces for one in diff({"a": 1}, {"a": 2}, everything=True)] == [True]


def test_two_spellings_of_one_region_are_no_change(azure: Any) -> None:
    assert azure.provider.same("azure-native:storage:StorageAccount", "location", "West Europe", "westeurope")
    assert not azure.provider.same("azure-native:storage:StorageAccount", "location", "westeurope", "eastus2")
