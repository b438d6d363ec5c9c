"""Which steps follow which, and what a part of a registered pipeline takes from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.jobs.client import WorkspaceClient
from roastery.jobs.partial_pipeline import downstream, pipeline_nodes, select_steps

pytestmark = pytest.mark.xdist_group("api")


@pytest.fixture
def registered(sdk: Any, entities: Any, ml: Any, component: Callable[..., Any], unique: str) -> Any:
    """A pipeline: `a` writes left and right, `b` reads left, `c` reads right and b, `d` reads b."""
    folder, number = sdk.Input(type="uri_folder"), sdk.Input(type="integer", default=1)
    data, output = {"data": folder}, {"out": sdk.Output(type="uri_folder")}
    sides = {"left": sdk.Output(type="uri_folder"), "right": sdk.Output(type="uri_folder")}
    ports = {
        "a": ({"n": number}, sides),
        "b": ({**data, "n": number}, output),
        "c": ({**data, "more": folder}, {}),
        "d": ({"more": folder}, {}),
    }
    bound = {
        "a": {"n": "inputs.n"},
        "b": {"data": "jobs.a.outputs.left", "n": "inputs.n"},
        "c": {"data": "jobs.a.outputs.right", "more": "jobs.b.outputs.out"},
        "d": {"more": "jobs.b.outputs.out"},
    }
    nodes: dict[str, Any] = {}
    for name, (inputs, outputs) in ports.items():
        registered_component = component(f"{name}_{unique}", "true", inputs=inputs, outputs=outputs)
        nodes[name] = entities.Command(
            component=f"azureml:{registered_component.name}:1",
            inputs={port: f"${{{{parent.{source}}}}}" for port, source in bound[name].items()},
        )
    inputs = {"n": sdk.Input(type="integer", default=7)}
    whole = entities.PipelineComponent(name=f"whole_{unique}", version="1", inputs=inputs, jobs=nodes)
    ml.components.create_or_update(whole)
    return ml.components.get(f"whole_{unique}", "1")


def test_what_needs_a_step_follows_it_directly_or_not(registered: Any) -> None:
    nodes = pipeline_nodes(registered)
    assert downstream(nodes, "a") == {"a", "b", "c", "d"}
    assert downstream(nodes, "b") == {"b", "c", "d"}
    assert downstream(nodes, "c") == {"c"}


def test_inputs_of_one_name_are_told_apart_by_where_they_come_from(
    registered: Any, client: WorkspaceClient
) -> None:
    partial = select_steps(client, registered, {"b", "c"})
    assert partial.takes == {"b": {"data": "b.data", "n": "n"}, "c": {"data": "c.data"}}
    assert set(partial.declared) == {"b.data", "c.data", "n"}
    shared = select_steps(client, registered, {"c", "d"})
    assert set(shared.declared) == {"data", "more"}


def test_the_pipelines_default_wins_over_that_of_the_step(registered: Any, client: WorkspaceClient) -> None:
    assert select_steps(client, registered, {"a"}).declared["n"]["default"] == 7
