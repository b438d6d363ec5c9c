"""Part of the pipeline as a job of its own: one step, or a step and all that needs what it makes.

The wiring is read from the component's public dump: the YAML that a person would write.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from roastery.jobs import asked
from roastery.jobs.client import Workspace, silently
from roastery.jobs.errors import UsageError, explained

Values = dict[str, Any]
_FROM_NODE = re.compile(r"\$\{\{\s*parent\.jobs\.([\w-]+)\.outputs\.([\w-]+)\s*\}\}")
_FROM_PIPELINE = re.compile(r"\$\{\{\s*parent\.inputs\.([\w-]+)\s*\}\}")


@dataclass(frozen=True, kw_only=True)
class Part:
    """Steps of a pipeline, and what has to come from outside of them.

    Args:
        nodes: the steps as the pipeline writes them.
        components: what they run.
        declared: what the part takes, as a component declares its inputs, by the name to hand it in by.
        takes: where that goes: node → its input → the name to hand it in by.
    """

    nodes: Mapping[str, Values]
    components: Mapping[str, Any]
    declared: Mapping[str, Values]
    takes: Mapping[str, Mapping[str, str]]

    def job(self, name: str, values: Mapping[str, Any], compute: str) -> Any:
        """The part as the pipeline would run it: its environments, its instance types, its named outputs.

        Args:
            name: to show.
            values: by the names of `declared`: literals, and addresses of data.
            compute: the attached cluster.
        """
        from azure.ai.ml import load_job  # noqa: PLC0415 - seconds to import

        standing = {
            key: one["default"] for key, one in self.declared.items() if one.get("default") is not None
        }
        values = standing | dict(values)
        written = {
            "type": "pipeline",
            "display_name": name,
            "experiment_name": name,
            "settings": {"default_compute": f"azureml:{compute.removeprefix('azureml:')}"},
            "jobs": {node: self._node(node, values) for node in self.nodes},
        }
        with silently():
            return load_job(io.StringIO(yaml.safe_dump(written)))

    def _node(self, name: str, values: Mapping[str, Any]) -> Values:
        node, taken = self.nodes[name], self.takes[name]
        inner = {one: given for one, given in (node.get("inputs") or {}).items() if one not in taken}
        handed = {one: self._value(key, values[key]) for one, key in taken.items() if key in values}
        return node | {"inputs": inner | handed}

    def _value(self, key: str, value: Any) -> Any:
        kind = str(self.declared[key]["type"])
        return value if kind in asked.LITERALS else {"type": kind, "path": value}


def wiring(pipeline: Any) -> dict[str, Values]:
    """The steps of a pipeline component, by name."""
    text = io.StringIO()
    with silently():  # each class of the SDK that is experimental says so
        pipeline.dump(text)
    return yaml.safe_load(text.getvalue())["jobs"]


def part(workspace: Workspace, pipeline: Any, names: Collection[str]) -> Part:
    """Those steps of a pipeline. What they take from outside keeps the name of the input that takes it.

    Inputs of one name that take different things are told apart as `<step>.<input>`.

    Raises:
        JobsError: a component can't be read.
    """
    nodes = {name: node for name, node in wiring(pipeline).items() if name in names}
    run = components(workspace, nodes)
    inputs = {name: one.inputs for name, one in run.items()}
    outer = {
        name: {one: source for one in inputs[name] if not _inside(source := _source(name, node, one), names)}
        for name, node in nodes.items()
    }
    sources: dict[str, set[str]] = {}
    for ports in outer.values():
        for one, source in ports.items():
            sources.setdefault(one, set()).add(source)
    takes = {
        name: {one: one if len(sources[one]) == 1 else f"{name}.{one}" for one in ports}
        for name, ports in outer.items()
    }
    declared = {
        key: _declared(inputs[name][one], _default(pipeline, outer[name][one]))
        for name, ports in takes.items()
        for one, key in ports.items()
    }
    return Part(nodes=nodes, components=run, declared=declared, takes=takes)


def following(nodes: Mapping[str, Values], start: str) -> set[str]:
    """A step, and all that needs what it makes, directly or not."""
    chosen = {start}
    while more := {name for name, node in nodes.items() if name not in chosen and _before(node) & chosen}:
        chosen |= more
    return chosen


def known(nodes: Mapping[str, Values], name: str, others: Sequence[str] = ()) -> None:
    """Refuses a step that the pipeline lacks.

    Raises:
        UsageError: it does.
    """
    if name not in nodes:
        raise UsageError(f"there is no step {name}", asked.suggestion(name, [*others, *nodes]))


def components(workspace: Workspace, nodes: Mapping[str, Values]) -> dict[str, Any]:
    """What each step runs.

    Raises:
        JobsError: one can't be read.
    """
    found: dict[str, Any] = {}
    for node, body in nodes.items():
        name, version = _reference(str(body["component"]))
        with explained(f"the component of {node} can't be read"):
            found[node] = workspace.ml.components.get(name, version)
    return found


def _reference(component: str) -> tuple[str, str]:
    """Name and version of `azureml:NAME:VERSION`, or of an ARM id."""
    text = component.removeprefix("azureml:")
    parts = text.split("/")
    if "components" in parts:
        return parts[-3], parts[-1]
    name, _, version = text.partition(":")
    return name, version


def _binding(given: Any) -> str:
    """What an input is bound to, written as a text or as a path."""
    return str(given.get("path") if isinstance(given, dict) else given)


def _source(name: str, node: Values, port: str) -> str:
    """Where an input comes from; one that the pipeline leaves alone is a source of its own."""
    given = (node.get("inputs") or {}).get(port)
    return f"{name}.{port}" if given is None else _binding(given)


def _inside(source: str, names: Collection[str]) -> bool:
    found = _FROM_NODE.fullmatch(source)
    return found is not None and found[1] in names


def _before(node: Values) -> set[str]:
    found = (_FROM_NODE.fullmatch(_binding(given)) for given in (node.get("inputs") or {}).values())
    return {one[1] for one in found if one}


def _declared(given: Any, default: Any) -> Values:
    """What a component says of an input; the pipeline's default wins over the step's."""
    said = {key: given.get(key) for key in ("type", "optional", "default", "enum", "min", "max")}
    return said if default is None else said | {"default": default}


def _default(pipeline: Any, source: str) -> Any:
    found = _FROM_PIPELINE.fullmatch(source)
    return pipeline.inputs[found[1]].get("default") if found else None
