"""Role assignments and custom roles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource

Make = Callable[..., DeclaredResource]
Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    "scope", ["/subscriptions/s", "/", "/providers/Microsoft.Management/managementGroups/g"]
)
def test_a_role_on_a_whole_subscription_or_more_is_too_broad_unless_listed(
    problems: Problems, resource: Make, scope: str
) -> None:
    assignment = resource(t.ROLE, roleDefinitionId="/x/roleDefinitions/reader", scope=scope)
    assert problems("role-scope", assignment)
    assert problems("role-scope", assignment, roles=["reader"]) == []


@pytest.mark.parametrize(
    ("kind", "action", "caught"),
    [
        ("actions", "*", True),
        ("actions", "Microsoft.Storage/*", True),
        ("actions", "Microsoft.Authorization/*/write", True),
        ("actions", "*/read", False),
        ("actions", "Microsoft.Storage/storageAccounts/listKeys/action", False),
        ("dataActions", "Microsoft.KeyVault/vaults/*/read", True),
    ],
)
def test_a_custom_role_may_read_all_settings_but_no_data(
    problems: Problems, resource: Make, kind: str, action: str, caught: bool
) -> None:
    definition = resource(t.ROLE_DEFINITION, permissions=[{kind: [action]}])
    assert bool(problems("role-wildcard", definition)) is caught
