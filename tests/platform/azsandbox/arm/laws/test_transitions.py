"""Values that change in place only within their group, or along an upgrade."""

from __future__ import annotations

import pytest

from azsandbox.arm.laws.transitions import Transitions

KIND = Transitions(path="kind", groups=(("V1",), ("V2",), ("Files",)), upgrades=(("V1", "V2"),))
SKU = Transitions(path="sku.name", groups=(("LRS", "GRS"), ("ZRS", "GZRS")))


@pytest.mark.parametrize(("old", "new"), [("V2", "V1"), ("V2", "Files"), ("Files", "V1")])
def test_a_change_that_is_no_upgrade_is_refused(old: str, new: str) -> None:
    (problem,) = KIND.changes({"kind": old}, {"kind": new})
    assert f"from {old!r} to {new!r} in place" in problem.message


@pytest.mark.parametrize(("old", "new"), [("V1", "V2"), ("v1", "V1"), ("V2", "Next"), ("V2", None)])
def test_an_upgrade_another_case_and_a_value_of_no_group_are_taken(old: str, new: str | None) -> None:
    assert list(KIND.changes({"kind": old}, {"kind": new})) == []


def test_values_of_one_group_change_freely() -> None:
    assert list(SKU.changes({"sku": {"name": "LRS"}}, {"sku": {"name": "GRS"}})) == []
    (problem,) = SKU.changes({"sku": {"name": "LRS"}}, {"sku": {"name": "ZRS"}})
    assert problem.path == "sku.name"
