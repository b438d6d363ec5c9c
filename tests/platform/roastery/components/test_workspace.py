"""The Azure ML workspace: private, identity-based, with the roles of its own identity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from roastery import roles
from roastery.components.network.endpoint import PrivateAccess
from roastery.components.resource_group import ResourceGroup
from roastery.components.workspace import Workspace, WorkspaceArgs, workspace_id

Declare = Callable[[Callable[[], object]], Any]
STORAGE = "/subscriptions/s/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/st"


@pytest.fixture
def workspace(group: ResourceGroup, private_access: Callable[..., PrivateAccess]) -> Callable[..., Workspace]:
    """Declares a workspace; to be called by the program."""

    def build(**settings: Any) -> Workspace:
        args = WorkspaceArgs(
            resource_group=group,
            private_access=private_access("amlworkspace"),
            log_workspace_id="logs-id",
            storage_id=STORAGE,
            storage_endpoint_ids={"blob": "pep-blob-id", "file": "pep-file-id"},
            vault_id="kv-id",
            registry_id="cr-id",
            insights_id="appi-id",
        )
        return Workspace("workspace", replace(args, **settings))

    return build


def test_a_workspace_is_private_and_reads_data_as_an_identity(
    declare: Declare, workspace: Callable[..., Workspace]
) -> None:
    declared = declare(workspace)

    inputs = declared.inputs("mlw")
    assert inputs["publicNetworkAccess"] == "Disabled"
    assert inputs["systemDatastoresAuthMode"] == "Identity"
    assert inputs["identity"] == {"type": "SystemAssigned"}
    assert declared.names("PrivateEndpoint") == {"pep-mlw-amlworkspace"}


def test_public_access_is_a_setting_of_development(
    declare: Declare, workspace: Callable[..., Workspace]
) -> None:
    inputs = declare(lambda: workspace(public_access=True)).inputs("mlw")

    assert inputs["publicNetworkAccess"] == "Enabled"


def test_a_workspace_uses_the_resources_that_it_is_given(
    declare: Declare, workspace: Callable[..., Workspace]
) -> None:
    inputs = declare(workspace).inputs("mlw")

    used = [inputs[key] for key in ("storageAccount", "keyVault", "containerRegistry", "applicationInsights")]
    assert used == [STORAGE, "kv-id", "cr-id", "appi-id"]


def test_its_identity_reads_the_private_endpoints_of_its_storage(
    declare: Declare, workspace: Callable[..., Workspace]
) -> None:
    assert declare(workspace).roles() == {
        "workspace-reader-blob": (roles.READER, "pep-blob-id"),
        "workspace-reader-file": (roles.READER, "pep-file-id"),
    }


def test_a_managed_network_may_approve_endpoints_in_the_group_of_the_storage(
    declare: Declare, workspace: Callable[..., Workspace]
) -> None:
    declared = declare(lambda: workspace(managed_network="AllowOnlyApprovedOutbound"))

    assert declared.inputs("mlw")["managedNetwork"]["isolationMode"] == "AllowOnlyApprovedOutbound"
    assert declared.roles()["workspace-approver"] == (
        roles.NETWORK_CONNECTION_APPROVER,
        "/subscriptions/s/resourceGroups/data",
    )


def test_a_workspace_is_logged_named_tagged_and_protected(
    declare: Declare, workspace: Callable[..., Workspace], group: ResourceGroup
) -> None:
    declared = declare(workspace)

    registration = declared.named("mlw")
    assert registration.inputs["workspaceName"] == group.names.of("machine learning workspace")
    assert registration.inputs["tags"] == {"owner": "forecasting"}
    assert registration.protect is True
    assert declared.inputs("diag-mlw")["workspaceId"] == "logs-id"


def test_its_id_is_known_before_the_workspace_exists(group: ResourceGroup) -> None:
    assert workspace_id(group.names, "ml", "s") == (
        "/subscriptions/s/resourceGroups/rg-roastery-ml-prod-eus2"
        "/providers/Microsoft.MachineLearningServices/workspaces/mlw-roastery-prod-eus2"
    )
