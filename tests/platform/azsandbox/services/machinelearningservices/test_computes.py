"""Compute: attaching a cluster to a workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State
from azsandbox.services.authorization import roles

COMPUTE = "machinelearningservices:Compute"


def attaching(cluster: State) -> dict[str, Any]:
    properties = {
        "computeType": "Kubernetes",
        "resourceId": cluster.id,
        "properties": {"namespace": "jobs", "defaultInstanceType": "small"},
    }
    return {"resourceGroupName": "rg", "workspaceName": "mlw", "computeName": "aks", "properties": properties}


def test_attaching_needs_the_extension_and_warns_without_roles_and_trusted_access(
    azure: Any, cluster: State, workspace: State, extension: Callable[..., Any]
) -> None:
    with pytest.raises(ArmError, match="has no Azure ML extension"):
        azure.make(COMPUTE, **attaching(cluster))
    azure.make("kubernetesconfiguration:Extension", **extension())
    lacking, distrusted = azure.check(COMPUTE, **attaching(cluster))
    assert lacking.warning
    assert "Kubernetes Extension Contributor" in lacking.message
    assert distrusted.warning
    assert "workspaces/mlworkload" in distrusted.message
    for role in (roles.KUBERNETES_EXTENSION_CONTRIBUTOR, roles.AKS_CLUSTER_ADMIN):
        azure.assign(workspace.outputs["identity"]["principalId"], role, cluster.id)
    azure.make(
        "containerservice:TrustedAccessRoleBinding",
        resourceGroupName="rg",
        resourceName="aks",
        trustedAccessRoleBindingName="mlw",
        sourceResourceId=workspace.id,
        roles=["Microsoft.MachineLearningServices/workspaces/mlworkload"],
    )
    assert azure.check(COMPUTE, **attaching(cluster)) == []
    azure.make(COMPUTE, **attaching(cluster))


@pytest.mark.parametrize(
    ("kind", "name", "allowed"),
    [
        *(("Kubernetes", name, "2 to 16 letters") for name in ("a", "1abc", "pool-1", "toolongforacompute")),
        *(("ComputeInstance", name, "3 to 24 letters") for name in ("ab", "ci-1", "x" * 25)),
        *(("AmlCompute", name, "3 to 32 letters") for name in ("ab", "cpu-", "1cpu", "x" * 33)),
        ("AmlCompute", "cpu-cluster-1", ""),
        ("AmlCompute", "x" * 32, ""),
        ("ComputeInstance", "x" * 24, ""),
        ("Kubernetes", "ab", ""),
    ],
)
def test_the_length_of_a_name_depends_on_the_kind(azure: Any, kind: str, name: str, allowed: str) -> None:
    inputs = {"resourceGroupName": "rg", "workspaceName": "mlw", "computeName": name}
    problems = azure.errors(COMPUTE, **inputs, properties={"computeType": kind})
    wrong = [problem for problem in problems if problem.startswith("computeName")]
    expected = f"{name!r} is not a valid name for {kind}: {allowed}"
    assert [expected in problem for problem in wrong] == ([True] if allowed else [])


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"computeType": "AKS"}, "a legacy type that Azure ML refuses: attach the cluster as Kubernetes"),
        ({"computeType": "Kubernetes"}, "properties.resourceId is required: the cluster's ARM id"),
    ],
)
def test_compute_that_azure_ml_refuses(azure: Any, properties: dict[str, Any], words: str) -> None:
    inputs = {"resourceGroupName": "rg", "workspaceName": "mlw", "computeName": "aks"}
    problems = azure.errors(COMPUTE, **inputs, properties=properties)
    assert any(words in problem for problem in problems), problems


def test_a_user_assigned_identity_of_the_workspace_has_its_roles_before_the_attach(
    azure: Any, cluster: State, workspace: State, extension: Callable[..., Any]
) -> None:
    azure.make("kubernetesconfiguration:Extension", **extension())
    identity = azure.identity("id-mlw")
    own = {"type": "UserAssigned", "userAssignedIdentities": [identity.id]}
    azure.update("machinelearningservices:Workspace", workspace, identity=own)
    assert azure.refusal(COMPUTE, **attaching(cluster)) == "AuthorizationFailed"
    for role in (roles.KUBERNETES_EXTENSION_CONTRIBUTOR, roles.AKS_CLUSTER_ADMIN):
        azure.assign(identity.outputs["principalId"], role, cluster.id)
    azure.make(COMPUTE, **attaching(cluster))
