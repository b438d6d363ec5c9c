"""Some steps of the pipeline as a job: one step, or a step and all that needs what it makes.

How the steps are wired is read from the component's public dump: the YAML that a person would write.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from roastery.jobs.arguments import LITERAL_TYPES, suggestion
from roastery.jobs.client import WorkspaceClient, silence_sdk
from roastery.jobs.errors import UsageError, translate_errors

Values = dict[str, Any]
_FROM_NODE = re.compile(r"\$\{\{\s*parent\.jobs\.([\w-]+)\.outputs\.([\w-]+)\s*\}\}")
_FROM_PIPELINE = re.compile(r"\$\{\{\s*parent\.inputs\.([\w-]+)\s*\}\}")


@dataclass(frozen=True, kw_only=True)
class PartialPipeline:
    """Steps of a pipeline, and the inputs that other steps or the pipeline would have given them.

    Args:
        nodes: the steps as the pipeline writes them.
        components: what they run.
        declared: the inputs from outside, as a component declares its inputs, by the name of the job's input.
        takes: where these inputs go: node → its input → the name of the job's input.
    """

    nodes: Mapping[str, Values]
    components: Mapping[str, Any]
    declared: Mapping[str, Values]
    takes: Mapping[str, Mapping[str, str]]

    def job(self, name: str, values: Mapping[str, Any], compute: str) -> Any:
        """The steps as the pipeline would run them: their environments, instance types and named outputs.

        Args:
            name: to show.
            values: by the names of `declared`: literals, and addresses of data.
            compute: the attached cluster.
        """
        from azure.ai.ml import load_job  # noqa: PLC0415 - seconds to import

        defaults = {
            key: declaration["default"]
            for key, declaration in self.declared.items()
            if declaration.get("default") is not None
        }
        values = defaults | dict(values)
        description = {
            "type": "pipeline",
            "display_name": name,
            "experiment_name": name,
            "settings": {"default_compute": f"azureml:{compute.removeprefix('azureml:')}"},
            "jobs": {node: self._node(node, values) for node in self.nodes},
        }
        with silence_sdk():
            return load_job(io.StringIO(yaml.safe_dump(description)))

    def _node(self, name: str, values: Mapping[str, Any]) -> Values:
        node, taken = self.nodes[name], self.takes[name]
        inner = {port: value for port, value in (node.get("inputs") or {}).items() if port not in taken}
        outer = {port: self._value(key, values[key]) for port, key in taken.items() if key in values}
        return node | {"inputs": inner | outer}

    def _value(self, key: str, value: Any) -> Any:
        kind = str(self.declared[key]["type"])
        return value if kind in LITERAL_TYPES else {"type": kind, "path": value}


def pipeline_nodes(pipeline: Any) -> dict[str, Values]:
    """The steps of a pipeline component, by name."""
    text = io.StringIO()
    with silence_sdk():  # each class of the SDK that is experimental says so
        pipeline.dump(text)
    return yaml.safe_load(text.getvalue())["jobs"]


def select_steps(workspace: WorkspaceClient, pipeline: Any, names: Collection[str]) -> PartialPipeline:
    """Those steps of a pipeline. An input from outside keeps the name of the step's input.

    Inputs of one name that take different things become `<step>.<input>`.

    Raises:
        JobsError: a component can't be read.
    """
    nodes = {name: node for name, node in pipeline_nodes(pipeline).items() if name in names}
    components = read_components(workspace, nodes)
    inputs = {name: component.inputs for name, component in components.items()}
    outer = {
        name: {
            port: source
            for port in inputs[name]
            if not _comes_from(source := _source(name, node, port), names)
        }
        for name, node in nodes.items()
    }
    sources: dict[str, set[str]] = {}
    for ports in outer.values():
        for port, source in ports.items():
            sources.setdefault(port, set()).add(source)
    takes = {
        name: {port: port if len(sources[port]) == 1 else f"{name}.{port}" for port in ports}
        for name, ports in outer.items()
    }
    declared = {
        key: _declaration(inputs[name][port], _default(pipeline, outer[name][port]))
        for name, ports in takes.items()
        for port, key in ports.items()
    }
    return PartialPipeline(nodes=nodes, components=components, declared=declared, takes=takes)


def downstream(nodes: Mapping[str, Values], start: str) -> set[str]:
    """A step, and all that needs what it makes, directly or not."""
    chosen = {start}
    while more := {name for name, node in nodes.items() if name not in chosen and _upstream(node) & chosen}:
        chosen |= more
    return chosen


def require_step(nodes: Mapping[str, Values], name: str, others: Sequence[str] = ()) -> None:
    """Refuses a step that the pipeline lacks.

    Raises:
        UsageError: it does.
    """
    if name not in nodes:
        raise UsageError(f"there is no step {name}", suggestion(name, [*others, *nodes]))


def read_components(workspace: WorkspaceClient, nodes: Mapping[str, Values]) -> dict[str, Any]:
    """The component that each step runs.

    Raises:
        JobsError: a component can't be read.
    """
    components: dict[str, Any] = {}
    for node, body in nodes.items():
        name, version = _parse_component(str(body["component"]))
        with translate_errors(f"the component of {node} can't be read"):
            components[node] = workspace.ml.components.get(name, version)
    return components


def _parse_component(component: str) -> tuple[str, str]:
    """Name and version of `azureml:NAME:VERSION`, or of an ARM id."""
    text = component.removeprefix("azureml:")
    parts = text.split("/")
    if "components" in parts:
        return parts[-3], parts[-1]
    name, _, version = text.partition(":")
    return name, version


def _binding(value: Any) -> str:
    """What an input is bound to, written as a text or as a path."""
    return str(value.get("path") if isinstance(value, dict) else value)


def _source(name: str, node: Values, port: str) -> str:
    """Where an input comes from; one that the pipeline does not bind is a source of its own."""
    value = (node.get("inputs") or {}).get(port)
    return f"{name}.{port}" if value is None else _binding(value)


def _comes_from(source: str, names: Collection[str]) -> bool:
    match = _FROM_NODE.fullmatch(source)
    return match is not None and match[1] in names


def _upstream(node: Values) -> set[str]:
    matches = (_FROM_NODE.fullmatch(_binding(value)) for value in (node.get("inputs") or {}).values())
    return {match[1] for match in matches if match}


def _declaration(declared: Any, default: Any) -> Values:
    """How a component declares an input; the pipeline's default wins over the step's."""
    values = {key: declared.get(key) for key in ("type", "optional", "default", "enum", "min", "max")}
    return values if default is None else values | {"default": default}


def _default(pipeline: Any, source: str) -> Any:
    match = _FROM_PIPELINE.fullmatch(source)
    return pipeline.inputs[match[1]].get("default") if match else None
