"""Online endpoints and deployments: traffic, replicas, names, keys."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State

ENDPOINT = "machinelearningservices:OnlineEndpoint"
DEPLOYMENT = "machinelearningservices:OnlineDeployment"
NAMED = {"resourceGroupName": "rg", "workspaceName": "mlw", "endpointName": "forecast"}
KEYS = "azure-native:machinelearningservices:listOnlineEndpointKeys"


def deployment(**changes: Any) -> dict[str, Any]:
    return {
        **NAMED,
        "deploymentName": "blue",
        "sku": {"name": "Default", "capacity": 1},
        "properties": {"endpointComputeType": "Kubernetes", "environmentId": "azureml:env:1"},
        **changes,
    }


def test_traffic_names_deployments_that_exist(azure: Any, attached: State) -> None:
    properties = {"authMode": "Key", "compute": attached.id}
    with_traffic = {**properties, "traffic": {"blue": 100}}
    assert azure.refusal(ENDPOINT, **NAMED, properties=with_traffic) == "BadArgumentWithTarget"
    assert azure.errors(ENDPOINT, **NAMED, properties={**properties, "traffic": {"blue": 60}}) != []
    endpoint = azure.make(ENDPOINT, **NAMED, properties=properties)
    assert (
        endpoint.outputs["properties"]["scoringUri"]
        == "https://forecast.westeurope.inference.ml.azure.com/score"
    )
    with pytest.raises(ArmError, match=r"Asset 'azureml:env:1' in properties\.environmentId"):
        azure.make(DEPLOYMENT, **deployment())
    route = {"path": "/", "port": 5001}
    routes = dict.fromkeys(("livenessRoute", "readinessRoute", "scoringRoute"), route)
    azure.make(
        "machinelearningservices:EnvironmentVersion",
        resourceGroupName="rg",
        workspaceName="mlw",
        name="env",
        version="1",
        properties={"image": "python:3.13", "inferenceConfig": routes},
    )
    azure.make(DEPLOYMENT, **deployment())
    azure.update(ENDPOINT, endpoint, properties=with_traffic)


@pytest.mark.usefixtures("ml_workspace")
def test_a_kubernetes_deployment_needs_an_endpoint_on_kubernetes(azure: Any) -> None:
    azure.make(ENDPOINT, **NAMED, properties={"authMode": "Key"})
    with pytest.raises(ArmError, match="which is managed") as refusal:
        azure.make(DEPLOYMENT, **deployment())
    assert refusal.value.code == "BadArgumentWithTarget"


@pytest.mark.usefixtures("ml_workspace")
def test_an_endpoints_name_is_unique_in_its_region(azure: Any, ml_workspace: State) -> None:
    azure.make(ENDPOINT, **NAMED, properties={"authMode": "Key"})
    parts = ("storageAccount", "keyVault", "applicationInsights")
    azure.make(
        "machinelearningservices:Workspace",
        resourceGroupName="rg",
        workspaceName="second",
        identity={"type": "SystemAssigned"},
        **{part: ml_workspace.inputs[part] for part in parts},
    )
    twin = {**NAMED, "workspaceName": "second"}
    assert azure.refusal(ENDPOINT, **twin, properties={"authMode": "Key"}) == "Conflict"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sku": None}, "sku.capacity is required: it is the number of replicas"),
        (
            {"sku": {"name": "Standard", "capacity": 1}},
            "sku.name is 'Standard', but a deployment's SKU is called 'Default'",
        ),
        (
            {
                "properties": {
                    "endpointComputeType": "Kubernetes",
                    "containerResourceRequirements": {
                        "containerResourceLimits": {"cpu": "500m", "memory": "2048Mi"}
                    },
                }
            },
            "are 500m CPU and 2048Mi, but an MLflow model needs 2 CPU and 4Gi",
        ),
    ],
)
def test_deployments_that_azure_ml_refuses(azure: Any, changes: dict[str, Any], words: str) -> None:
    problems = azure.errors(DEPLOYMENT, **deployment(**changes))
    assert any(words in problem for problem in problems), problems


@pytest.mark.usefixtures("ml_workspace")
@pytest.mark.parametrize(("auth_mode", "answered"), [("Key", True), ("AADToken", False)])
def test_only_endpoints_that_authenticate_with_keys_have_some(
    azure: Any, auth_mode: str, *, answered: bool
) -> None:
    azure.make(ENDPOINT, **NAMED, properties={"authMode": auth_mode})
    if answered:
        assert azure.provider.invoke(KEYS, NAMED) == azure.provider.invoke(KEYS, NAMED)
    else:
        with pytest.raises(ArmError, match="does not authenticate with keys"):
            azure.provider.invoke(KEYS, NAMED)
