"""Settings that look like secrets are marked, so that the model keeps fingerprints in their place."""

from __future__ import annotations

import re
from typing import Any

from azsandbox.schema.values import Secret

_SECRET = re.compile(r"password|passphrase|secret|token|private_?key|access_?key|api_?key", re.IGNORECASE)
_VARIABLES = frozenset({"environmentVariables", "environment_variables"})


def guarded(value: Any) -> Any:
    """The body with the secret ones among its environment variables marked."""
    if isinstance(value, list):
        return [guarded(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _variables(item) if name in _VARIABLES and isinstance(item, dict) else guarded(item)
        for name, item in value.items()
    }


def _variables(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: Secret(value) if isinstance(value, str) and value and _SECRET.search(name) else value
        for name, value in values.items()
    }
