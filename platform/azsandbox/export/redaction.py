"""Secrets on their way out: whatever the state encrypted or the model fingerprinted becomes a placeholder."""

from __future__ import annotations

from typing import Any

from azsandbox.arm.redaction import CHANGED, MARK, Redactor
from azsandbox.errors import NotModelledError
from azsandbox.schema.values import Secret

PLACEHOLDER = "REDACTED-BY-ROAST-SANDBOX-EXPORT"

# Pulumi's state marks what is no plain JSON with a key of its own; the value says which kind it is
# (sdk/go/common/resource/sig/signatures.go).
SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark in a file format


def redact(values: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The inputs of a resource in state without any secret, and the paths where one was.

    Raises:
        NotModelledError: something that is neither JSON nor a secret, such as an archive.
    """
    found: list[str] = []
    # The redactor's key is of no use here: its fingerprints are replaced at once.
    marked: Any = Redactor(b"").redact(_open(values, ""))
    return _replace(marked, "", found), found


def _open(value: Any, path: str) -> Any:
    """Pulumi's ciphertexts as secrets, so that the model's redactor knows them."""
    if isinstance(value, dict):
        if SIGNATURE in value:
            if value[SIGNATURE] != _SECRET:
                raise NotModelledError(f"{path} is neither plain nor secret: the export knows no assets")
            return Secret("")
        return {key: _open(item, f"{path}.{key}" if path else key) for key, item in value.items()}
    if isinstance(value, list):
        return [_open(item, f"{path}[{index}]") for index, item in enumerate(value)]
    return Secret("") if value == CHANGED else value


def _replace(value: Any, path: str, found: list[str]) -> Any:
    if isinstance(value, dict):
        if MARK in value:
            found.append(path)
            return PLACEHOLDER
        return {key: _replace(item, f"{path}.{key}" if path else key, found) for key, item in value.items()}
    if isinstance(value, list):
        return [_replace(item, f"{path}[{index}]", found) for index, item in enumerate(value)]
    return value
