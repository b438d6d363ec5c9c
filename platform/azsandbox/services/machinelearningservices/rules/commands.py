"""Commands, their placeholders, distributions and resources, in components (snake_case) and jobs (camelCase).

Source: azure-ai-ml 1.35, `_schema/job/distribution.py`, `entities/_component/command_component.py`;
learn.microsoft.com, "Expressions in Azure Machine Learning SDK and CLI v2" and "CLI (v2) command component
YAML schema" (2026-12-01).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import Any

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.machinelearningservices.rules import ports
from azsandbox.services.machinelearningservices.rules.reading import named, number, section, text

_PLACEHOLDER = re.compile(r"\$\{\{(?P<inner>.*?)\}\}", re.DOTALL)
_OPTIONAL = re.compile(r"\$\[\[(.*?)\]\]", re.DOTALL)
_SPACES = ("inputs", "outputs", "search_space")
_SERVER = re.compile(r"name|default_datastore")  # evaluated by the service: output-path expressions
_DISTRIBUTIONS = {
    "mpi": ("process_count_per_instance",),
    "pytorch": ("process_count_per_instance",),
    "tensorflow": ("worker_count", "parameter_server_count"),
    "ray": ("port", "dashboard_port"),
}
_SHARED_MEMORY = re.compile(r"[1-9]\d*[bBkKmMgG]")


def placeholders(command: str) -> Iterator[tuple[str, str]]:
    """(inputs, outputs or search_space, name) of each placeholder; ("", content) for one of another form."""
    for match in _PLACEHOLDER.finditer(command):
        space, _, name = match["inner"].strip().partition(".")
        if space in _SPACES and name:
            yield space, name
        elif not _SERVER.fullmatch(space):
            yield "", match[0]


def command_problems(spec: Values, path: str, *, search_space: Values | None = None) -> Iterator[Problem]:
    """Placeholders that nothing declares, and misused brackets of optional inputs.

    Args:
        spec: what declares `inputs` and `outputs`.
        path: of the command.
        search_space: of a sweep; None for every other job.
    """
    command = text(spec.get("command"))
    if command is None:
        if spec.get("command") == "" or (
            isinstance(spec.get("command"), str) and not spec["command"].strip()
        ):
            yield Problem(path, "is empty: a command is required", code="required")
        return
    declared = {"inputs": spec.get("inputs"), "outputs": spec.get("outputs"), "search_space": search_space}
    for space, name in placeholders(command):
        if not space:
            yield Problem(
                path, f"{name} is not a valid expression: use ${{{{inputs.x}}}} or ${{{{outputs.x}}}}"
            )
        elif not _declares(declared[space], name):
            hint = suggestion(name, [known for known, _ in named(declared[space])])
            yield Problem(path, f"uses ${{{{{space}.{name}}}}}, which {space} does not declare{hint}")
    yield from _brackets(command, section(spec.get("inputs")), path)


def _declares(declared: Any, name: str) -> bool:
    """An input can be a group, of which the command uses a member, or have a property such as path."""
    names: Container[str] = section(declared)
    return name in names or name.partition(".")[0] in names


def _brackets(command: str, inputs: Values, path: str) -> Iterator[Problem]:
    if command.count("$[[") != len(_OPTIONAL.findall(command)):
        yield Problem(path, "opens $[[ without closing it by ]]")
        return
    for inner in _OPTIONAL.findall(command):
        for space, name in placeholders(inner):
            port = inputs.get(name)
            if space == "inputs" and isinstance(port, dict) and "type" in port and _is_set_always(port):
                yield Problem(
                    path, f"encloses the required input {name!r} in $[[ ]], which is for optional inputs only"
                )
    rest = _OPTIONAL.sub("", command)
    for space, name in placeholders(rest):
        port = inputs.get(name)
        if space == "inputs" and isinstance(port, dict) and str(port.get("optional")).lower() == "true":
            yield Problem(path, f"uses the optional input {name!r} outside of $[[ ]]", warning=True)


def _is_set_always(port: Values) -> bool:
    return str(port.get("optional")).lower() != "true" and ports.is_required(port)


def distribution_problems(value: Any, path: str) -> Iterator[Problem]:
    """Of the distribution of a component's spec; a job's has its type in the SDK's own lists."""
    if not isinstance(value, dict):
        return
    kind = text(value.get("type")) or text(value.get("distribution_type"))
    if value.get("type") is None and value.get("distribution_type") is None:
        yield Problem(f"{path}.type", "is required: mpi, pytorch, tensorflow or ray", code="required")
    elif kind and kind.lower() not in _DISTRIBUTIONS:
        yield Problem(
            f"{path}.type",
            f"{kind!r} is none of {', '.join(_DISTRIBUTIONS)}{suggestion(kind.lower(), _DISTRIBUTIONS)}",
        )
    for name in _DISTRIBUTIONS.get((kind or "").lower(), ()):
        yield from whole_number(value, path, name, 0 if name == "parameter_server_count" else 1)


def job_distribution_problems(value: Any, path: str) -> Iterator[Problem]:
    for name, least in (("processCountPerInstance", 1), ("workerCount", 1), ("parameterServerCount", 0)):
        yield from whole_number(section(value), path, name, least)


def resource_problems(value: Any, path: str, *, camel: bool = False, least: int = 1) -> Iterator[Problem]:
    """How many nodes, and how much shared memory."""
    values = section(value)
    names = ("instanceCount", "shmSize") if camel else ("instance_count", "shm_size")
    yield from whole_number(values, path, names[0], least)
    size = text(values.get(names[1]))
    if size and "${{" not in size and not _SHARED_MEMORY.fullmatch(size):
        yield Problem(
            f"{path}.{names[1]}", f"{size!r} is not a number above 0 with one unit of b, k, m, g, such as 2g"
        )


def whole_number(
    values: Values, path: str, name: str, least: int, most: int | None = None
) -> Iterator[Problem]:
    """The number, where it is set, is a whole one within its bounds."""
    value = values.get(name)
    if value is None or (isinstance(value, str) and (text(value) is None or "${{" in value)):
        return
    amount = number(value)
    if amount is None and isinstance(value, str):
        amount = ports.parsed("integer", value)
    bound = f"at least {least}" if most is None else f"between {least} and {most}"
    if isinstance(value, str | int | float | dict | list) and (
        amount is None
        or not float(amount).is_integer()
        or amount < least
        or (most is not None and amount > most)
    ):
        yield Problem(f"{path}.{name}", f"is {value!r:.60}, but must be a whole number of {bound}")
