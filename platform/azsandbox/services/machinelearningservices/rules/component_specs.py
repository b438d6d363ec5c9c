"""What a component's specification holds: the SDK leaves `componentSpec` untyped, its own schemas do not.

Source: azure-ai-ml 1.35, `_schema/component` and `_schema/pipeline`;
learn.microsoft.com, "CLI (v2) command|pipeline|parallel component YAML schema" (2026-12-01). The names of the
properties are compared with the installed SDK by a test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.machinelearningservices.rules import commands, pipelines, ports
from azsandbox.services.machinelearningservices.rules.reading import at, named, number, section, text

SPEC = "properties.componentSpec"
_REQUIRED = ("name", "version", "type")


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SHARED = _words(
    "$schema name version type id display_name description tags is_deterministic inputs outputs "
    "properties creation_context base_path intellectual_property intellectualProperty "
    "additional_includes latest_version auto_delete_setting stage"
)
KEYS: dict[str, frozenset[str]] = {
    "command": _SHARED
    | _words("command code environment environment_variables distribution resources queue_settings"),
    "pipeline": _SHARED | _words("jobs settings"),
    "parallel": _SHARED
    | _words(
        "resources logging_level task mini_batch_size partition_keys input_data retry_settings code "
        "max_concurrency_per_instance error_threshold mini_batch_error_threshold environment_variables "
        "append_row_to output_data"
    ),
    "spark": _SHARED | _words("code entry py_files jars files archives conf environment args resources"),
}
# also node types with a schema of their own, which only the service reads
_TYPES = frozenset({*KEYS, "automl", "import", "data_transfer", "promptflow_parallel", "flow", "sweep"})
_LOCAL = re.compile(r"\.{0,2}/(?!subscriptions/).*|file:.*|\.|[A-Za-z]:\\.*")
_BATCH_SIZE = re.compile(r"\d+([kKmMgG][bB])?")
_LOG_LEVELS = frozenset({"DEBUG", "INFO", "WARN", "WARNING", "ERROR"})


def component_spec_is_complete(inputs: Values) -> Iterator[Problem]:
    """The entry of every check of a component's spec."""
    spec = at(inputs, SPEC)
    if spec is not None and not isinstance(spec, dict | str) and not isinstance(spec, list | int | float):
        return  # known only after the deployment
    if not isinstance(spec, dict):
        yield Problem(SPEC, "is required: the component's YAML as an object", code="required")
        return
    for name in _REQUIRED:
        if spec.get(name) is None:
            yield Problem(f"{SPEC}.{name}", "is required", code="required")
    yield from _names_agree(inputs, spec)
    kind = text(spec.get("type"))
    if kind is None or "@" in kind or "component" in kind.lower():  # of the first generation
        return
    if kind not in _TYPES:
        allowed = ", ".join(sorted(_TYPES))
        yield Problem(
            f"{SPEC}.type", f"{kind!r} is not a type of component: use {allowed}{suggestion(kind, _TYPES)}"
        )
        return
    yield from ports.problems(spec, SPEC)
    if kind in KEYS:
        yield from _keys(spec, KEYS[kind])
        yield from _RULES[kind](spec)


def _names_agree(inputs: Values, spec: Values) -> Iterator[Problem]:
    for name in ("name", "version"):
        in_spec, of_resource = text(spec.get(name)), text(inputs.get(name))
        if name == "version" and number(spec.get(name)) is not None:
            in_spec = f"{number(spec.get(name)):g}"
        if in_spec and of_resource and in_spec != of_resource:
            yield Problem(f"{SPEC}.{name}", f"is {in_spec!r}, but the resource's {name} is {of_resource!r}")


def _keys(spec: Values, keys: frozenset[str]) -> Iterator[Problem]:
    """An unknown property has no effect; one that is nearly a known one is a mistake."""
    for name, _ in named(spec):
        if name in keys or name.startswith("_"):
            continue
        hint = ports.misspelling(name, keys)
        yield Problem(
            f"{SPEC}.{name}", f"is not a property of a {spec['type']} component{hint}", warning=not hint
        )


def _command(spec: Values) -> Iterator[Problem]:
    for name in ("command", "environment"):
        if spec.get(name) is None:
            yield Problem(f"{SPEC}.{name}", "is required for a command", code="required")
    yield from commands.command_problems(spec, f"{SPEC}.command")
    yield from _code_is_registered(spec, SPEC)
    yield from commands.distribution_problems(spec.get("distribution"), f"{SPEC}.distribution")
    yield from commands.resource_problems(spec.get("resources"), f"{SPEC}.resources")


def _code_is_registered(spec: Values, path: str) -> Iterator[Problem]:
    """The SDK uploads code and sends the id of the code asset; ARM uploads nothing."""
    code = text(spec.get("code"))
    if code and _LOCAL.fullmatch(code):
        yield Problem(f"{path}.code", f"{code!r} is a local path: ARM takes the id of a code version only")


def _parallel(spec: Values) -> Iterator[Problem]:
    task = section(spec.get("task"))
    if spec.get("task") is None:
        yield Problem(f"{SPEC}.task", "is required for a parallel component", code="required")
    elif not task:
        yield Problem(f"{SPEC}.task", f"is {spec['task']!r:.60}, but must be an object")
    else:
        for name in ("type", "environment"):
            if task.get(name) is None:
                yield Problem(f"{SPEC}.task.{name}", "is required", code="required")
        kind = text(task.get("type"))
        if kind and kind not in {"run_function", "function", "model"}:
            yield Problem(f"{SPEC}.task.type", f"{kind!r} is none of run_function, function, model")
        if kind in {"run_function", "function"} and task.get("entry_script") is None:
            yield Problem(
                f"{SPEC}.task.entry_script", f"is required for a task of type {kind}", code="required"
            )
        yield from _code_is_registered(task, f"{SPEC}.task")
        for name in ("program_arguments", "append_row_to"):
            used = {"command": task.get(name), "inputs": spec.get("inputs"), "outputs": spec.get("outputs")}
            yield from commands.command_problems(used, f"{SPEC}.task.{name}")
    used = {"command": spec.get("input_data"), "inputs": spec.get("inputs")}
    yield from commands.command_problems(used, f"{SPEC}.input_data")
    yield from _parallel_settings(spec)


def _parallel_settings(spec: Values) -> Iterator[Problem]:
    size = text(spec.get("mini_batch_size"))
    if size and "${{" not in size and not _BATCH_SIZE.fullmatch(size):
        yield Problem(f"{SPEC}.mini_batch_size", f"{size!r} is not a number of files or a size such as 10kb")
    level = text(spec.get("logging_level"))
    if level and level not in _LOG_LEVELS:
        yield Problem(f"{SPEC}.logging_level", f"{level!r} is none of DEBUG, INFO, WARN")
    for name, least in (
        ("max_concurrency_per_instance", 1),
        ("error_threshold", -1),
        ("mini_batch_error_threshold", -1),
    ):
        yield from commands.whole_number(spec, SPEC, name, least)
    for name, least in (("max_retries", 0), ("timeout", 1)):
        yield from commands.whole_number(
            section(spec.get("retry_settings")), f"{SPEC}.retry_settings", name, least
        )
    yield from commands.resource_problems(spec.get("resources"), f"{SPEC}.resources", least=-1)


def _pipeline(spec: Values) -> Iterator[Problem]:
    yield from pipelines.problems(spec, SPEC)


def _spark(spec: Values) -> Iterator[Problem]:
    if spec.get("entry") is None:
        yield Problem(f"{SPEC}.entry", "is required for a spark component", code="required")
    used = {"command": spec.get("args"), "inputs": spec.get("inputs"), "outputs": spec.get("outputs")}
    yield from commands.command_problems(used, f"{SPEC}.args")
    yield from _code_is_registered(spec, SPEC)


_RULES: dict[str, Callable[[Values], Iterator[Problem]]] = {
    "command": _command,
    "pipeline": _pipeline,
    "parallel": _parallel,
    "spark": _spark,
}
