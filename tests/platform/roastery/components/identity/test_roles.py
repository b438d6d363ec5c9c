"""Role assignments: the same GUID on every run, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from roastery import roles
from roastery.components.identity.roles import RoleGrant, assign_all, assignment_name
from roastery.components.resource_group import ResourceGroup
from roastery.naming import Names

Declare = Callable[[Callable[[], object]], Any]
GRANT = RoleGrant(
    name="jobs-blob", role=roles.BLOB_CONTRIBUTOR, principal="p", scope="st-id", why="Jobs write data sets"
)


def names(**changes: str) -> Names:
    return Names(**{"workload": "w", "environment": "prod", "region": "eastus2", "salt": "s", **changes})


def test_a_grant_becomes_an_assignment_below_its_parent(declare: Declare, group: ResourceGroup) -> None:
    def program() -> None:
        parent = pulumi.ComponentResource("tests:index:Parent", "parent")
        assign_all([GRANT], names=group.names, parent=parent)

    registration = declare(program).named("role-jobs-blob")

    assert registration.parent == "parent"
    assert registration.inputs["roleDefinitionId"] == (
        f"/subscriptions/{group.names.salt}/providers/Microsoft.Authorization"
        f"/roleDefinitions/{roles.BLOB_CONTRIBUTOR}"
    )
    assert registration.inputs["principalType"] == "ServicePrincipal"
    assert registration.inputs["description"] == "Jobs write data sets"
    assert registration.delete_before_replace is True  # both have the same name


def test_nobody_loses_a_right_because_its_reason_is_worded_anew(
    declare: Declare, group: ResourceGroup
) -> None:
    """Azure would delete the assignment and create it again."""

    def program() -> None:
        parent = pulumi.ComponentResource("tests:index:Parent", "parent")
        assign_all([GRANT], names=group.names, parent=parent)

    assert declare(program).named("role-jobs-blob").ignore_changes == ("description",)


def test_the_guid_of_an_assignment_is_the_same_on_every_run() -> None:
    """States hold it: another one would replace every assignment."""
    assert assignment_name("jobs-blob", names()) == assignment_name("jobs-blob", names())
    production = Names(
        workload="roastery",
        environment="prod",
        region="eastus2",
        salt="11111111-1111-4111-8111-111111111111",
    )
    assert assignment_name("argo-metrics", production).startswith("764eabf8-ee73-5a81-9234-")


@pytest.mark.parametrize(
    "change", [{"workload": "x"}, {"environment": "dev"}, {"region": "westus"}, {"salt": "t"}]
)
def test_the_guids_of_two_stacks_differ(change: dict[str, str]) -> None:
    assert assignment_name("jobs-blob", names()) != assignment_name("jobs-blob", names(**change))
