"""Reads a state as Pulumi writes it: an export or a checkpoint. Secrets are replaced by `[secret]`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from roastery.graph.errors import EmptyStateError, GraphError

SECRET = "[secret]"  # noqa: S105 - shown instead of a secret
_SIGNATURE = "4dabf18193072939515e22adb298388d"  # the key by which Pulumi marks secrets, assets and archives
_API_VERSION = re.compile(r"/v\d{8}\w*:")  # azure-native:network/v20240501:Subnet
_ADVICE = "write one with pulumi stack export --stack NAME > FILE"


@dataclass(frozen=True, kw_only=True)
class StateResource:
    """One resource of a state; `type` is without an API version, `id` as Azure or Kubernetes gave it."""

    urn: str
    type: str
    id: str = ""
    custom: bool = True
    deleting: bool = False
    parent: str = ""
    provider: str = ""
    protect: bool = False
    dependencies: tuple[str, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def program_name(self) -> str:
        """Its logical name in the program."""
        return self.urn.rsplit("::", 1)[-1]

    @property
    def name(self) -> str:
        """Its name in Azure or Kubernetes."""
        return self.id.rstrip("/").rsplit("/", 1)[-1] or self.program_name

    def get(self, *path: str) -> Any:
        """The input at a path, or else the output there, or else None."""
        value = _dig(self.inputs, path)
        return _dig(self.outputs, path) if value is None else value

    def text(self, *path: str) -> str:
        """The value at a path as text; empty if there is none, or if it is an object or a list."""
        value = self.get(*path)
        return "" if value is None or isinstance(value, (dict, list)) else str(value)

    def rows(self, *path: str) -> list[Mapping[str, Any]]:
        """The objects in the list at a path."""
        return objects(self.get(*path))


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects in a list; a state edited by hand may contain anything else."""
    return [element for element in value if isinstance(element, dict)] if isinstance(value, list) else []


def _dig(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def load(path: Path) -> list[StateResource]:
    """The resources in a file that `pulumi stack export` wrote.

    Raises:
        GraphError: the file does not exist, is not JSON, or is not an export.
        EmptyStateError: the export has no resources.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GraphError(f"--state {path}: {error.strerror or error}", _ADVICE) from error
    except (ValueError, RecursionError) as error:
        raise GraphError(f"--state {path} is not JSON", _ADVICE) from error
    raw = _resources(content)
    if raw is None:
        raise GraphError(f"--state {path} is not a stack export: it has no deployment", _ADVICE)
    if not raw:
        raise EmptyStateError(f"--state {path} has no resources", "export it after pulumi up")
    return parse(raw, source=f"--state {path}")


def _resources(content: Any) -> list[Any] | None:
    """The list of resources in an export or a checkpoint; None if it is neither."""
    for path in (("deployment",), ("checkpoint", "latest")):
        section = _dig(content, path)
        if isinstance(section, dict):
            resources = section.get("resources") or []
            return resources if isinstance(resources, list) else None
    return None


def parse(raw: Iterable[Any], *, source: str = "the state") -> list[StateResource]:
    """The resources of a state's list, with secrets replaced by `[secret]`."""
    resources: list[StateResource] = []
    for number, entry in enumerate(raw):
        if not isinstance(entry, dict) or not isinstance(entry.get("urn"), str) or "::" not in entry["urn"]:
            raise GraphError(f"{source}: resource {number} has no urn", _ADVICE)
        resources.append(_parse(entry))
    return resources


def _parse(entry: Mapping[str, Any]) -> StateResource:
    urn = str(entry["urn"])
    token = str(entry.get("type") or urn.split("::")[-2].rsplit("$", 1)[-1])
    dependencies = entry.get("dependencies")
    return StateResource(
        urn=urn,
        type=_API_VERSION.sub(":", token),
        id=str(entry.get("id") or ""),
        custom=bool(entry.get("custom")),
        deleting=bool(entry.get("delete")),
        parent=str(entry.get("parent") or ""),
        provider=str(entry.get("provider") or ""),
        protect=bool(entry.get("protect")),
        dependencies=tuple(map(str, dependencies)) if isinstance(dependencies, list) else (),
        inputs=_values(entry.get("inputs")),
        outputs=_values(entry.get("outputs")),
    )


def _values(value: Any) -> Mapping[str, Any]:
    plain = _without_secrets(value)
    return plain if isinstance(plain, dict) else {}


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        if _SIGNATURE in value:
            return SECRET
        return {str(key): _without_secrets(element) for key, element in value.items()}
    if isinstance(value, list):
        return [_without_secrets(element) for element in value]
    return value
