"""The endpoint and its deployments; promotion decides which model runs and who gets the traffic."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from roastery.components.assets.serving import PinnedModel, Serving, ServingArgs, telemetry_variables
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]
PINNED = PinnedModel(name="monthly-demand", version="3", uri="azureml://datastores/x/paths/y")


@pytest.fixture
def serving(declare: Declare, group: ResourceGroup) -> Callable[..., Any]:
    """What is declared for the endpoint."""

    def declared(**settings: Any) -> Any:
        args = ServingArgs(
            resource_group=group,
            workspace_id="/workspaces/mlw",
            compute_id="compute-id",
            identity_id="id-jobs-id",
            environment_id="environment-id",
            instance_type="jobs",
            replicas=2,
            cpu="1",
            memory="2Gi",
            auth_mode="AMLToken",
            variables={"A": "b"},
            connection_string="InstrumentationKey=of-insights",
            model=None,
            before=[],
        )
        return declare(lambda: Serving("serving", replace(args, **settings)))

    return declared


def test_the_endpoint_is_private_and_on_the_attached_cluster(serving: Callable[..., Any]) -> None:
    endpoint = serving().inputs("endpoint")

    assert endpoint["properties"]["publicNetworkAccess"] == "Disabled"
    assert endpoint["properties"]["compute"] == "compute-id"
    assert endpoint["properties"]["authMode"] == "AMLToken"
    assert endpoint["identity"]["userAssignedIdentities"] == ["id-jobs-id"]


def test_the_next_up_leaves_traffic_model_and_capacity_to_promotion(serving: Callable[..., Any]) -> None:
    declared = serving()

    assert "properties.traffic" in declared.named("endpoint").ignore_changes
    for colour in ("blue", "green"):
        ignored = declared.named(f"deployment-{colour}").ignore_changes
        assert set(ignored) == {"properties.model", "sku.capacity", "tags"}


def test_a_deployment_asks_for_what_it_may_use(serving: Callable[..., Any]) -> None:
    properties = serving().inputs("deployment-blue")["properties"]

    needed = properties["containerResourceRequirements"]
    assert needed["containerResourceRequests"] == needed["containerResourceLimits"]
    assert properties["environmentVariables"]["A"] == "b"
    assert properties["instanceType"] == "jobs"


def test_without_a_pinned_model_the_deployments_wait_for_a_promotion(serving: Callable[..., Any]) -> None:
    declared = serving()

    assert declared.names("ModelVersion") == set()
    assert "model" not in declared.inputs("deployment-blue")["properties"]


def test_both_deployments_start_with_the_pinned_model(serving: Callable[..., Any]) -> None:
    declared = serving(model=PINNED)

    assert declared.inputs("model")["properties"]["modelUri"] == PINNED.uri
    assert declared.named("model").retain_on_delete is True
    for colour in ("blue", "green"):
        assert declared.inputs(f"deployment-{colour}")["properties"]["model"] == "model-id"


# What the inference server does at its start, and with each request: its own class sends.
SENDS = """
import logging
from azureml_inference_server_http.server.appinsights_client import AppInsightsClient
from opentelemetry import trace
from opentelemetry._logs import get_logger_provider
client = AppInsightsClient()
assert client.enabled
logging.getLogger("azmlinfsrv.print").warning("a line of the model")
with client.tracer.start_as_current_span("a request"):
    pass
trace.get_tracer_provider().force_flush(10_000)
get_logger_provider().force_flush(10_000)
"""
# What Azure ML sets by itself where `appInsightsEnabled` is true.
BY_AZURE_ML = {
    "AML_APP_INSIGHTS_ENABLED": "true",
    "AML_APP_INSIGHTS_KEY": "11111111-2222-4333-8444-555555555555",
    "AML_APP_ROOT": ".",
}


def sent(variables: Mapping[str, str], pod: Mapping[str, str], folder: Path) -> None:
    """Runs the server's client as a pod of the endpoint would."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)}
    environment["REQUESTS_CA_BUNDLE"] = os.environ["REQUESTS_CA_BUNDLE"]
    subprocess.run(
        [sys.executable, "-c", SENDS],
        env={**environment, **BY_AZURE_ML, **pod, **variables},
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=120,
    )


def test_the_servers_telemetry_carries_a_token_of_the_endpoints_identity(
    ingestion: Any, identity_endpoint: dict[str, str], tmp_path: Path
) -> None:
    variables = telemetry_variables(ingestion.connection_string)
    sent({name: str(value) for name, value in variables.items()}, identity_endpoint, tmp_path)
    assert {item["data"]["baseType"] for item in ingestion.accepted} >= {
        "MessageData",
        "RemoteDependencyData",
    }
    assert ingestion.refused == 0


def test_with_the_key_alone_the_servers_telemetry_is_dropped(
    ingestion: Any, identity_endpoint: dict[str, str], tmp_path: Path
) -> None:
    variables = telemetry_variables(ingestion.connection_string)
    del variables["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"]
    sent({name: str(value) for name, value in variables.items()}, identity_endpoint, tmp_path)
    assert ingestion.accepted == []
    assert ingestion.refused > 0


def test_both_deployments_send_their_telemetry_so(serving: Callable[..., Any]) -> None:
    declared = serving()
    for colour in ("blue", "green"):
        properties = declared.inputs(f"deployment-{colour}")["properties"]
        assert properties["environmentVariables"] == {
            "A": "b",
            "APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=of-insights",
            "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "Authorization=AAD",
            "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
        }
