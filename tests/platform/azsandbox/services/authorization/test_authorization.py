"""Role assignments and locks; that locks hold is tested with ARM's own rules."""

from __future__ import annotations

import re
from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.services.authorization import roles
from azsandbox.services.authorization.assignments import missing_actions, roles_on

PRINCIPAL = "11111111-2222-4333-8444-000000000000"
ASSIGNMENT = "authorization:RoleAssignment"


def assignment(role: str, scope: str, **more: Any) -> dict[str, Any]:
    return {
        "scope": scope,
        "principalId": PRINCIPAL,
        "principalType": "ServicePrincipal",
        "roleDefinitionId": f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        **more,
    }


def test_a_built_in_role_is_assigned_under_a_guid(azure: Any, group: str) -> None:
    state = azure.make(ASSIGNMENT, **assignment(roles.READER, group))
    name = state.id.rpartition("/")[2]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name)
    assert state.outputs["scope"] == group


def test_an_unknown_role_is_refused_with_its_id(azure: Any, group: str) -> None:
    unknown = "11111111-0000-4000-8000-000000000000"
    with pytest.raises(ArmError, match=f"role definition with ID '{unknown}' does not exist") as refusal:
        azure.make(ASSIGNMENT, **assignment(unknown, group))
    assert refusal.value.code == "RoleDefinitionDoesNotExist"


def test_a_custom_role_can_be_assigned(azure: Any, group: str) -> None:
    role = azure.make(
        "authorization:RoleDefinition",
        scope=group,
        roleDefinitionId="22222222-0000-4000-8000-000000000000",
        roleName="Forecast Reader",
        assignableScopes=[group],
        permissions=[{"actions": ["Microsoft.Storage/storageAccounts/read"]}],
    )
    azure.make(ASSIGNMENT, **assignment(roles.READER, group, roleDefinitionId=role.id))


def test_the_same_assignment_under_another_name_is_refused(azure: Any, group: str) -> None:
    name = {"roleAssignmentName": "33333333-0000-4000-8000-000000000001"}
    azure.make(ASSIGNMENT, **assignment(roles.READER, group, **name))
    other = {"roleAssignmentName": "33333333-0000-4000-8000-000000000002"}
    assert azure.refusal(ASSIGNMENT, **assignment(roles.READER, group, **other)) == "RoleAssignmentExists"
    azure.make(ASSIGNMENT, **assignment(roles.CONTRIBUTOR, group, **other))


def test_a_principal_is_an_object_id(azure: Any, group: str) -> None:
    inputs = assignment(roles.READER, group, principalId="planner@example.com")
    (problem,) = azure.errors(ASSIGNMENT, **inputs)
    assert "'planner@example.com' is not an object id" in problem


def test_a_missing_principal_type_is_a_warning(azure: Any, group: str) -> None:
    inputs = assignment(roles.READER, group, principalType=None)
    (problem,) = azure.check(ASSIGNMENT, **inputs)
    assert problem.warning
    assert problem.path == "principalType"


def test_roles_are_inherited_by_what_is_below_their_scope(azure: Any, group: str) -> None:
    azure.assign(PRINCIPAL, roles.CONTRIBUTOR, group)
    account = azure.storage()
    azure.assign(PRINCIPAL, roles.STORAGE_BLOB_DATA_READER, account.id)
    assert roles_on(azure.subscription, {PRINCIPAL}, account.id) == {
        roles.CONTRIBUTOR,
        roles.STORAGE_BLOB_DATA_READER,
    }
    assert roles_on(azure.subscription, {PRINCIPAL}, group) == {roles.CONTRIBUTOR}


def test_a_custom_role_does_for_a_built_in_one_that_allows_the_same(azure: Any, group: str) -> None:
    subnets = "Microsoft.Network/virtualNetworks/subnets"
    join = f"{subnets}/join/action"
    role = azure.make(
        "authorization:RoleDefinition",
        scope=group,
        roleDefinitionId="22222222-0000-4000-8000-000000000001",
        roleName="Subnet Joiner",
        assignableScopes=[group],
        permissions=[{"actions": [f"{subnets}/*"], "notActions": [f"{subnets}/delete"]}],
    )
    assert missing_actions(azure.subscription, {PRINCIPAL}, group, [join]) == [join]
    azure.make(ASSIGNMENT, **assignment(roles.READER, group, roleDefinitionId=role.id))
    assert missing_actions(azure.subscription, {PRINCIPAL}, f"{group}/x", [join, "A/write"]) == ["A/write"]


@pytest.mark.parametrize("role", ["AcrPull", "acrpull"])
def test_a_role_is_named_by_its_guid(azure: Any, group: str, role: str) -> None:
    (problem,) = azure.errors(ASSIGNMENT, **assignment(role, group))
    assert "must end with the role's GUID; did you mean 'AcrPull' (7f951dda-" in problem


def test_a_lock_has_one_of_two_levels(azure: Any, group: str) -> None:
    lock = {"scope": group, "lockName": "keep"}
    assert azure.errors("authorization:ManagementLockByScope", **lock, level="ReadOnly") == []
    problems = azure.errors("authorization:ManagementLockByScope", **lock, level="NoDelete")
    assert any("must be one of CanNotDelete, ReadOnly" in problem for problem in problems), problems
