"""Resource groups: their names, their regions, and what is deleted with them."""

from __future__ import annotations

from typing import Any

import pytest

GROUP = "resources:ResourceGroup"


def test_a_group_is_created_in_a_known_region(empty_azure: Any, group: str) -> None:
    state = empty_azure.make(GROUP, resourceGroupName="rg", location="West Europe")
    assert state.id == group


@pytest.mark.parametrize("name", ["ends.in.a.period.", "has spaces", "x" * 91])
def test_names_that_a_group_can_not_have(empty_azure: Any, name: str) -> None:
    (problem,) = empty_azure.errors(GROUP, resourceGroupName=name, location="westeurope")
    assert "not ending in a period" in problem


def test_an_unknown_region_is_refused(empty_azure: Any) -> None:
    (problem,) = empty_azure.errors(GROUP, resourceGroupName="rg", location="middle-earth")
    assert problem.startswith("location 'middle-earth'")


def test_a_group_that_exists_is_not_created_again(azure: Any) -> None:
    assert azure.refusal(GROUP, resourceGroupName="rg", location="westeurope") == "Conflict"


def test_deleting_a_group_deletes_everything_in_it(empty_azure: Any) -> None:
    group = empty_azure.group()
    account = empty_azure.storage()
    empty_azure.delete(GROUP, group)
    assert empty_azure.subscription.get(account.id) is None


def test_a_lock_keeps_a_group_from_being_deleted(empty_azure: Any) -> None:
    group = empty_azure.group()
    lock = {"scope": group.id, "lockName": "keep", "level": "CanNotDelete"}
    empty_azure.make("authorization:ManagementLockByScope", **lock)
    assert empty_azure.delete_refusal(GROUP, group) == "ScopeLocked"
