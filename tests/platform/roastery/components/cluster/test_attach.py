"""The workspace attaches the cluster, once everything that it needs exists."""

from __future__ import annotations

from typing import Any

from roastery import roles


def test_the_workspace_may_install_its_extension_and_run_jobs(attached: Any) -> None:
    assert attached.roles() == {
        "workspace-extension": (roles.KUBERNETES_EXTENSION_CONTRIBUTOR, "aks-id"),
        "workspace-cluster-admin": (roles.AKS_CLUSTER_ADMIN, "aks-id"),
    }


def test_the_cluster_is_attached_after_extension_roles_and_instance_type(attached: Any) -> None:
    assert attached.named("compute-aks").depends_on >= {
        "azureml", "instance-small", "role-workspace-extension", "role-workspace-cluster-admin",
        "trust-workspace", "azureml-jobs-allow-router", "jobs-creators",
    }  # fmt: skip


def test_the_cluster_trusts_the_workspace_before_it_is_attached(attached: Any) -> None:
    """Trusted Access: the way in without a local account."""
    inputs = attached.inputs("trust-workspace")

    assert inputs["sourceResourceId"] == "mlw-id"
    assert inputs["roles"] == ["Microsoft.MachineLearningServices/workspaces/mlworkload"]
    assert len(inputs["trustedAccessRoleBindingName"]) <= 24


def test_jobs_run_as_their_own_identity_in_their_namespace(attached: Any) -> None:
    inputs = attached.inputs("compute-aks")

    assert inputs["identity"]["userAssignedIdentities"] == ["id-jobs-id"]
    assert inputs["properties"]["disableLocalAuth"] is True
    kubernetes = inputs["properties"]["properties"]
    assert (kubernetes["namespace"], kubernetes["defaultInstanceType"]) == ("jobs", "small")
