"""The types in a job's body, or in a component's, that the plan reads: ARM leaves these objects open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azsandbox.arm_api.wire import Values
from azsandbox.errors import ArmError

_OBJECTS = (
    "inputs",
    "outputs",
    "jobs",
    "settings",
    "limits",
    "environmentVariables",
    "environment_variables",
)
_TEXTS = frozenset(
    {
        "command",
        "code",
        "codeId",
        "computeId",
        "environmentId",
        "environment",
        "componentId",
        "displayName",
        "experimentName",
        "jobType",
        "type",
    }
)
_PORT_TEXTS = frozenset(
    {
        "type",
        "jobInputType",
        "job_input_type",
        "jobOutputType",
        "name",
        "version",
        "uri",
        "path",
        "assetName",
        "assetVersion",
        "mode",
    }
)


def check_job(body: Any, where: str = "properties") -> Values:
    """The body of a job, of a node or of a component.

    Raises:
        ArmError: 400, a setting has another type than Azure ML's schema defines.
    """
    if not isinstance(body, dict):
        raise _mistyped(where, "an object")
    for name in _OBJECTS:
        if not isinstance(body.get(name, {}), (dict, type(None))):
            raise _mistyped(f"{where}.{name}", "an object")
    _check_texts(body, _TEXTS, where)
    for name in ("inputs", "outputs"):
        for port, value in (body.get(name) or {}).items():
            if isinstance(value, list):
                raise _mistyped(f"{where}.{name}.{port}", "a value or an object")
            if isinstance(value, dict):
                _check_texts(value, _PORT_TEXTS, f"{where}.{name}.{port}")
    for name, node in (body.get("jobs") or {}).items():
        check_job(node, f"{where}.jobs.{name}")
    return body


def check_command(spec: Values, name: str) -> None:
    """Refuse a command component without a command.

    Raises:
        ArmError: 400.
    """
    if not isinstance(spec.get("command"), str):
        raise ArmError(400, "UserError", f"'{name or 'the job'}' has no command.")


def _check_texts(values: Mapping[str, Any], names: frozenset[str], where: str) -> None:
    for name in sorted(names):
        if not isinstance(values.get(name), (str, int, float, type(None))):
            raise _mistyped(f"{where}.{name}", "a string")


def _mistyped(where: str, expected: str) -> ArmError:
    return ArmError(400, "UserError", f"'{ascii(where[:200])[1:-1]}' is not {expected}.")
