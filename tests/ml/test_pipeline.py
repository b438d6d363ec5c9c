"""The wiring of the steps."""

from __future__ import annotations

import importlib.util

from ml.pipeline import PIPELINE


def test_every_output_is_used_or_is_what_the_pipeline_is_for() -> None:
    outputs = {f"{node.step.name}.{port.name}" for node in PIPELINE.nodes for port in node.step.outputs}
    used = {source for node in PIPELINE.nodes for source in node.inputs.values()}
    assert outputs - used == {"report.report"}


def test_a_port_is_wired_to_an_output_of_its_own_type() -> None:
    outputs = {f"{node.step.name}.{p.name}": p.type for node in PIPELINE.nodes for p in node.step.outputs}
    for node in PIPELINE.nodes:
        for port in node.step.inputs:
            source = node.inputs[port.name]
            assert source.startswith("pipeline.") or outputs[source] == port.type, (
                f"{node.step.name}.{port.name}"
            )


def test_nothing_is_wired_that_is_no_input() -> None:
    for node in PIPELINE.nodes:
        assert node.inputs.keys() == {port.name for port in node.step.inputs}


def test_every_module_is_there() -> None:
    for node in PIPELINE.nodes:
        assert importlib.util.find_spec(node.step.module), node.step.module


def test_only_the_steps_that_touch_the_world_are_volatile() -> None:
    assert [node.step.name for node in PIPELINE.nodes if node.step.volatile] == ["import", "register"]


def test_no_parameter_is_called_as_a_port() -> None:
    for node in PIPELINE.nodes:
        ports = {port.name for port in (*node.step.inputs, *node.step.outputs)}
        assert not ports & {param.name for param in node.step.params}
