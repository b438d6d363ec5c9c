"""Environment, components, pipeline and data assets: versions by content, kept for the runs of last year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi_azure_native import machinelearningservices as ml

from ml.pipeline import PIPELINE
from roastery.components.assets.assets import Assets, AssetsArgs
from roastery.components.assets.datastore import LakeDatastoreArgs, lake_datastore
from roastery.components.assets.specs import StepRuntime
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]
WORKSPACE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/mlw"
IMAGE = "registry.example/ml@sha256:" + "1" * 64
STEPS = [node.step.name for node in PIPELINE.nodes]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("assets")


@pytest.fixture
def assets(declare: Declare, group: ResourceGroup, cache: Path) -> Callable[..., Any]:
    """What is declared for the pipeline of the model."""

    def declared(**settings: Any) -> Any:
        def program() -> None:
            workspace = ml.Workspace("mlw", workspace_name="mlw", resource_group_name="g")
            args = AssetsArgs(
                resource_group=group,
                workspace_id=WORKSPACE,
                workspace=workspace,
                name="roastery",
                image=IMAGE,
                pipeline=PIPELINE,
                code_hash=lambda module: f"of {module}",
                runtime=StepRuntime(instance_type="jobs"),
                cache=cache,
            )
            Assets("assets", replace(args, **settings))

        return declare(program)

    return declared


def versions(declared: Any) -> dict[str, str]:
    return {asset.name: asset.inputs["version"] for asset in declared.of_type("ComponentVersion")}


def test_every_step_and_the_pipeline_is_a_component(assets: Callable[..., Any]) -> None:
    assert versions(assets()).keys() == {f"component-{name}" for name in (*STEPS, PIPELINE.name)}


def test_old_versions_stay_in_the_workspace(assets: Callable[..., Any]) -> None:
    declared = assets()

    assert all(asset.retain_on_delete for asset in declared.of_type("ComponentVersion"))
    assert declared.named("environment").retain_on_delete is True
    assert declared.inputs("environment")["properties"]["image"] == IMAGE


def test_changed_code_is_a_new_version_of_its_step_and_of_the_pipeline(assets: Callable[..., Any]) -> None:
    before = versions(assets())
    after = versions(assets(code_hash=lambda module: f"of {module}" + "!" * module.endswith("train")))

    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"component-train", f"component-{PIPELINE.name}"}


def test_a_data_asset_of_a_step_has_a_container(assets: Callable[..., Any]) -> None:
    registered = {f"data-{port.asset}" for node in PIPELINE.nodes for port in node.step.outputs if port.asset}
    assert assets().names("DataContainer") == registered


def test_the_lake_is_read_as_the_workspaces_identity(declare: Declare, group: ResourceGroup) -> None:
    args = LakeDatastoreArgs(
        resource_group=group,
        workspace="mlw",
        name="lake",
        account="dls",
        filesystem="sales",
        description="Sales.",
    )

    def program() -> None:
        lake_datastore(args, pulumi.ComponentResource("tests:index:Parent", "workspace"))

    registration = declare(program).named("datastore-lake")
    properties = registration.inputs["properties"]
    assert properties["credentials"] == {"credentialsType": "None"}
    assert properties["serviceDataAccessAuthIdentity"] == "WorkspaceSystemAssignedIdentity"
    assert (properties["accountName"], properties["filesystem"]) == ("dls", "sales")
    assert registration.parent == "workspace"
