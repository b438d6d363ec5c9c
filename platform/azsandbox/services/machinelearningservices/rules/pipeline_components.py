"""A pipeline against the registered components of its steps: ports exist, are set, and agree in type.

Source: azure-ai-ml 1.35, `entities/_builders/base_node.py` and `entities/_component/pipeline_component.py`
(2026-12-01).
"""

from __future__ import annotations

from typing import Any

from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import suggestion
from azsandbox.services.machinelearningservices.rules import pipelines, ports, references
from azsandbox.services.machinelearningservices.rules.reading import at, named, section, text

# a folder is read as any of them
_FOLDERS = frozenset({"uri_folder", "path", "custom_model", "mlflow_model", "triton_model"})


def component_of(request: Request, value: Any) -> Values:
    """The spec of a registered component of the workspace; empty where it is inline or not known here."""
    reference = text(value)
    component = references.resource_named(request, reference, "components") if reference else None
    return section(component.inputs, "properties.componentSpec") if component else {}


def check(request: Request, pipeline: Values, path: str) -> None:
    """Every step of the pipeline with these inputs, outputs and jobs.

    Raises:
        ArmError: a port does not exist, is not set, or is bound to one of another type.
    """
    jobs = section(pipeline.get("jobs"))
    specs = {name: component_of(request, _component(node)) for name, node in named(jobs)}
    for name, node in named(jobs):
        spec = specs[name]
        if not spec:
            continue
        where = f"{path}.jobs.{name}"
        _check_names(request, section(node), spec, where)
        for port, value in named(section(node).get("inputs")):
            _check_binding(
                request,
                pipeline,
                specs,
                port=section(spec, "inputs").get(port),
                value=value,
                where=f"{where}.inputs.{port}",
            )


def _component(node: Any) -> Any:
    values = section(node)
    return next(
        (values[name] for name in ("componentId", "component", "trial") if values.get(name) is not None), None
    )


def _check_names(request: Request, node: Values, spec: Values, where: str) -> None:
    for direction in ("inputs", "outputs"):
        declared = section(spec.get(direction))
        for port, _ in named(node.get(direction)):
            if port not in declared and port.partition(".")[0] not in declared:
                raise _refusal(
                    request,
                    f"{where} sets {direction[:-1]} '{port}', which its component does not declare"
                    f"{suggestion(port, list(declared))}",
                )
    for port, declaration in named(spec.get("inputs")):
        if (
            ports.is_required(declaration)
            and ports.kind_of(declaration)
            and at(node, f"inputs.{port}") is None
        ):
            raise _refusal(request, f"{where} lacks input '{port}', which its component requires")


def _check_binding(
    request: Request, pipeline: Values, specs: dict[str, Values], *, port: Any, value: Any, where: str
) -> None:
    wanted = ports.kind_of(port)
    if not wanted:
        return
    contents = list(pipelines.bindings(value))
    whole = len(contents) == 1 and f"${{{{{contents[0]}}}}}" in _plain(value)
    for binding in contents:
        step, own = pipelines.step_of(binding), pipelines.own_port_of(binding)
        source: Any = None
        if step and specs.get(step[0]):
            source = section(specs[step[0]], step[1]).get(step[2])
            if source is None:
                raise _refusal(
                    request,
                    f"{where} is bound to {step[1][:-1]} '{step[2]}' of step '{step[0]}', which its "
                    "component "
                    f"does not declare{suggestion(step[2], list(section(specs[step[0]], step[1])))}",
                )
        elif own and own[0] == "inputs":
            source = section(pipeline, "inputs").get(own[1])
            if whole and _is_optional(source) and ports.is_required(port):
                raise _refusal(
                    request,
                    f"{where} is required, but is bound to the optional input '{own[1]}' of the pipeline",
                )
        kind = _kind(source)
        if whole and kind and not agree(kind, wanted):
            raise _refusal(request, f"{where} is of type {wanted}, but is bound to a {kind}")


def _kind(source: Any) -> str:
    """Of a declared port, or of a job's own input."""
    job_input = text(section(source).get("jobInputType")) or ""
    return ports.kind_of(source) or ("" if job_input == "literal" else job_input.lower())


def _is_optional(source: Any) -> bool:
    values = section(source)
    return str(values.get("optional")).lower() == "true" and values.get("default") is None


def _plain(value: Any) -> set[str]:
    """The text of a binding without spaces, as the API writes it."""
    values = section(value)
    content = next((values[name] for name in ("value", "uri", "path") if values.get(name) is not None), value)
    plain = content.replace(" ", "") if isinstance(content, str) else ""
    return {plain}


def agree(kind: str, wanted: str) -> bool:
    """Whether what is of one type can be read as another."""
    if kind in ports.LITERALS and wanted in ports.LITERALS:
        return True  # a literal is passed as a text
    both = {kind, wanted}
    return kind == wanted or both <= _FOLDERS or not both <= ports.LITERALS | ports.DATA


def check_inputs(request: Request, declared: Values, values: Values) -> None:
    """The inputs of a job are those of its component: none is unknown, missing or of another type."""
    for name, value in named(values):
        if name not in declared and name.partition(".")[0] not in declared:
            raise _refusal(
                request, f"The component has no input '{name}'; it has {', '.join(map(str, declared))}"
            )
        job_type = text(section(value).get("jobInputType")) or ""
        wanted = ports.kind_of(declared.get(name))
        if job_type and wanted and not _fits(job_type.lower(), wanted):
            raise _refusal(request, f"Input '{name}' is of type {wanted}, but the job passes a {job_type}")
        if job_type == "literal" and text(section(value).get("value")) and "${{" not in value["value"]:
            for problem in ports.value_problems(
                section(declared[name]), value["value"], f"inputs.{name}.value"
            ):
                raise _refusal(request, f"{problem.path} {problem.message}")
    missing = sorted(
        name
        for name, declaration in named(declared)
        if name not in values and isinstance(declaration, dict) and ports.is_required(declaration)
    )
    if missing:
        raise _refusal(request, f"The job lacks the input '{missing[0]}'")


def _fits(job_type: str, wanted: str) -> bool:
    if job_type == "literal":
        return wanted in ports.LITERALS
    return agree(job_type, wanted)


def _refusal(request: Request, message: str) -> ArmError:
    return ArmError(400, "UserError", f"{message}: '{request.id}'.")
