"""The generated copy of a stack file: the user's settings, without the values that need the real key."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from azsandbox import files
from azsandbox.arm import conditions, external
from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION
from azsandbox.errors import ProjectError
from azsandbox.paths import PROJECT_FILES

PLACEHOLDER = "sandbox-placeholder"
_ENCRYPTION_SETTINGS = ("secretsprovider", "encryptedkey", "encryptionsalt")


@dataclass
class StackFileCopy:
    """A generated file; Pulumi itself must still set and encrypt the `placeholders`."""

    file: Path
    fingerprint: str
    placeholders: dict[str, str] = field(default_factory=dict)

    def mark_complete(self) -> None:
        """Record the fingerprint of the source, so that the next command can reuse the copy."""
        files.write_text(_fingerprint_file(self.file), self.fingerprint)


def project_name(project_file: Path) -> str:
    content = yaml.safe_load(project_file.read_text())
    if not isinstance(content, dict) or not isinstance(content.get("name"), str):
        raise ProjectError(f"{project_file.name} has no name")
    return content["name"]


def setting(source: Path, name: str) -> str | None:
    """The value of a setting in a stack file, if it is plain text."""
    content = yaml.safe_load(source.read_text())
    value = (content.get("config") or {}).get(name) if isinstance(content, dict) else None
    return value if isinstance(value, str) else None


def externals(root: Path, stack: str) -> external.Externals:
    """The resources outside of the program that a stack's file declares; none if there is no file.

    Args:
        root: the folder of the project and its stack files.
        stack: its name, after the project's: another project of the session may declare them itself.

    Raises:
        ProjectError: an entry is not valid.
    """
    project, _, name = stack.rpartition("/")
    source = root / f"Pulumi.{name}.yaml"
    try:
        if project and project != _name_of(root / PROJECT_FILES[0]):
            return external.NONE
        return _externals(source, source.stat().st_mtime_ns)
    except OSError:
        return external.NONE


def _name_of(project_file: Path) -> str:
    return project_name(project_file) if project_file.is_file() else ""


@functools.lru_cache(maxsize=16)
def _externals(source: Path, _: int) -> external.Externals:
    content = yaml.safe_load(source.read_text())
    config = content.get("config") if isinstance(content, dict) else None
    return external.parse((config or {}).get(external.SETTING), source.name)


def conditions_of(root: Path, subscription: str) -> conditions.Conditions:
    """The conditions that a stack file of this subscription declares; none if no file does.

    A file without `azure-native:subscriptionId` is of the sandbox's default subscription.

    Raises:
        ProjectError: a condition is not valid.
    """
    for source in sorted(root.glob("Pulumi.*.yaml")):
        owner, declared = _conditions(source, source.stat().st_mtime_ns)
        if (
            declared is not conditions.NONE
            and (owner or DEFAULT_SUBSCRIPTION).lower() == subscription.lower()
        ):
            return declared
    return conditions.NONE


def all_conditions(root: Path) -> list[conditions.Conditions]:
    """The conditions that any stack file declares, for hosts that are of no subscription."""
    return [
        _conditions(source, source.stat().st_mtime_ns)[1] for source in sorted(root.glob("Pulumi.*.yaml"))
    ]


@functools.lru_cache(maxsize=16)
def _conditions(source: Path, _: int) -> tuple[str, conditions.Conditions]:
    content = yaml.safe_load(source.read_text())
    config = (content.get("config") if isinstance(content, dict) else None) or {}
    declared = conditions.parse(config.get(conditions.SETTING), source.name)
    return str(config.get("azure-native:subscriptionId") or ""), declared


def generate(source: Path, target: Path) -> StackFileCopy:
    """Bring the copy up to date; it keeps the salt that Pulumi wrote into it.

    Raises:
        ProjectError: the stack file is not valid YAML.
    """
    text = source.read_text()
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    recorded = _fingerprint_file(target)
    if target.is_file() and recorded.is_file() and recorded.read_text() == fingerprint:
        return StackFileCopy(target, fingerprint)
    try:
        content: Any = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ProjectError(f"{source.name} is not valid YAML: {' '.join(str(error).split())}") from error
    previous: Any = yaml.safe_load(target.read_text()) if target.is_file() else {}
    settings = {key: value for key, value in content.items() if key not in _ENCRYPTION_SETTINGS}
    placeholders: dict[str, str] = {}
    settings["config"] = {
        key: plain
        for key, value in (content.get("config") or {}).items()
        if (plain := _without_encrypted(value, key, placeholders)) is not None
    }
    if isinstance(previous, dict) and "encryptionsalt" in previous:
        settings = {"encryptionsalt": previous["encryptionsalt"], **settings}
    recorded.unlink(missing_ok=True)
    files.write_text(target, yaml.safe_dump(settings, sort_keys=False))
    return StackFileCopy(target, fingerprint, placeholders)


def _without_encrypted(value: Any, path: str, placeholders: dict[str, str]) -> Any:
    """The value without its encrypted parts; adds their paths to `placeholders`."""
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            placeholders[path] = PLACEHOLDER
            return None
        return {
            key: plain
            for key, item in value.items()
            if (plain := _without_encrypted(item, f"{path}.{key}", placeholders)) is not None
        }
    if isinstance(value, list):
        return [PLACEHOLDER if isinstance(item, dict) and set(item) == {"secure"} else item for item in value]
    return value


def _fingerprint_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.source")
