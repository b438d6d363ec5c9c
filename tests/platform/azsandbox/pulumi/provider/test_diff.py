"""The detailed diff and its replacements."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.pulumi.provider.backend import ReplaceRules
from azsandbox.pulumi.provider.diff import Change, DiffKind, changes
from azsandbox.schema.values import UNKNOWN, Secret


def diff(old: dict[str, Any], new: dict[str, Any], *paths: str, every_change: bool = False) -> list[Change]:
    rules = ReplaceRules(paths=frozenset(paths), every_change=every_change)
    return changes(old, new, rules, lambda *_: False)


def test_equal_inputs_have_no_diff_even_if_one_is_secret() -> None:
    assert diff({"a": [1, {"b": "c"}]}, {"a": [1, {"b": "c"}]}) == []
    assert diff({"a": "x"}, {"a": Secret("x")}) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 2}, Change("a", DiffKind.UPDATE, replaces=False)),
        ({}, {"a": 1}, Change("a", DiffKind.ADD, replaces=False)),
        ({"a": 1}, {}, Change("a", DiffKind.DELETE, replaces=False)),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, Change("a[0].b", DiffKind.UPDATE, replaces=False)),
        ({"tags": {"a.b": 1}}, {"tags": {"a.b": 2}}, Change('tags["a.b"]', DiffKind.UPDATE, replaces=False)),
        ({"a": "x"}, {"a": UNKNOWN}, Change("a", DiffKind.UPDATE, replaces=False)),
    ],
)
def test_every_kind_of_change_is_reported_by_path(old: Any, new: Any, expected: Change) -> None:
    assert diff(old, new) == [expected]


def test_a_change_below_a_replacing_path_replaces_and_a_change_next_to_it_does_not() -> None:
    old = {"network": {"cidr": "a", "cidrs": "b"}, "pools": [{"size": "s"}]}
    new = {"network": {"cidr": "x", "cidrs": "y"}, "pools": [{"size": "l"}]}
    replaces = {change.path: change.replaces for change in diff(old, new, "network.cidr", "pools")}
    assert replaces == {"network.cidr": True, "network.cidrs": False, "pools[0].size": True}


def test_an_immutable_resource_is_replaced_by_every_change() -> None:
    assert [change.replaces for change in diff({"a": 1}, {"a": 2}, every_change=True)] == [True]
