"""A step's component is what the SDK itself would send; a version changes exactly with its content."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from azure.ai.ml.entities import CommandComponent, PipelineComponent

from ml.pipeline import PIPELINE
from roastery.components.assets import specs
from roastery.components.assets.specs import StepRuntime
from roastery.components.assets.versions import version_of

WORKSPACE = (
    "azureml:/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"
)
ENVIRONMENT = f"{WORKSPACE}/environments/roastery/versions/e1"
COMPONENTS = {
    node.step.name: f"{WORKSPACE}/components/{node.step.name}/versions/c1" for node in PIPELINE.nodes
}
RUNTIME = StepRuntime(instance_type="jobs", variables={"import": {"SNOWFLAKE_ACCOUNT": "acme"}})


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the SDK would send of each component that is dumped."""
    bodies: list[dict[str, Any]] = []
    for entity in (CommandComponent, PipelineComponent):
        dump = entity.dump

        def spy(self: Any, dest: Any, *, dump: Any = dump, **options: Any) -> None:
            with warnings.catch_warnings(action="ignore"):
                bodies.append(self._to_rest_object().as_dict()["properties"]["componentSpec"])
            dump(self, dest, **options)

        monkeypatch.setattr(entity, "dump", spy)
    return bodies


# Only the SDK says these: where a component came from.
PROVENANCE = {"_source", "sourceJobId"}


@pytest.mark.parametrize("step", [node.step.name for node in PIPELINE.nodes])
def test_a_steps_component_is_what_the_sdk_would_send(step: str, sent: list[dict[str, Any]]) -> None:
    spec = specs.command_spec(PIPELINE.step(step), version="c1", environment=ENVIRONMENT)

    assert spec == {name: value for name, value in sent[0].items() if name not in PROVENANCE}


def test_the_pipelines_component_is_what_the_sdk_would_send(sent: list[dict[str, Any]]) -> None:
    spec = specs.pipeline_spec(PIPELINE, version="p1", components=COMPONENTS, runtime=RUNTIME)

    assert spec == {name: value for name, value in sent[0].items() if name not in PROVENANCE}


def test_the_specifications_read_well(golden: Callable[[str, str], None]) -> None:
    command = specs.command_spec(PIPELINE.step("train"), version="c1", environment=ENVIRONMENT)
    pipeline = specs.pipeline_spec(PIPELINE, version="p1", components=COMPONENTS, runtime=RUNTIME)

    golden("component-train.yaml", yaml.safe_dump(command))
    golden("component-pipeline.yaml", yaml.safe_dump(pipeline))


def test_a_version_depends_on_the_content_and_on_nothing_else() -> None:
    assert version_of({"a": 1, "b": [2]}) == version_of({"b": [2], "a": 1})
    assert version_of({"a": 1}) != version_of({"a": "1"})
    assert version_of("x").startswith("h")
    assert len(version_of("x")) == 13
