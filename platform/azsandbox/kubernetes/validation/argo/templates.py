"""Templates: one type each, inputs and outputs, what containers, steps and tasks need."""

from __future__ import annotations

import re
from typing import Any

import yaml

from azsandbox.kubernetes.validation.argo import graphs
from azsandbox.kubernetes.validation.argo.names import Scope, named, parameter_name, tags
from azsandbox.kubernetes.validation.argo.references import reference, supplied
from azsandbox.kubernetes.validation.field import Field, Problems, duplicates

__all__ = ["reference", "supplied", "validate"]
_TYPES = (
    "container", "containerSet", "steps", "script", "resource", "dag", "suspend", "data", "http", "plugin",
)  # fmt: skip
_RETRY = ("Always", "OnError", "OnFailure", "OnTransientError")
_ACTIONS = ("get", "create", "apply", "delete", "replace", "patch")
_WITH_FILES = ("container", "containerSet", "script")
_METRIC = re.compile("[a-zA-Z_:][a-zA-Z0-9_:]*")


def validate(template: Field, scope: Scope) -> Problems:
    """One template of a workflow."""
    present = [name for name in _TYPES if template[name].present]
    if not present:
        yield template.required(f"template type unspecified. choose one of: {', '.join(_TYPES)}")
    for name in present[1:]:
        yield template[name].forbidden(
            f"multiple template types specified. choose one of: {', '.join(_TYPES)}"
        )
    kind = present[0] if present else ""
    leaf = kind not in {"steps", "dag"}
    for group in ("inputs", "outputs"):
        for name in ("parameters", "artifacts"):
            yield from named(template[group][name])
    yield from _artifacts(template, leaf=leaf)
    yield from _outputs(template["outputs"]["parameters"], kind)
    yield from template["retryStrategy"]["retryPolicy"].option(_RETRY)
    yield from _times(template, leaf=leaf)
    yield from _metrics(template["metrics"]["prometheus"])
    yield from _variables(template, scope)
    if kind in {"container", "script"}:
        yield from _container(template, kind, scope)
    elif kind == "containerSet":
        yield from _container_set(template["containerSet"])
    elif kind == "resource":
        yield from _resource(template["resource"])
    elif kind == "steps":
        yield from graphs.steps(template, scope)
    elif kind == "dag":
        yield from graphs.tasks(template, scope)


def _artifacts(template: Field, *, leaf: bool) -> Problems:
    for artifact in template["inputs"]["artifacts"].items():
        if not artifact["from"].empty:
            yield artifact["from"].invalid("not valid in inputs")
    for group in ("inputs", "outputs"):
        for artifact in template[group]["artifacts"].items():
            if not leaf and not artifact["path"].empty:
                yield artifact["path"].invalid("only valid in container/script templates")
            git = artifact["git"]
            if isinstance(git.value, dict):
                yield from git["repo"].need()


def _outputs(parameters: Field, kind: str) -> Problems:
    for parameter in parameters.items():
        value, source = parameter["value"], parameter["valueFrom"]
        if value.present and source.present:
            yield parameter.invalid("has both valueFrom and value specified. Choose one.", "{…}")
        elif isinstance(parameter.value, dict) and not value.present and not source.present:
            yield parameter.invalid("does not have valueFrom or value specified", "{…}")
        if isinstance(source.value, dict):
            yield from _output_source(source, kind)
        if parameter["globalName"].text and "{{" not in parameter["globalName"].text:
            yield from parameter["globalName"].matches(parameter_name)


def _output_source(source: Field, kind: str) -> Problems:
    kinds = ("path", "jqFilter", "jsonPath", "parameter", "expression", "supplied")
    present = [name for name in kinds if source[name].present]
    if len(present) != 1:
        state = "multiple valueFrom types specified" if present else "valueFrom type unspecified"
        yield source.invalid(f"{state}. choose one of: {', '.join(kinds)}", "{…}")
    elif kind in _WITH_FILES and present != ["path"]:
        yield source["path"].required(f"must be specified for {kind} templates")
    elif kind == "resource" and present[0] not in {"jqFilter", "jsonPath"}:
        yield source.required("jqFilter or jsonPath must be specified for resource templates")
    elif kind in {"dag", "steps"} and present[0] not in {"parameter", "expression"}:
        yield source.required(f"parameter or expression must be specified for {kind} templates")


def _times(template: Field, *, leaf: bool) -> Problems:
    timeout, deadline = template["timeout"], template["activeDeadlineSeconds"]
    if not leaf:
        for field in (timeout, deadline):
            if not field.empty:
                yield field.invalid("is only valid for leaf templates")
        return
    if timeout.text.isdigit():
        yield timeout.invalid("has invalid duration format in timeout, such as 30s or 2h")
    wrong_text = deadline.is_text and not deadline.text.isdigit() and "{{" not in deadline.text
    if wrong_text or (deadline.number is not None and deadline.number < 0):
        yield deadline.invalid("must be a positive integer > 0 or an argo variable")
    if template["parallelism"].present:
        yield template["parallelism"].invalid("is only valid for steps and dag templates")


def _metrics(metrics: Field) -> Problems:
    for metric in metrics.items():
        name = metric["name"]
        if name.text and not _METRIC.fullmatch(name.text):
            yield name.invalid("Metric names must contain alphanumeric characters or '_'")
        for label in metric["labels"].items():
            key = label["key"]
            if key.text and not _METRIC.fullmatch(key.text):
                yield key.invalid("keys may only contain alphanumeric characters or '_'")
        yield from metric["help"].need("must contain a help string under 'help: ' field")


def _container(template: Field, kind: str, scope: Scope) -> Problems:
    container = template[kind]
    default: Any = scope.spec["templateDefaults"][kind]["image"]
    if isinstance(container.value, dict) and default.empty:
        yield from container["image"].need("may not be empty")
    if kind != "container":
        return
    mounts = [mount["mountPath"] for mount in container["volumeMounts"].items()]
    artifacts = [artifact["path"] for artifact in template["inputs"]["artifacts"].items()]
    for path in duplicates([*mounts, *artifacts]):
        yield path.invalid("already mounted")


def _container_set(field: Field) -> Problems:
    """Containers of one pod that can wait for each other."""
    containers = field["containers"]
    yield from containers.need("must have at least one container")
    names = {container["name"].text for container in containers.items()}
    for name in duplicates(container["name"] for container in containers.items()):
        yield name.duplicate()
    for container in containers.items():
        for dependency in container["dependencies"].items():
            if dependency.text and dependency.text not in names:
                yield dependency.invalid(f"dependency {dependency.text!r} not defined")


def _resource(field: Field) -> Problems:
    action, manifest, source = field["action"], field["manifest"], field["manifestFrom"]
    if "{{" not in action.text:
        yield from action.choice(_ACTIONS)
    if action.text in {"delete", "get"} or field.unknown:
        return
    if manifest.empty and not source.present:
        yield manifest.required("either manifest or manifestFrom must be specified")
    elif not manifest.empty and source.present:
        yield source.forbidden("shouldn't have both `manifest` and `manifestFrom` specified")
    plain = re.sub(r"\{\{.*?\}\}", "x", manifest.text, flags=re.DOTALL)
    try:
        list(yaml.safe_load_all(plain))
    except (yaml.YAMLError, ValueError, RecursionError):
        yield manifest.invalid("must be a valid yaml")


def _variables(template: Field, scope: Scope) -> Problems:
    """`{{inputs.…}}` and `{{workflow.parameters.…}}` that nothing defines."""
    inputs, text = template["inputs"], tags(template)
    if "inline" in repr(template.value):  # an inline template has inputs of its own
        return
    for tag in sorted(text):
        parts = tag.split(".")
        known = (
            {item["name"].text for item in inputs[parts[1]].items()}
            if parts[1] in {"parameters", "artifacts"}
            else set[str]()
        )
        if parts[0] == "inputs" and len(parts) > 2 and parts[2] not in known and not inputs.unknown:  # noqa: PLR2004 - inputs, kind, name
            yield template["inputs"].invalid(f"failed to resolve {{{{{tag}}}}}", tag)
        outside = tag.startswith("workflow.parameters.") and scope.whole
        if outside and ".".join(parts[2:]) not in scope.parameters and not scope.spec["arguments"].unknown:
            yield template.invalid(f"failed to resolve {{{{{tag}}}}}", tag)
