"""A subscription with an identity, and the callers of its API."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from azsandbox.access.principals import Principal
from azsandbox.arm.subscription import Resource, Subscription

SCOPE = "/subscriptions/00000000-0000-0000-0000-000000000001"
GROUP = f"{SCOPE}/resourceGroups/rg"
DEFINITIONS = f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions"
Assign = Callable[..., Resource]


@pytest.fixture
def subscription() -> Iterator[Subscription]:
    opened = Subscription.open(":memory:")
    yield opened
    opened.close()


@pytest.fixture
def caller() -> Principal:
    """A managed identity without any role."""
    return Principal(object_id=str(uuid.UUID(int=7)), client_id=str(uuid.UUID(int=8)), name="id-app")


@pytest.fixture
def assign(subscription: Subscription) -> Assign:
    """Stores a role assignment: the role's GUID, the principal's object id, the scope."""

    def store(role: str, principal: str, scope: str) -> Resource:
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"{role}{principal}{scope}")
        return subscription.put(
            Resource(
                id=f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
                token="azure-native:authorization:RoleAssignment",
                kind="Microsoft.Authorization/roleAssignments",
                inputs={"principalId": principal, "roleDefinitionId": f"{DEFINITIONS}/{role}"},
            )
        )

    return store


@pytest.fixture
def custom(subscription: Subscription) -> Callable[..., str]:
    """Stores a custom role with one permission; its GUID."""

    def store(**permission: Any) -> str:
        guid = str(uuid.UUID(int=99))
        subscription.put(
            Resource(
                id=f"{DEFINITIONS}/{guid}",
                token="azure-native:authorization:RoleDefinition",
                kind="Microsoft.Authorization/roleDefinitions",
                inputs={"roleName": "Bean Keeper", "permissions": [permission]},
            )
        )
        return guid

    return store
