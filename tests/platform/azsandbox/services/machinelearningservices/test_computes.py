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


def test_attaching_needs_the_extension_and_two_roles(
    azure: Any, cluster: State, workspace: State, extension: Callable[..., Any]
) -> None:
    with pytest.raises(ArmError, match="has no Azure ML extension"):
        azure.make(COMPUTE, **attaching(cluster))
    azure.make("kubernetesconfiguration:Extension", **extension())
    with pytest.raises(ArmError, match="lacks the role") as refusal:
        azure.make(COMPUTE, **attaching(cluster))
    assert refusal.value.code == "AuthorizationFailed"
    assert "Kubernetes Extension Contributor" in refusal.value.message
    for role in (roles.KUBERNETES_EXTENSION_CONTRIBUTOR, roles.AKS_CLUSTER_ADMIN):
        azure.assign(workspace.outputs["identity"]["principalId"], role, cluster.id)
    azure.make(COMPUTE, **attaching(cluster))


@pytest.mark.parametrize("name", ["a", "1abc", "pool-1", "toolongforacompute"])
def test_names_of_compute(azure: Any, name: str) -> None:
    inputs = {"resourceGroupName": "rg", "workspaceName": "mlw", "computeName": name}
    problems = azure.errors(COMPUTE, **inputs, properties={"computeType": "AmlCompute", "properties": {}})
    assert any(
        f"{name!r} is not a valid name" in problem and "2 to 16 letters" in problem for problem in problems
    )


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
