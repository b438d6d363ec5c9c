"""From a job's body to commands in order: components looked up, bindings followed, sub-pipelines opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from azsandbox.arm_api.wire import Values
from azsandbox.errors import ArmError

LITERALS = frozenset({"string", "integer", "number", "boolean", "enum"})
_BINDING = re.compile(r"\$\{\{\s*parent\.(inputs|outputs|jobs)\.([\w.-]+?)(?:\.outputs\.([\w-]+))?\s*\}\}")


@dataclass(frozen=True)
class Literal:
    value: str


@dataclass(frozen=True)
class Asset:
    """Data by its address or id."""

    address: str


@dataclass(frozen=True)
class FromNode:
    """The output of another node, by its path in the job."""

    node: str
    port: str


Source = Literal | Asset | FromNode


@dataclass(frozen=True, kw_only=True)
class Output:
    """A port that a node writes, and the data asset that it becomes if it is named."""

    type: str
    asset: str | None = None
    version: str | None = None


@dataclass(frozen=True, kw_only=True)
class Node:
    """One command."""

    path: str
    command: str
    component: str | None
    inputs: Mapping[str, Source]
    outputs: Mapping[str, Output]
    types: Mapping[str, str]
    """Of the inputs, by name."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    code: str | None = None
    timeout: float | None = None

    @property
    def before(self) -> set[str]:
        return {one.node for one in self.inputs.values() if isinstance(one, FromNode)}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Nodes in an order that respects what they need, and where the job's own outputs come from."""

    nodes: tuple[Node, ...]
    outputs: Mapping[str, FromNode]
    keeps_going: bool = False
    """Whether nodes still start after another one has failed."""


Lookup = Callable[[str], Values]
"""The spec of a component by its id; ArmError where there is none."""


def plan(properties: Values, lookup: Lookup) -> Plan:
    """What a job's `properties` ask for.

    Raises:
        ArmError: an input is missing, a binding leads nowhere, the nodes form a circle, or the kind of job
            is not modelled.
    """
    kind = properties.get("jobType")
    if kind == "Command":
        node = _command("", properties, _given(properties.get("inputs")), lookup)
        return Plan(nodes=(node,), outputs={name: FromNode("", name) for name in node.outputs})
    if kind != "Pipeline":
        raise ArmError(
            501,
            "NotModelled",
            f"the sandbox does not model jobs of type {kind}: Command and Pipeline it does",
        )
    spec = lookup(str(properties["componentId"])) if properties.get("componentId") else {}
    scope = {**_defaults(spec), **_given(properties.get("inputs"))}
    found = _Expansion(lookup)
    found.pipeline("", properties.get("jobs") or spec.get("jobs") or {}, scope)
    settings: Values = properties.get("settings") or {}
    going = settings.get("continue_on_step_failure", settings.get("ContinueOnStepFailure"))
    return replace(found.settle(properties.get("outputs") or {}), keeps_going=going is True)


class _Expansion:
    """The nodes of a pipeline and of those inside it, with the bindings still to be followed."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.nodes: dict[str, Node] = {}
        self.exports: dict[FromNode, FromNode] = {}  # an output of a pipeline → the node's that writes it

    def pipeline(self, prefix: str, jobs: Values, scope: Mapping[str, Source]) -> None:
        for name, body in jobs.items():
            path = f"{prefix}{name}"
            inputs = {
                port: source
                for port, given in (body.get("inputs") or {}).items()
                if (source := _source(given, scope, prefix)) is not None
            }
            for port, given in (body.get("outputs") or {}).items():
                bound = _BINDING.fullmatch(_text(given))
                if bound and bound[1] == "outputs":
                    self.exports[FromNode(prefix.rstrip("."), bound[2])] = FromNode(path, port)
            if body.get("type") == "pipeline":
                spec = self.lookup(_component(body))
                self.pipeline(f"{path}.", spec.get("jobs") or {}, {**_defaults(spec), **inputs})
            elif body.get("type", "command") == "command":
                self.nodes[path] = _command(path, body, inputs, self.lookup)
            else:
                raise ArmError(
                    501,
                    "NotModelled",
                    f"the sandbox does not model nodes of type {body.get('type')}: '{path}'",
                )

    def settle(self, outputs: Values) -> Plan:
        """Follow every binding to the node that writes, name the assets, sort."""
        ends = {name: self.follow(FromNode("", name)) for name in outputs}
        for name, end in ends.items():
            asset = outputs[name] or {}
            if asset.get("assetName"):
                node = self.nodes[end.node]
                port = Output(
                    type=node.outputs[end.port].type,
                    asset=asset["assetName"],
                    version=asset.get("assetVersion"),
                )
                self.nodes[end.node] = replace(node, outputs={**node.outputs, end.port: port})
        for path, node in self.nodes.items():
            inputs = {
                name: self.follow(one) if isinstance(one, FromNode) else one
                for name, one in node.inputs.items()
            }
            self.nodes[path] = replace(node, inputs=inputs)
        try:
            order = tuple(
                TopologicalSorter({path: node.before for path, node in self.nodes.items()}).static_order()
            )
        except CycleError as error:
            circle = " → ".join(map(str, error.args[1]))
            raise ArmError(
                400, "UserError", f"The nodes of the pipeline need each other: {circle}."
            ) from None
        return Plan(nodes=tuple(self.nodes[path] for path in order), outputs=ends)

    def follow(self, source: FromNode) -> FromNode:
        while source in self.exports:
            source = self.exports[source]
        node = self.nodes.get(source.node)
        if node is None or source.port not in node.outputs:
            raise ArmError(
                400,
                "UserError",
                f"Output '{source.port}' of '{source.node or 'the job'}' is written by no node.",
            )
        return source


def _command(path: str, body: Values, inputs: Mapping[str, Source], lookup: Lookup) -> Node:
    component = _component(body) if "command" not in body else None
    spec = lookup(component) if component else body
    declared: Values = spec.get("inputs") or {}
    types = {name: str((one or {}).get("type") or _kind(one)) for name, one in declared.items()}
    given = {**_defaults(spec), **inputs}
    for name, one in declared.items():
        if name not in given and component and not (one or {}).get("optional"):
            raise ArmError(400, "UserError", f"Required input '{name}' of node '{path}' is not provided.")
    unknown = sorted(inputs.keys() - declared.keys())
    if unknown:
        raise ArmError(
            400, "UserError", f"Node '{path}' is given input '{unknown[0]}', which its component lacks."
        )
    named: Values = body.get("outputs") or {}
    outputs = {name: _output(one or {}, named.get(name)) for name, one in (spec.get("outputs") or {}).items()}
    variables: Values = {
        **(spec.get("environment_variables") or {}),
        **(body.get("environment_variables") or body.get("environmentVariables") or {}),
    }
    limits: Values = body.get("limits") or {}
    return Node(
        path=path,
        command=str(spec["command"]),
        component=component,
        inputs=given,
        outputs=outputs,
        types=types,
        environment={name: str(value) for name, value in variables.items()},
        code=spec.get("code") or body.get("codeId"),
        timeout=_seconds(limits.get("timeout")),
    )


def _component(body: Values) -> str:
    found = body.get("componentId") or body.get("component")
    if not isinstance(found, str):
        raise ArmError(400, "UserError", "A node needs the id of a registered component.")
    return found.removeprefix("azureml:")


def _output(declared: Values, given: Any) -> Output:
    kind = str(declared.get("type") or declared.get("jobOutputType") or "uri_folder")
    more: Values = given if isinstance(given, dict) else {}
    asset = more.get("name") or more.get("assetName")
    version = more.get("version") or more.get("assetVersion")
    return Output(type=kind, asset=asset, version=str(version) if version else None)


def _defaults(spec: Values) -> dict[str, Source]:
    return {
        name: Literal(str(one["default"]))
        for name, one in (spec.get("inputs") or {}).items()
        if isinstance(one, dict) and one.get("default") is not None
    }


def _given(inputs: Values | None) -> dict[str, Source]:
    """A job's own inputs."""
    found = {name: _source(one, {}, "") for name, one in (inputs or {}).items()}
    return {name: one for name, one in found.items() if one is not None}


def _source(given: Any, scope: Mapping[str, Source], prefix: str) -> Source | None:
    """Where an input comes from; None for an optional one that is not given."""
    text = _text(given)
    bound = _BINDING.fullmatch(text)
    if bound and bound[1] == "inputs":
        return scope.get(bound[2])
    if bound and bound[1] == "jobs":
        return FromNode(f"{prefix}{bound[2]}", bound[3])
    if _kind(given) == "literal":
        return Literal(_BINDING.sub(lambda one: _inline(one, scope), text)) if text else None
    return Asset(text) if text else None


def _inline(found: re.Match[str], scope: Mapping[str, Source]) -> str:
    source = scope.get(found[2])
    if found[1] != "inputs" or not isinstance(source, Literal):
        raise ArmError(400, "UserError", f"{found[0]} can't stand inside of a text: it is no literal.")
    return source.value


def _kind(given: Any) -> str:
    if not isinstance(given, dict):
        return "literal"
    return str(given.get("jobInputType") or given.get("job_input_type") or given.get("type") or "literal")


def _text(given: Any) -> str:
    if isinstance(given, dict):
        found = next((given[name] for name in ("value", "uri", "path") if given.get(name) is not None), "")
        return str(found)
    return "" if given is None else str(given)


def _seconds(text: Any) -> float | None:
    """ISO 8601's PT1H30M, as Azure ML writes a timeout."""
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", str(text)) if text else None
    if found is None:
        return None
    hours, minutes, seconds = (int(one or 0) for one in found.groups())
    return float(hours * 3600 + minutes * 60 + seconds)
