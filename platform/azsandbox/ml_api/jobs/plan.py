"""Turns a job's body into ordered commands: looks up components, resolves bindings, expands sub-pipelines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from azsandbox.arm_api.wire import Values
from azsandbox.errors import ArmError
from azsandbox.ml_api.jobs.shapes import check_command

LITERALS = frozenset({"string", "integer", "number", "boolean", "enum"})
_BINDING = re.compile(r"\$\{\{\s*parent\.(inputs|outputs|jobs)\.([\w.-]+?)(?:\.outputs\.([\w-]+))?\s*\}\}")


@dataclass(frozen=True)
class Literal:
    value: str


@dataclass(frozen=True)
class Asset:
    """Data, by its address or asset id."""

    address: str


@dataclass(frozen=True)
class FromNode:
    """The output of another node, by its path in the job."""

    node: str
    port: str


Source = Literal | Asset | FromNode


@dataclass(frozen=True, kw_only=True)
class NodeOutput:
    """An output port of a node, and the asset that it is registered as if it is named."""

    type: str
    asset: str | None = None
    version: str | None = None


@dataclass(frozen=True, kw_only=True)
class Node:
    """One command of a job."""

    path: str
    command: str
    component: str | None
    inputs: Mapping[str, Source]
    outputs: Mapping[str, NodeOutput]
    types: Mapping[str, str]
    """The types of the inputs, by name."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    code: str | None = None
    timeout: float | None = None
    compute: str = ""  # as the node names it; empty for the job's own
    image: str = ""  # the environment, by id or as `name:version`

    @property
    def depends_on(self) -> set[str]:
        return {source.node for source in self.inputs.values() if isinstance(source, FromNode)}


@dataclass(frozen=True, kw_only=True)
class JobPlan:
    """The nodes, each after those that it depends on, and the sources of the job's own outputs."""

    nodes: tuple[Node, ...]
    outputs: Mapping[str, FromNode]
    continue_on_step_failure: bool = False
    """Whether nodes still start after another node has failed."""
    compute: str = ""  # of nodes that name none


Lookup = Callable[[str], Values]  # the spec of a component by its id; raises ArmError if there is none


def plan_job(properties: Values, lookup: Lookup) -> JobPlan:
    """The plan of a job with these `properties`.

    Raises:
        ArmError: an input is missing, a binding has no source, the nodes depend on each other in a cycle, or
            the type of job is not modelled.
    """
    kind = properties.get("jobType")
    if kind == "Command":
        node = _command("", properties, _job_inputs(properties.get("inputs")), lookup)
        return JobPlan(nodes=(node,), outputs={name: FromNode("", name) for name in node.outputs})
    if kind != "Pipeline":
        raise ArmError(
            501,
            "NotModelled",
            f"the sandbox does not model jobs of type {kind}, only Command and Pipeline",
        )
    spec = lookup(str(properties["componentId"])) if properties.get("componentId") else {}
    scope = {**_defaults(spec), **_job_inputs(properties.get("inputs"))}
    expansion = _Expansion(lookup)
    expansion.add_pipeline("", properties.get("jobs") or spec.get("jobs") or {}, scope)
    settings: Values = properties.get("settings") or {}
    compute = settings.get("default_compute") or settings.get("defaultCompute") or properties.get("computeId")
    continues = settings.get("continue_on_step_failure", settings.get("ContinueOnStepFailure"))
    job_plan = expansion.resolve(properties.get("outputs") or {})
    return replace(job_plan, continue_on_step_failure=continues is True, compute=str(compute or ""))


class _Expansion:
    """The nodes of a pipeline and of its sub-pipelines, whose bindings are not resolved yet."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.nodes: dict[str, Node] = {}
        self.exports: dict[FromNode, FromNode] = {}  # output of a pipeline → the node's output behind it

    def add_pipeline(self, prefix: str, jobs: Values, scope: Mapping[str, Source]) -> None:
        for name, body in jobs.items():
            path = f"{prefix}{name}"
            inputs = {
                port: source
                for port, value in (body.get("inputs") or {}).items()
                if (source := _source(value, scope, prefix)) is not None
            }
            for port, value in (body.get("outputs") or {}).items():
                binding = _BINDING.fullmatch(_text(value))
                if binding and binding[1] == "outputs":
                    self.exports[FromNode(prefix.rstrip("."), binding[2])] = FromNode(path, port)
            if body.get("type") == "pipeline":
                spec = self.lookup(_component(body))
                self.add_pipeline(f"{path}.", spec.get("jobs") or {}, {**_defaults(spec), **inputs})
            elif body.get("type", "command") == "command":
                self.nodes[path] = _command(path, body, inputs, self.lookup)
            else:
                raise ArmError(
                    501,
                    "NotModelled",
                    f"the sandbox does not model nodes of type {body.get('type')}: '{path}'",
                )

    def resolve(self, outputs: Values) -> JobPlan:
        """Resolve every binding to the node that writes the value, name the assets, sort the nodes."""
        sources = {name: self.resolve_binding(FromNode("", name)) for name in outputs}
        for name, written in sources.items():
            asset = outputs[name] or {}
            if asset.get("assetName"):
                node = self.nodes[written.node]
                port = NodeOutput(
                    type=node.outputs[written.port].type,
                    asset=asset["assetName"],
                    version=asset.get("assetVersion"),
                )
                self.nodes[written.node] = replace(node, outputs={**node.outputs, written.port: port})
        for path, node in self.nodes.items():
            inputs = {
                name: self.resolve_binding(source) if isinstance(source, FromNode) else source
                for name, source in node.inputs.items()
            }
            self.nodes[path] = replace(node, inputs=inputs)
        try:
            order = tuple(
                TopologicalSorter({path: node.depends_on for path, node in self.nodes.items()}).static_order()
            )
        except CycleError as error:
            cycle = " → ".join(map(str, error.args[1]))
            raise ArmError(
                400, "UserError", f"The nodes of the pipeline depend on each other in a cycle: {cycle}."
            ) from None
        return JobPlan(nodes=tuple(self.nodes[path] for path in order), outputs=sources)

    def resolve_binding(self, source: FromNode) -> FromNode:
        while source in self.exports:
            source = self.exports[source]
        node = self.nodes.get(source.node)
        if node is None or source.port not in node.outputs:
            raise ArmError(
                400,
                "UserError",
                f"No node writes output '{source.port}' of '{source.node or 'the job'}'.",
            )
        return source


def _command(path: str, body: Values, inputs: Mapping[str, Source], lookup: Lookup) -> Node:
    component = _component(body) if "command" not in body else None
    spec = lookup(component) if component else body
    declared: Values = spec.get("inputs") or {}
    types = {
        name: str((declaration or {}).get("type") or _kind(declaration))
        for name, declaration in declared.items()
    }
    sources = {**_defaults(spec), **inputs}
    for name, declaration in declared.items():
        if name not in sources and component and not (declaration or {}).get("optional"):
            raise ArmError(400, "UserError", f"Required input '{name}' of node '{path}' is not provided.")
    unknown = sorted(inputs.keys() - declared.keys())
    if unknown:
        raise ArmError(
            400, "UserError", f"Node '{path}' has input '{unknown[0]}', which its component does not declare."
        )
    named: Values = body.get("outputs") or {}
    outputs = {
        name: _output(declaration or {}, named.get(name))
        for name, declaration in (spec.get("outputs") or {}).items()
    }
    check_command(spec, path)
    variables: Values = {
        **(spec.get("environment_variables") or {}),
        **(body.get("environment_variables") or body.get("environmentVariables") or {}),
    }
    return Node(
        path=path,
        command=str(spec["command"]),
        component=component,
        inputs=sources,
        outputs=outputs,
        types=types,
        environment={name: str(value) for name, value in variables.items()},
        code=spec.get("code") or body.get("codeId"),
        timeout=_seconds((body.get("limits") or {}).get("timeout")),
        compute=str(body.get("computeId") or ""),
        image=str(body.get("environmentId") or spec.get("environment") or ""),
    )


def _component(body: Values) -> str:
    identifier = body.get("componentId") or body.get("component")
    if not isinstance(identifier, str):
        raise ArmError(400, "UserError", "A node must name the id of a registered component.")
    return identifier.removeprefix("azureml:")


def _output(declared: Values, settings: Any) -> NodeOutput:
    kind = str(declared.get("type") or declared.get("jobOutputType") or "uri_folder")
    names: Values = settings if isinstance(settings, dict) else {}
    asset = names.get("name") or names.get("assetName")
    version = names.get("version") or names.get("assetVersion")
    return NodeOutput(type=kind, asset=asset, version=str(version) if version else None)


def _defaults(spec: Values) -> dict[str, Source]:
    return {
        name: Literal(str(declaration["default"]))
        for name, declaration in (spec.get("inputs") or {}).items()
        if isinstance(declaration, dict) and declaration.get("default") is not None
    }


def _job_inputs(inputs: Values | None) -> dict[str, Source]:
    """The sources of a job's own inputs, which can't be bindings."""
    sources = {name: _source(value, {}, "") for name, value in (inputs or {}).items()}
    return {name: source for name, source in sources.items() if source is not None}


def _source(value: Any, scope: Mapping[str, Source], prefix: str) -> Source | None:
    """The source of an input; None for an optional input without a value."""
    text = _text(value)
    binding = _BINDING.fullmatch(text)
    if binding and binding[1] == "inputs":
        return scope.get(binding[2])
    if binding and binding[1] == "jobs":
        return FromNode(f"{prefix}{binding[2]}", binding[3])
    if _kind(value) == "literal":
        return Literal(_BINDING.sub(lambda match: _inline(match, scope), text)) if text else None
    return Asset(text) if text else None


def _inline(match: re.Match[str], scope: Mapping[str, Source]) -> str:
    source = scope.get(match[2])
    if match[1] != "inputs" or not isinstance(source, Literal):
        raise ArmError(400, "UserError", f"{match[0]} can't be part of a text: it is not a literal.")
    return source.value


def _kind(value: Any) -> str:
    if not isinstance(value, dict):
        return "literal"
    return str(value.get("jobInputType") or value.get("job_input_type") or value.get("type") or "literal")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        content = next((value[name] for name in ("value", "uri", "path") if value.get(name) is not None), "")
        return str(content)
    return "" if value is None else str(value)


def _seconds(text: Any) -> float | None:
    """The seconds of an ISO 8601 duration such as PT1H30M, in which Azure ML writes a timeout."""
    match = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", str(text)) if text else None
    if match is None:
        return None
    hours, minutes, seconds = (int(number or 0) for number in match.groups())
    return float(hours * 3600 + minutes * 60 + seconds)
