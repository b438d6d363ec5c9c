"""Replaces secrets by a placeholder: what the state encrypts, and what the model stores as a fingerprint."""

from __future__ import annotations

from typing import Any

from azsandbox.arm.redaction import CHANGED, MARK, Redactor
from azsandbox.errors import NotModelledError
from azsandbox.schema.values import Secret

PLACEHOLDER = "REDACTED-BY-ROAST-SANDBOX-EXPORT"

# In Pulumi's state, an object with this key is a special value; the key's value is its kind
# (sdk/go/common/resource/sig/signatures.go).
SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark in a file format


def redact(values: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The inputs of a resource in a state without its secrets, and the paths of these.

    Raises:
        NotModelledError: a value that is neither JSON nor a secret, such as an archive.
    """
    paths: list[str] = []
    # The redactor's key does not matter: its fingerprints are replaced immediately.
    marked: Any = Redactor(b"").redact(_mark_ciphertexts(values, ""))
    return _replace_marks(marked, "", paths), paths


def _mark_ciphertexts(value: Any, path: str) -> Any:
    """The value with Pulumi's ciphertexts marked as secrets for the model's redactor."""
    if isinstance(value, dict):
        if SIGNATURE in value:
            if value[SIGNATURE] != _SECRET:
                raise NotModelledError(
                    f"{path} is neither plain nor secret: assets and archives can't be exported"
                )
            return Secret("")
        return {key: _mark_ciphertexts(item, f"{path}.{key}" if path else key) for key, item in value.items()}
    if isinstance(value, list):
        return [_mark_ciphertexts(item, f"{path}[{index}]") for index, item in enumerate(value)]
    return Secret("") if value == CHANGED else value


def _replace_marks(value: Any, path: str, paths: list[str]) -> Any:
    if isinstance(value, dict):
        if MARK in value:
            paths.append(path)
            return PLACEHOLDER
        return {
            key: _replace_marks(item, f"{path}.{key}" if path else key, paths) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_replace_marks(item, f"{path}[{index}]", paths) for index, item in enumerate(value)]
    return value
