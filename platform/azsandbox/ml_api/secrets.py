"""Marks environment variables that look like secrets, so that the model stores only their fingerprints."""

from __future__ import annotations

import re
from typing import Any

from azsandbox.schema.values import Secret

_SECRET_NAME = re.compile(
    r"password|passphrase|secret|token|credential|(private|access|api|account|shared)_?key|conn(ection)?_?str|"
    r"(^|_)(sas|pat|pwd)(_|$)|signature",
    re.IGNORECASE,
)
_VARIABLE_MAPS = frozenset({"environmentVariables", "environment_variables"})


def mark_secrets(value: Any) -> Any:
    """The request body with its secret environment variables marked as `Secret`."""
    if isinstance(value, list):
        return [mark_secrets(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _mark_variables(item)
        if name in _VARIABLE_MAPS and isinstance(item, dict)
        else mark_secrets(item)
        for name, item in value.items()
    }


def _mark_variables(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: Secret(value) if isinstance(value, str) and value and _SECRET_NAME.search(name) else value
        for name, value in values.items()
    }
