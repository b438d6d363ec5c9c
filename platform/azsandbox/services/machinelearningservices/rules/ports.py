"""Inputs and outputs that a component declares: names, types, defaults, limits.

Source: azure-ai-ml 1.35, `_schema/component/input_output.py`, `entities/_inputs_outputs/input.py` and
`entities/_component/component.py`; learn.microsoft.com, "CLI (v2) command component YAML schema"
(2026-12-01).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.machinelearningservices.rules.reading import items, named, number, section, text

LITERALS = frozenset({"number", "integer", "boolean", "string", "enum"})
DATA = frozenset(
    {"path", "uri_file", "uri_folder", "mltable", "mlflow_model", "custom_model", "triton_model"}
)
MODES = frozenset(
    ["mount", "download", "upload", "ro_mount", "rw_mount", "eval_mount", "eval_download", "direct", "link"]
)
# "Common errors and recommendation" of the component schema's page
_RESERVED = frozenset({"path", "ld_library_path", "user", "logname", "home", "pwd", "shell"})
_NAME = re.compile(r"[a-zA-Z_]\w*(\.[a-zA-Z_]\w*)*", re.ASCII)
_INPUT_KEYS = frozenset(["type", "description", "optional", "default", "mode", "min", "max", "enum"])
_OUTPUT_KEYS = frozenset(["type", "description", "mode"])
_NEARLY = 0.82
_LIMITED = frozenset({"number", "integer"})


def kind_of(port: Any) -> str:
    """The type of a port in lower case: the API also answers `String`. Empty for a list of types."""
    kind = text(section(port).get("type"))
    return kind.lower() if kind else ""


def is_required(port: Any) -> bool:
    """Whether a user has to set the input."""
    values = section(port)
    return str(values.get("optional")).lower() != "true" and values.get("default") is None


def problems(spec: Values, where: str) -> Iterator[Problem]:
    """Of all ports of a component's spec, whose path is `where`."""
    for direction in ("inputs", "outputs"):
        ports = spec.get(direction)
        if ports is not None and not isinstance(ports, dict):
            yield Problem(f"{where}.{direction}", f"is {ports!r:.60}, but must be an object of ports by name")
            continue
        yield from _names(ports, f"{where}.{direction}")
        for name, port in named(ports):
            path = f"{where}.{direction}.{name}"
            if isinstance(port, dict):
                yield from _port(port, path, is_input=direction == "inputs")
            elif direction == "inputs" or port is not None:
                yield Problem(path, f"is {port!r:.60}, but must be an object with a type")


def _names(ports: Any, where: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, _ in named(ports):
        if not _NAME.fullmatch(name):
            yield Problem(
                f"{where}.{name}",
                f"{name!r} is not a valid parameter name: letters, digits and underscores, not starting "
                "with a digit",
            )
        elif name.lower() in _RESERVED:
            yield Problem(
                f"{where}.{name}",
                f"{name!r} is reserved: {', '.join(sorted(_RESERVED))} are variables of the system",
            )
        if name.lower() in seen:
            yield Problem(
                f"{where}.{name}",
                f"{name!r} and {seen[name.lower()]!r} differ only in case: give one of them another name",
            )
        seen[name.lower()] = name


def _port(port: Values, path: str, *, is_input: bool) -> Iterator[Problem]:
    yield from _keys(port, path, _INPUT_KEYS if is_input else _OUTPUT_KEYS)
    kind = port.get("type")
    if kind is None:
        yield Problem(f"{path}.type", "is required", code="required")
    elif text(kind) is not None and kind_of(port) not in LITERALS | DATA:
        allowed = sorted(LITERALS | DATA)
        yield Problem(
            f"{path}.type",
            f"{kind!r} is not a type of a port: use {', '.join(allowed)}{suggestion(str(kind), allowed)}",
        )
    mode = text(port.get("mode"))
    if mode and mode.lower() not in MODES and not mode[0].isupper():  # the API's own names are upper-case
        yield Problem(f"{path}.mode", f"{mode!r} is none of {', '.join(sorted(MODES))}")
    if is_input:
        yield from _default(port, path)
        yield from _limits(port, path)


def _keys(port: Values, path: str, keys: frozenset[str]) -> Iterator[Problem]:
    """A misspelt property is an error, another one a warning: the service may know more than the SDK."""
    for name, _ in named(port):
        hint = misspelling(name, keys)
        if name not in keys and not name.startswith("_"):
            yield Problem(f"{path}.{name}", f"is not a property of a port{hint}", warning=not hint)


def misspelling(name: str, keys: frozenset[str]) -> str:
    """`; did you mean 'x'?` for a name that differs from a key in a letter or two, or an empty text."""
    close = difflib.get_close_matches(name, sorted(keys), 1, _NEARLY)
    return f"; did you mean {close[0]!r}?" if close else ""


def parsed(kind: str, value: Any) -> Any:
    """A literal of that type from what a spec or a job holds; None if it does not fit."""
    if kind == "boolean":
        lower = str(value).lower()
        return lower == "true" if lower in {"true", "false"} else None
    if kind in _LIMITED:
        if isinstance(value, bool):
            return None
        try:
            result = float(value)
        except (TypeError, ValueError):
            return None
        return result if kind == "number" or result.is_integer() else None
    return value if isinstance(value, str | int | float | bool) else None


def _default(port: Values, path: str) -> Iterator[Problem]:
    kind, default = kind_of(port), port.get("default")
    if default is None or (isinstance(default, str) and text(default) is None):
        return
    if kind in DATA:
        yield Problem(f"{path}.default", f"is {default!r:.60}, but an input of type {kind} has no default")
    elif kind in LITERALS and isinstance(default, str | int | float | bool | dict | list):
        yield from value_problems(port, default, f"{path}.default")


def value_problems(port: Values, value: Any, path: str) -> Iterator[Problem]:
    """What is wrong with a value of a literal input: its type, its limits, its list of values."""
    kind = kind_of(port)
    literal = parsed(kind, value)
    if kind not in LITERALS:
        return
    if literal is None:
        yield Problem(path, f"is {value!r:.60}, but the input is of type {kind}")
        return
    low, high = parsed("number", port.get("min")), parsed("number", port.get("max"))
    if kind in _LIMITED and low is not None and literal < low:
        yield Problem(path, f"is {value!r}, but the input's min is {port['min']!r}")
    if kind in _LIMITED and high is not None and literal > high:
        yield Problem(path, f"is {value!r}, but the input's max is {port['max']!r}")
    choices = [_plain(choice) for choice in items(port.get("enum"))]
    if choices and _plain(value) not in choices:
        yield Problem(path, f"{value!r} is none of {', '.join(choices)}{suggestion(_plain(value), choices)}")


def _plain(value: Any) -> str:
    """As a text: Pulumi sends 1 as 1.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _limits(port: Values, path: str) -> Iterator[Problem]:
    kind = kind_of(port)
    for name in ("min", "max"):
        limit = port.get(name)
        if limit is None or kind not in LITERALS | DATA or (number(limit) is None and text(limit) is None):
            continue
        if kind not in _LIMITED:
            yield Problem(f"{path}.{name}", f"goes with number and integer only, but the type is {kind}")
        elif parsed("number", limit) is None:
            yield Problem(f"{path}.{name}", f"is {limit!r}, but must be a number")
    low, high = parsed("number", port.get("min")), parsed("number", port.get("max"))
    if kind in _LIMITED and low is not None and high is not None and low > high:
        yield Problem(f"{path}.min", f"is {port['min']!r}, above max {port['max']!r}")
    if port.get("enum") is not None and kind in (LITERALS | DATA) - {"string", "enum"}:
        yield Problem(f"{path}.enum", f"goes with string only, but the type is {kind}")
    if port.get("enum") == []:
        yield Problem(f"{path}.enum", "has no values: list the allowed ones, or leave it out")
