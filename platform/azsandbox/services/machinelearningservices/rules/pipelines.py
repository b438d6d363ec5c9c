"""The nodes of a pipeline and their bindings, as a pipeline component and a pipeline job hold them.

Source: azure-ai-ml 1.35, `_schema/pipeline/component_job.py`, `entities/_component/pipeline_component.py`;
learn.microsoft.com, "Expressions in Azure Machine Learning SDK and CLI v2" (2026-12-01).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.machinelearningservices.rules import commands
from azsandbox.services.machinelearningservices.rules.reading import named, section, text, texts

_BINDING = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_STEP = re.compile(r"parent\.jobs\.([\w-]+)\.(inputs|outputs)\.([\w.-]+)")
_OWN = re.compile(r"parent\.(inputs|outputs)\.([\w.-]+)")
_NAME = re.compile(r"[a-z_][a-z\d_]*")
_WITH_COMPONENT = frozenset({"command", "pipeline", "parallel", "spark"})
_TYPES = _WITH_COMPONENT | frozenset(
    [
        "sweep",
        "automl",
        "import",
        "data_transfer",
        "do_while",
        "if_else",
        "parallel_for",
        "promptflow_parallel",
        "flow",
    ]
)


def bindings(value: Any) -> Iterator[str]:
    """The content of every expression in a value."""
    for _, content in texts(value):
        yield from (match.strip() for match in _BINDING.findall(content))


def step_of(binding: str) -> tuple[str, str, str] | None:
    """(step, inputs or outputs, port) of a binding to another step."""
    match = _STEP.fullmatch(binding)
    return (match[1], match[2], match[3]) if match else None


def own_port_of(binding: str) -> tuple[str, str] | None:
    """(inputs or outputs, port) of a binding to the pipeline's own port."""
    match = _OWN.fullmatch(binding)
    return (match[1], match[2]) if match else None


def problems(spec: Values, where: str) -> Iterator[Problem]:
    """Of the pipeline with these `inputs`, `outputs` and `jobs`, whose path is `where`."""
    jobs = spec.get("jobs")
    if jobs is not None and not isinstance(jobs, dict):
        yield Problem(f"{where}.jobs", f"is {jobs!r:.60}, but must be an object of jobs by name")
        return
    for name, node in named(jobs):
        path = f"{where}.jobs.{name}"
        if not isinstance(node, dict):
            yield Problem(path, f"is {node!r:.60}, but must be an object")
            continue
        if not _NAME.fullmatch(name):
            yield Problem(
                path,
                f"{name!r} is not a name that the SDK takes: lower-case letters, digits, _",
                warning=True,
            )
        yield from _node(node, path)
        yield from _bindings(name, node, spec, path)
    yield from _cycles(section(jobs), where)
    yield from _unwritten_outputs(spec, where)


def _node(node: Values, path: str) -> Iterator[Problem]:
    kind = text(node.get("type")) or "command"
    if kind not in _TYPES and "@" not in kind and "omponent" not in kind:
        yield Problem(
            f"{path}.type", f"{kind!r} is none of {', '.join(sorted(_TYPES))}{suggestion(kind, _TYPES)}"
        )
    if kind in _WITH_COMPONENT and not any(
        node.get(name) is not None for name in ("componentId", "component", "trial", "command")
    ):
        yield Problem(f"{path}.componentId", "is required: the component that the step runs", code="required")
    yield from commands.resource_problems(node.get("resources"), f"{path}.resources")
    yield from commands.distribution_problems(node.get("distribution"), f"{path}.distribution")


def _bindings(name: str, node: Values, spec: Values, path: str) -> Iterator[Problem]:
    jobs = section(spec.get("jobs"))
    for direction in ("inputs", "outputs"):
        for port, value in named(node.get(direction)):
            for binding in bindings(value):
                where = f"{path}.{direction}.{port}"
                yield from _binding(binding, name, jobs, spec, where, is_input=direction == "inputs")


def _binding(
    binding: str, name: str, jobs: Values, spec: Values, path: str, *, is_input: bool
) -> Iterator[Problem]:
    step, own = step_of(binding), own_port_of(binding)
    if step is not None:
        if step[0] not in jobs:
            hint = suggestion(step[0], list(jobs))
            yield Problem(path, f"is bound to step {step[0]!r}, which the pipeline does not have{hint}")
        elif step[0] == name:
            yield Problem(path, f"is bound to its own step {name!r}")
    elif own is not None:
        declared = section(spec.get(own[0]))
        if own[1] not in declared and own[1].partition(".")[0] not in declared:
            hint = suggestion(own[1], list(declared))
            yield Problem(
                path, f"is bound to ${{{{{binding}}}}}, which the pipeline's {own[0]} do not declare{hint}"
            )
        elif own[0] == "outputs" and is_input:
            yield Problem(
                path, f"is bound to ${{{{{binding}}}}}: an output of the pipeline can't be an input"
            )
    elif binding.startswith(("inputs.", "outputs.", "jobs.")):
        yield Problem(path, f"is bound to ${{{{{binding}}}}}: in a pipeline use ${{{{parent.{binding}}}}}")
    elif binding.startswith("parent"):
        yield Problem(
            path,
            f"is bound to ${{{{{binding}}}}}, which is not a valid expression: use parent.inputs.<input> or "
            "parent.jobs.<step>.outputs.<output>",
        )


def _cycles(jobs: Values, where: str) -> Iterator[Problem]:
    graph: dict[str, set[str]] = {}
    for name, node in named(jobs):
        if text(section(node).get("type")) not in {"do_while", "if_else", "parallel_for"}:
            steps = (step_of(binding) for binding in bindings(section(node).get("inputs")))
            graph[name] = {step[0] for step in steps if step and step[1] == "outputs" and step[0] != name}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle = " → ".join(map(str, error.args[1]))
        yield Problem(f"{where}.jobs", f"depend on each other in a cycle: {cycle}")


def _unwritten_outputs(spec: Values, where: str) -> Iterator[Problem]:
    written = {
        own[1]
        for _, node in named(spec.get("jobs"))
        for binding in bindings(section(node).get("outputs"))
        if (own := own_port_of(binding)) and own[0] == "outputs"
    }
    for name, _ in named(spec.get("outputs")):
        if name not in written and spec.get("jobs"):
            yield Problem(f"{where}.outputs.{name}", "is written by no step of the pipeline", warning=True)
