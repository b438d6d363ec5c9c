"""Role assignments decide: at the scope and above, by groups, custom roles and notActions."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from azsandbox.access import decisions
from azsandbox.access.decisions import Need
from azsandbox.access.principals import Principal
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError
from azsandbox.services.authorization import roles

SCOPE = "/subscriptions/00000000-0000-0000-0000-000000000001"
GROUP = f"{SCOPE}/resourceGroups/rg"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stbeans"
CONTAINER = f"{ACCOUNT}/blobServices/default/containers/c"
READ = Need(action="Microsoft.Storage/storageAccounts/read", scope=ACCOUNT)
READ_BLOB = Need(
    action="Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read", scope=CONTAINER, data=True
)
Assign = Callable[..., Resource]


@pytest.mark.parametrize("scope", [SCOPE, GROUP, ACCOUNT, GROUP.upper()])
def test_a_role_holds_at_its_scope_and_below(
    subscription: Subscription, caller: Principal, assign: Assign, scope: str
) -> None:
    assert not decisions.allows(subscription, caller, READ)
    assign(roles.READER, caller.object_id, scope)
    assert decisions.allows(subscription, caller, READ)


@pytest.mark.parametrize("scope", [f"{SCOPE}/resourceGroups/rg2", f"{ACCOUNT}x", CONTAINER])
def test_a_role_elsewhere_or_below_does_not_hold(
    subscription: Subscription, caller: Principal, assign: Assign, scope: str
) -> None:
    assign(roles.READER, caller.object_id, scope)
    assert not decisions.allows(subscription, caller, READ)


def test_an_owner_has_no_data_actions(subscription: Subscription, caller: Principal, assign: Assign) -> None:
    assign(roles.OWNER, caller.object_id, SCOPE)
    assert decisions.allows(subscription, caller, READ)
    assert not decisions.allows(subscription, caller, READ_BLOB)
    assign(roles.STORAGE_BLOB_DATA_READER, caller.object_id, CONTAINER)
    assert decisions.allows(subscription, caller, READ_BLOB)


def test_the_roles_of_a_group_are_those_of_its_members(
    subscription: Subscription, caller: Principal, assign: Assign
) -> None:
    assign(roles.READER, "group-of-readers", GROUP)
    assert not decisions.allows(subscription, caller, READ)
    assert decisions.allows(subscription, replace(caller, groups=("group-of-readers",)), READ)


def test_a_custom_role_allows_its_actions_without_its_not_actions(
    subscription: Subscription, caller: Principal, assign: Assign, custom: Callable[..., str]
) -> None:
    role = custom(actions=["Microsoft.Storage/*"], notActions=["Microsoft.Storage/storageAccounts/delete"])
    assign(role, caller.object_id, GROUP)
    assert decisions.allows(subscription, caller, READ)
    assert not decisions.allows(
        subscription, caller, Need(action="Microsoft.Storage/storageAccounts/delete", scope=ACCOUNT)
    )
    assign(roles.CONTRIBUTOR, caller.object_id, GROUP)  # another role may allow what one leaves out
    assert decisions.allows(
        subscription, caller, Need(action="Microsoft.Storage/storageAccounts/delete", scope=ACCOUNT)
    )


@pytest.mark.parametrize(
    ("role", "action", "allowed"),
    [
        (roles.AZUREML_DATA_SCIENTIST, "Microsoft.MachineLearningServices/workspaces/read", True),
        (roles.AZUREML_DATA_SCIENTIST, "Microsoft.MachineLearningServices/workspaces/write", False),
        (roles.AZUREML_DATA_SCIENTIST, "Microsoft.MachineLearningServices/workspaces/computes/write", False),
        (roles.AZUREML_DATA_SCIENTIST, "Microsoft.MachineLearningServices/workspaces/jobs/write", True),
        (
            roles.MANAGED_IDENTITY_OPERATOR,
            "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
            True,
        ),
    ],
)
def test_a_star_between_slashes_stands_for_nothing_too(
    subscription: Subscription, caller: Principal, assign: Assign, *, role: str, action: str, allowed: bool
) -> None:
    assign(role, caller.object_id, GROUP)
    assert decisions.allows(subscription, caller, Need(action=action, scope=ACCOUNT)) is allowed


def test_the_refusals_name_client_action_and_scope(subscription: Subscription, caller: Principal) -> None:
    with pytest.raises(ArmError) as arm:
        decisions.require(subscription, caller, [READ])
    assert (arm.value.status, arm.value.code) == (403, "AuthorizationFailed")
    assert arm.value.message == (
        f"The client '{caller.client_id}' with object id '{caller.object_id}' does not have authorization to "
        f"perform action '{READ.action}' over scope '{ACCOUNT}' or the scope is invalid. If access was "
        "recently granted, please refresh your credentials."
    )
    with pytest.raises(
        ArmError, match="not authorized to perform this operation using this permission"
    ) as data:
        decisions.require_data(subscription, caller, READ_BLOB)
    assert (data.value.status, data.value.code) == (403, "AuthorizationPermissionMismatch")
    assert READ_BLOB.action in data.value.message


def test_a_subnet_of_another_resource_is_joined_with_a_role_on_it(
    subscription: Subscription, caller: Principal, assign: Assign
) -> None:
    subnet = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
    inputs = {"ipConfigurations": [{"name": "ip", "subnet": {"id": subnet}}]}
    need = Need(action="Microsoft.Network/networkInterfaces/write", scope=f"{GROUP}/x")
    with pytest.raises(ArmError, match="subnets/join/action") as caught:
        decisions.require_linked(subscription, caller, need, inputs)
    assert caught.value.code == "LinkedAuthorizationFailed"
    own = replace(need, action="Microsoft.Network/virtualNetworks/subnets/write")
    decisions.require_linked(subscription, caller, own, inputs)
    assign(roles.NETWORK_CONTRIBUTOR, caller.object_id, subnet)
    decisions.require_linked(subscription, caller, need, inputs)


def test_a_private_endpoint_is_approved_by_whoever_creates_it_with_a_role_on_what_it_leads_to(
    subscription: Subscription, caller: Principal, assign: Assign
) -> None:
    need = Need(action="Microsoft.Network/privateEndpoints/write", scope=f"{GROUP}/x")
    connection = {"name": "c", "privateLinkServiceId": ACCOUNT}
    for inputs in (
        {"privateLinkServiceConnections": [connection]},
        {"properties": {"privateLinkServiceConnections": [{"properties": connection}]}},
    ):
        with pytest.raises(ArmError, match="PrivateEndpointConnectionsApproval/action"):
            decisions.require_linked(subscription, caller, need, inputs)
    decisions.require_linked(
        subscription, caller, need, {"manualPrivateLinkServiceConnections": [connection]}
    )
    assign(roles.AZURE_AI_ENTERPRISE_NETWORK_CONNECTION_APPROVER, caller.object_id, ACCOUNT)
    decisions.require_linked(subscription, caller, need, {"privateLinkServiceConnections": [connection]})


def test_a_role_that_still_spreads_does_not_hold_yet(
    subscription: Subscription, caller: Principal, assign: Assign
) -> None:
    assignment = assign(roles.READER, caller.object_id, GROUP)
    subscription.spread_until(assignment.id, time.time() + 60)
    assert not decisions.allows(subscription, caller, READ)
    subscription.spread_until(assignment.id, time.time() - 1)
    assert decisions.allows(subscription, caller, READ)
