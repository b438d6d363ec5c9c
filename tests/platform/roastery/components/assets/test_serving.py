"""The endpoint and its deployments; promotion decides which model runs and who gets the traffic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from roastery.components.assets.serving import PinnedModel, Serving, ServingArgs
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
    assert properties["environmentVariables"] == {"A": "b"}
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
