"""Resource groups and their lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from roastery.components.resource_group import ResourceGroup, declare_group, lock
from roastery.naming import Names

Declare = Callable[[Callable[[], object]], Any]
NAMES = Names(workload="roastery", environment="dev", region="eastus2", salt="s")


def declare_data() -> ResourceGroup:
    return declare_group("data", names=NAMES, tags={"owner": "o"}, protect=False)


def test_a_group_has_the_name_and_the_tags_that_its_resources_follow(declare: Declare) -> None:
    groups: list[ResourceGroup] = []
    declared = declare(lambda: groups.append(declare_data()))

    assert declared.inputs("rg-data") == {
        "resourceGroupName": "rg-roastery-data-dev-eus2",
        "location": "eastus2",
        "tags": {"owner": "o"},
    }
    assert (groups[0].names, groups[0].region, groups[0].tags) == (NAMES, "eastus2", {"owner": "o"})
    assert groups[0].protect is False


def test_a_lock_forbids_deletion_and_is_created_after_everything_it_covers(declare: Declare) -> None:
    def program() -> None:
        covered = declare_group("covered", names=NAMES, tags={}, protect=False)
        del covered
        data = declare_data()
        lock("data", data, [], notes="why")

    registration = declare(program).named("lock-data")

    assert registration.inputs["level"] == "CanNotDelete"
    assert registration.inputs["scope"] == "rg-data-id"
    assert registration.inputs["notes"] == "why"
    assert "rg-data" in registration.depends_on
