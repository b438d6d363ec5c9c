"""Component specifications, built by azure-ai-ml's own entities and read back from their public dump.

The dump is the YAML that a person would write. Azure's API takes it as it is (`componentSpec`) for a command;
for a pipeline's nodes its form differs, see `_for_api`. The tests compare both with the body that the SDK
itself would send.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from roastery.components.assets.steps import (
    NodeDescription,
    ParamDescription,
    PipelineDescription,
    PortDescription,
    StepDescription,
)

Spec = dict[str, Any]
_KINDS: dict[type, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


@dataclass(frozen=True, kw_only=True)
class StepRuntime:
    """Where the steps of a pipeline run, and with which variables.

    Args:
        instance_type: of the Kubernetes compute.
        variables: environment variables by step; none is a secret.
    """

    instance_type: str
    variables: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])


def command_spec(step: StepDescription, *, version: str, environment: str) -> Spec:
    """The specification of a step's component.

    Args:
        step: the step.
        version: of the component.
        environment: `azureml:` and the ARM id of an environment's version.
    """
    from azure.ai.ml.entities import CommandComponent  # noqa: PLC0415 - seconds to import; see `cache`

    component = CommandComponent(
        name=step.name,
        version=version,
        display_name=step.name,
        description=step.description,
        command=step.template(),
        environment=environment,
        inputs={port.name: _port(port) for port in step.inputs}
        | {param.name: _param(param) for param in step.params},
        outputs={port.name: _output(port) for port in step.outputs},
        is_deterministic=not step.volatile,
    )
    return _dump(component)


def pipeline_spec(
    pipeline: PipelineDescription, *, version: str, components: Mapping[str, str], runtime: StepRuntime
) -> Spec:
    """The specification of the pipeline's component.

    Args:
        pipeline: the pipeline.
        version: of the component.
        components: `azureml:` and ARM id of each step's component, by step.
        runtime: where its nodes run, and with which variables.
    """
    from azure.ai.ml.entities import PipelineComponent  # noqa: PLC0415

    pipeline_inputs = {
        source.partition(".")[2]: port
        for node in pipeline.nodes
        for port in node.step.inputs
        if (source := node.inputs[port.name]).startswith("pipeline.")
    }
    component = PipelineComponent(
        name=pipeline.name,
        version=version,
        display_name=pipeline.name,
        description=pipeline.description,
        inputs={name: _port(port) for name, port in pipeline_inputs.items()}
        | {name: _param(param) for name, param in pipeline.params.items()},
        jobs={node.step.name: _node(node, components[node.step.name], runtime) for node in pipeline.nodes},
    )
    return _for_api(_dump(component))


def _dump(component: Any) -> Spec:
    text = io.StringIO()
    component.dump(text)
    return yaml.safe_load(text.getvalue())


def _port(port: PortDescription) -> Any:
    from azure.ai.ml import Input  # noqa: PLC0415

    return Input(type=port.type, optional=port.optional, description=port.description)


def _output(port: PortDescription) -> Any:
    from azure.ai.ml import Output  # noqa: PLC0415

    return Output(type=port.type, description=port.description)


def _param(param: ParamDescription) -> Any:
    from azure.ai.ml import Input  # noqa: PLC0415

    limits: Spec = {"min": param.minimum, "max": param.maximum, "enum": list(param.choices) or None}
    return Input(
        type=_KINDS[param.kind],
        description=param.description,
        default=param.default,
        optional=param.default is None,
        **{name: value for name, value in limits.items() if value is not None},
    )


def _node(node: NodeDescription, component: str, runtime: StepRuntime) -> Any:
    from azure.ai.ml import Output  # noqa: PLC0415
    from azure.ai.ml.entities import Command, JobResourceConfiguration, ManagedIdentityConfiguration  # noqa: PLC0415

    step = node.step
    inputs: Spec = {port: _source(source) for port, source in node.inputs.items()}
    inputs |= {param.name: f"${{{{parent.inputs.{param.name}}}}}" for param in step.params}
    return Command(
        component=component,
        inputs=inputs,
        outputs={
            port.name: Output(type=port.type, name=port.asset)
            for port in step.outputs
            if port.asset is not None
        },
        environment_variables=dict(runtime.variables.get(step.name, {})),
        resources=JobResourceConfiguration(instance_type=runtime.instance_type),
        identity=ManagedIdentityConfiguration(),
    )


def _source(source: str) -> str:
    step, _, name = source.partition(".")
    return (
        f"${{{{parent.inputs.{name}}}}}"
        if step == "pipeline"
        else f"${{{{parent.jobs.{step}.outputs.{name}}}}}"
    )


def _for_api(spec: Spec) -> Spec:
    """The dump of a pipeline with its nodes as the API takes them."""
    jobs: dict[str, Spec] = spec["jobs"]
    return {**spec, "jobs": {name: _api_node(node) for name, node in jobs.items()}}


def _api_node(node: Spec) -> Spec:
    rest = {name: value for name, value in node.items() if name not in {"component", "inputs", "outputs"}}
    inputs = {
        port: {"job_input_type": "literal", "value": binding["path"]}
        for port, binding in node["inputs"].items()
    }
    outputs = {
        port: {"job_output_type": output["type"], "name": output["name"]}
        for port, output in node.get("outputs", {}).items()
    }
    return {
        **rest,
        "componentId": node["component"],
        "inputs": inputs,
        **({"outputs": outputs} if outputs else {}),
        "identity": {"identity_type": "Managed"},
        "_source": "REMOTE.WORKSPACE.COMPONENT",
    }


logging.getLogger("azure.ai.ml").setLevel(logging.ERROR)  # it reports each experimental class it loads
