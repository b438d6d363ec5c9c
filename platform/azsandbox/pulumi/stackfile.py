"""The generated copy of a stack file: the user's settings, without what only the real key can open."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from azsandbox.errors import ProjectError

PLACEHOLDER = "sandbox-placeholder"
_KEYS = ("secretsprovider", "encryptedkey", "encryptionsalt")


@dataclass
class Copy:
    """A generated file; `placeholders` still have to be set, encrypted, by Pulumi itself."""

    file: Path
    fingerprint: str
    placeholders: dict[str, str] = field(default_factory=dict)

    def done(self) -> None:
        """Remember what the copy was made from, so that the next command can keep it."""
        _mark(self.file).write_text(self.fingerprint)


def project_name(project_file: Path) -> str:
    content = yaml.safe_load(project_file.read_text())
    if not isinstance(content, dict) or not isinstance(content.get("name"), str):
        raise ProjectError(f"{project_file.name} has no name")
    return content["name"]


def setting(source: Path, name: str) -> str | None:
    """One plain value of a stack file's config."""
    content = yaml.safe_load(source.read_text())
    value = (content.get("config") or {}).get(name) if isinstance(content, dict) else None
    return value if isinstance(value, str) else None


def generate(source: Path, target: Path) -> Copy:
    """Bring the copy up to date; an unchanged one is kept, with the salt that Pulumi gave it."""
    text = source.read_text()
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    if target.is_file() and _mark(target).is_file() and _mark(target).read_text() == fingerprint:
        return Copy(target, fingerprint)
    try:
        content: Any = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ProjectError(f"{source.name} is no YAML: {' '.join(str(error).split())}") from error
    before: Any = yaml.safe_load(target.read_text()) if target.is_file() else {}
    kept = {key: value for key, value in content.items() if key not in _KEYS}
    placeholders: dict[str, str] = {}
    kept["config"] = {
        key: cleaned
        for key, value in (content.get("config") or {}).items()
        if (cleaned := _open(value, key, placeholders)) is not None
    }
    if isinstance(before, dict) and "encryptionsalt" in before:
        kept = {"encryptionsalt": before["encryptionsalt"], **kept}
    _mark(target).unlink(missing_ok=True)
    target.write_text(yaml.safe_dump(kept, sort_keys=False))
    return Copy(target, fingerprint, placeholders)


def _open(value: Any, path: str, placeholders: dict[str, str]) -> Any:
    """The value without its encrypted parts, whose paths are collected."""
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            placeholders[path] = PLACEHOLDER
            return None
        return {
            key: cleaned
            for key, item in value.items()
            if (cleaned := _open(item, f"{path}.{key}", placeholders)) is not None
        }
    if isinstance(value, list):
        return [PLACEHOLDER if isinstance(item, dict) and set(item) == {"secure"} else item for item in value]
    return value


def _mark(file: Path) -> Path:
    return file.with_name(f"{file.name}.source")
