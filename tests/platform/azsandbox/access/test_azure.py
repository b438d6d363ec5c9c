"""The provider azure-native refuses what the deployer's roles do not allow."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.access.azure import SignedInAzure
from azsandbox.arm import faults
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State, Subject
from azsandbox.services import all_types
from azsandbox.services.authorization import roles

ID = "11111111-2222-4333-8444-555555555555"
SCOPE = f"/subscriptions/{ID}"
GROUP = f"{SCOPE}/resourceGroups/rg"


class Deployment:
    """What the engine calls, as the deployer of a setting."""

    def __init__(self, subscription: Subscription, setting: Any) -> None:
        self.provider = SignedInAzure(subscription, all_types(), deployers=lambda _: setting)
        self.provider.configure({"subscriptionId": ID, "location": "westeurope"})

    def subject(self, token: str, identifier: str = "", *, preview: bool = False) -> Subject:
        full = f"azure-native:{token}"
        return Subject(urn=f"urn:pulumi:t::t::{full}::it", token=full, id=identifier, preview=preview)

    def make(self, token: str, *, preview: bool = False, **inputs: Any) -> State:
        checked = self.provider.check(self.subject(token), {}, inputs, b"seed")
        return self.provider.create(self.subject(token, preview=preview), checked.inputs)

    def account(self, *, preview: bool = False) -> State:
        return self.make(
            "storage:StorageAccount",
            preview=preview,
            resourceGroupName="rg",
            accountName="stbeans",
            kind="StorageV2",
            sku={"name": "Standard_LRS"},
        )


@pytest.fixture
def deploy(azure: Any) -> Callable[..., Deployment]:
    return functools.partial(Deployment, azure.subscription)


def test_a_reader_previews_and_reads_but_writes_and_deletes_nothing(
    deploy: Callable[..., Deployment],
) -> None:
    reader, token = deploy({"roles": ["Reader"]}), "storage:StorageAccount"
    reader.account(preview=True)
    with pytest.raises(ArmError, match=r"Microsoft.Storage/storageAccounts/write"):
        reader.account()
    state = deploy(None).account()
    subject = reader.subject(token, state.id)
    assert reader.provider.read(subject, state.inputs, state.outputs).id == state.id
    with pytest.raises(ArmError, match=r"Microsoft.Storage/storageAccounts/write"):
        reader.provider.update(subject, state.inputs, {**state.inputs, "tags": {"a": "b"}}, state.outputs)
    with pytest.raises(ArmError, match=r"Microsoft.Storage/storageAccounts/delete"):
        reader.provider.delete(subject, state.inputs)
    nobody = deploy({"roles": []})
    with pytest.raises(ArmError, match=r"Microsoft.Storage/storageAccounts/read"):
        nobody.provider.read(subject, state.inputs, state.outputs)


def test_keys_are_for_those_whose_role_lists_them(deploy: Callable[..., Deployment]) -> None:
    deploy(None).account()
    arguments = {"resourceGroupName": "rg", "accountName": "stbeans"}
    function = "azure-native:storage:listStorageAccountKeys"
    assert deploy({"roles": ["Contributor"]}).provider.invoke(function, arguments)["keys"]
    with pytest.raises(ArmError, match=r"Microsoft.Storage/storageAccounts/listkeys/action"):
        deploy({"roles": ["Reader"]}).provider.invoke(function, arguments)


def test_a_program_learns_who_deploys_and_can_give_him_a_role(
    azure: Any, deploy: Callable[..., Deployment]
) -> None:
    mine = deploy({"roles": ["Reader"]})
    me = mine.provider.invoke("azure-native:authorization:getClientConfig", {})["objectId"]
    azure.assign(me, roles.STORAGE_ACCOUNT_CONTRIBUTOR, GROUP)
    assert mine.account().id


def test_a_role_that_spreads_late_is_refused_first_and_a_retry_completes(
    azure: Any, deploy: Callable[..., Deployment], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("azsandbox.arm.faults.time.time", lambda: now)
    monkeypatch.setattr("azsandbox.arm.subscription.time.time", lambda: now)
    mine = deploy({"roles": ["Reader"]})
    me = mine.provider.invoke("azure-native:authorization:getClientConfig", {})["objectId"]
    faults.add(azure.subscription, "propagation:60", "roleassignments", "create", 1)
    azure.assign(me, roles.STORAGE_ACCOUNT_CONTRIBUTOR, GROUP)
    with pytest.raises(ArmError, match="If access was recently granted, please refresh your credentials"):
        mine.account()
    now = 1061.0
    assert mine.account().id


def test_a_cluster_waits_for_the_roles_of_its_identity(azure: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("azsandbox.arm.faults.time.time", lambda: now)
    monkeypatch.setattr("azsandbox.arm.subscription.time.time", lambda: now)
    network, identity = azure.network(), azure.identity()
    faults.add(azure.subscription, "propagation:60", "roleassignments", "create", 1)
    azure.assign(identity.outputs["principalId"], roles.NETWORK_CONTRIBUTOR, network.id)
    pool = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D2s_v5"}
    cluster = {
        "resourceGroupName": "rg",
        "resourceName": "aks",
        "dnsPrefix": "aks",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [identity.id]},
        "agentPoolProfiles": [{**pool, "vnetSubnetID": f"{network.id}/subnets/nodes"}],
    }
    assert azure.refusal("containerservice:ManagedCluster", **cluster) == "CustomVnetMissingPermissionError"
    now = 1061.0
    assert azure.make("containerservice:ManagedCluster", **cluster).id


@pytest.mark.parametrize("principal_type", ["ServicePrincipal", None])
def test_a_new_identity_is_found_late_unless_its_type_is_set(azure: Any, principal_type: str | None) -> None:
    faults.add(azure.subscription, "propagation:60", "userassignedidentities", "create", 1)
    identity = azure.identity()
    inputs = {
        "principalId": identity.outputs["principalId"],
        "roleDefinitionId": f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{roles.READER}",
        "scope": GROUP,
        "roleAssignmentName": "00000000-0000-4000-8000-000000000001",
        **({"principalType": principal_type} if principal_type else {}),
    }
    if principal_type:
        assert azure.make("authorization:RoleAssignment", **inputs).id
    else:
        with pytest.raises(ArmError, match="replication delay") as caught:
            azure.make("authorization:RoleAssignment", **inputs)
        assert caught.value.code == "PrincipalNotFound"
