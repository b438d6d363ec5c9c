"""Every role that the program grants is needed: without it, the sandbox refuses the call that it is for."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterator

import pytest

from azsandbox.access.decisions import Need, allows, require, require_data
from azsandbox.access.principals import Principal
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError
from roastery.components.identity import grants
from roastery.components.identity.roles import RoleGrant
from roastery.roles import definition_id

ID = "00000000-0000-0000-0000-000000000001"
GROUP = f"/subscriptions/{ID}/resourceGroups/rg/providers"
WORKSPACE = f"{GROUP}/Microsoft.MachineLearningServices/workspaces/mlw"
STORAGE = f"{GROUP}/Microsoft.Storage/storageAccounts/st"
LAKE = f"{GROUP}/Microsoft.Storage/storageAccounts/dls"
REGISTRY = f"{GROUP}/Microsoft.ContainerRegistry/registries/cr"
VAULT = f"{GROUP}/Microsoft.KeyVault/vaults/kv"
INSIGHTS = f"{GROUP}/Microsoft.Insights/components/appi"
MACHINE = f"{GROUP}/Microsoft.Compute/virtualMachines/vm"
INTERFACE = f"{GROUP}/Microsoft.Network/networkInterfaces/nic"
BASTION = f"{GROUP}/Microsoft.Network/bastionHosts/bas"
CONTAINER = f"{STORAGE}/blobServices/default/containers/artefacts"
JOBS = f"{GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-jobs"
SCOPES = grants.Scopes(
    workspace=WORKSPACE, storage=STORAGE, lake=LAKE, registry=REGISTRY, vault=VAULT, insights=INSIGHTS
)
TABLES = {
    "jobs": grants.jobs("p", SCOPES, None),
    "workflows": [*grants.workflows("p", SCOPES), grants.promotion("p", JOBS)],
    "deployments": grants.deployments("p", SCOPES),
    "data scientists": grants.data_scientists("p", SCOPES),
    "auditors": grants.auditors("p", SCOPES),
    "jump box": [grants.jump_box("p", REGISTRY)],
    "archived logs": [grants.archived_logs("p", CONTAINER)],
    "engineers": [
        grants.engineers_on_vault("p", VAULT),
        *grants.engineers_on_jump_box("p", MACHINE, INTERFACE, BASTION),
    ],
}
_ML = "Microsoft.MachineLearningServices/workspaces"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_FILES = "Microsoft.Storage/storageAccounts/fileServices"
_SECRETS = "Microsoft.KeyVault/vaults/secrets"
# What each role is for: the action, or data action, of the call that fails without it.
NEEDS: dict[str, tuple[str, str, bool]] = {
    "jobs-blob": (f"{_BLOBS}/write", STORAGE, True),
    "jobs-lake": (f"{_BLOBS}/write", LAKE, True),
    "jobs-pull": ("Microsoft.ContainerRegistry/registries/pull/read", REGISTRY, False),
    "jobs-workspace": (f"{_ML}/models/versions/write", WORKSPACE, False),
    "argo-workspace": (f"{_ML}/onlineEndpoints/write", WORKSPACE, False),
    "argo-secrets": (f"{_SECRETS}/getSecret/action", VAULT, True),
    "argo-blob": (f"{_BLOBS}/write", STORAGE, True),
    "argo-metrics": ("Microsoft.Insights/Telemetry/Write", INSIGHTS, True),
    "argo-jobs-identity": ("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", JOBS, False),
    "runner-secrets": (f"{_SECRETS}/getSecret/action", VAULT, True),
    "runner-blob": (f"{_BLOBS}/write", STORAGE, True),
    "scientists-workspace": (f"{_ML}/jobs/write", WORKSPACE, False),
    "scientists-blob": (f"{_BLOBS}/read", STORAGE, True),
    "scientists-files": (f"{_FILES}/writeFileBackupSemantics/action", STORAGE, True),
    "auditors-workspace": (f"{_ML}/read", WORKSPACE, False),
    "auditors-vault": ("Microsoft.KeyVault/vaults/read", VAULT, False),
    "engineers-vault": (f"{_SECRETS}/setSecret/action", VAULT, True),
    "argo-server-artefacts": (f"{_BLOBS}/read", CONTAINER, True),
    "jobs-metrics": ("Microsoft.Insights/Telemetry/Write", INSIGHTS, True),
    "runner-metrics": ("Microsoft.Insights/Telemetry/Write", INSIGHTS, True),
    "jump-pull": ("Microsoft.ContainerRegistry/registries/pull/read", REGISTRY, False),
    "engineers-interface": ("Microsoft.Network/networkInterfaces/read", INTERFACE, False),
    "engineers-bastion": ("Microsoft.Network/bastionHosts/read", BASTION, False),
    "engineers-jump": ("Microsoft.Compute/virtualMachines/loginAsAdmin/action", MACHINE, True),
}
# Bastion's page asks for Reader on the machine; the role to sign in reads it too: nothing fails without it.
UNSURE = {"engineers-machine"}


@pytest.fixture
def subscription() -> Iterator[Subscription]:
    opened = Subscription.open(":memory:")
    yield opened
    opened.close()


def assign(subscription: Subscription, grant: RoleGrant) -> str:
    name = uuid.uuid5(uuid.NAMESPACE_URL, grant.name)
    resource = Resource(
        id=f"{grant.scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
        token="azure-native:authorization:RoleAssignment",  # noqa: S106 - a resource type
        kind="Microsoft.Authorization/roleAssignments",
        inputs={"principalId": grant.principal, "roleDefinitionId": definition_id(grant.role, ID)},
    )
    return subscription.put(resource).id


def test_every_role_has_a_call_that_it_is_for() -> None:
    names = {grant.name for table in TABLES.values() for grant in table}
    assert names - set(NEEDS) == UNSURE


@pytest.mark.parametrize("name", NEEDS)
def test_without_the_role_the_call_is_refused(subscription: Subscription, name: str) -> None:
    table = next(table for table in TABLES.values() if name in {grant.name for grant in table})
    action, scope, data = NEEDS[name]
    need = Need(action=action, scope=scope, data=data)
    who = Principal(object_id="p", client_id="c", name="id")
    assigned = {grant.name: assign(subscription, grant) for grant in table}
    assert allows(subscription, who, need)
    subscription.remove(assigned[name])
    code = "AuthorizationPermissionMismatch" if data else "AuthorizationFailed"
    call = functools.partial(require_data, need=need) if data else functools.partial(require, needs=[need])
    with pytest.raises(ArmError) as caught:
        call(subscription, who)
    assert (caught.value.status, caught.value.code) == (403, code)
    assert action in caught.value.message
