"""Endpoints and deployments through azure-ai-ml: traffic rules, failures, and Pulumi's declarations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

pytestmark = pytest.mark.xdist_group("api")


@pytest.mark.parametrize("traffic", [{"blue": 60}, {"blue": 60, "green": 50}])
def test_traffic_that_does_not_add_up_is_refused(endpoint: Any, share: Any, traffic: dict[str, int]) -> None:
    with pytest.raises(HttpResponseError, match="must add up to 0 or 100"):
        share(endpoint(), **traffic)


def test_traffic_to_a_deployment_that_does_not_exist_is_refused(endpoint: Any, share: Any) -> None:
    with pytest.raises(HttpResponseError, match="does not exist"):
        share(endpoint(), blue=100)


def test_a_deployment_whose_script_breaks_fails_with_its_log(ml: Any, endpoint: Any, deploy: Any) -> None:
    created = endpoint()
    with pytest.raises(HttpResponseError, match="the model is too old"):
        deploy(created.name, "blue", "broken.py")
    assert ml.online_deployments.get("blue", created.name).provisioning_state == "Failed"
    assert "the model is too old" in ml.online_deployments.get_logs("blue", created.name, lines=100)


def test_a_deployment_that_pulumi_declared_answers_too(
    ml: Any,
    sandbox: Any,
    app: Path,
    model: Any,
    share: Any,
    score: Any,
    image: str,
    unique: str,
    workspace: str,
) -> None:
    names = {"endpointName": f"e-{unique}", "location": "westeurope"}
    properties = {"authMode": "Key", "compute": f"{workspace}/computes/aks"}
    sandbox.make("machinelearningservices:OnlineEndpoint", **names, properties=properties)
    variables = {"AML_APP_ROOT": str(app), "AZUREML_ENTRY_SCRIPT": "score.py", "COLOUR": "blue"}
    sandbox.make(
        "machinelearningservices:OnlineDeployment",
        **names,
        deploymentName="blue",
        sku={"name": "Default", "capacity": 1},
        properties={
            "endpointComputeType": "Kubernetes",
            "model": model.id,
            "environmentId": image,
            "environmentVariables": variables,
        },
    )
    updated = share(ml.online_endpoints.get(f"e-{unique}"), blue=100)
    assert score(updated).json()["colour"] == "blue"
