"""A state as Pulumi writes it: an export or a checkpoint. Secrets are left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from roastery.graph.errors import EmptyStateError, GraphError

SECRET = "[secret]"  # noqa: S105 - what is shown in its place
_MAGIC = "4dabf18193072939515e22adb298388d"  # how Pulumi marks a value that is not a plain one
_API_VERSION = re.compile(r"/v\d{8}\w*:")  # azure-native:network/v20240501:Subnet
_EXPORT = "pulumi stack export --stack S > FILE writes one"


@dataclass(frozen=True, kw_only=True)
class Resource:
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
        """What the program calls it."""
        return self.urn.rsplit("::", 1)[-1]

    @property
    def name(self) -> str:
        """What Azure or Kubernetes calls it."""
        return self.id.rstrip("/").rsplit("/", 1)[-1] or self.program_name

    def get(self, *path: str) -> Any:
        """What was declared at a path, else what the provider answered, else None."""
        found = _dig(self.inputs, path)
        return _dig(self.outputs, path) if found is None else found

    def text(self, *path: str) -> str:
        """The same as text; empty where there is none."""
        found = self.get(*path)
        return "" if found is None or isinstance(found, (dict, list)) else str(found)

    def rows(self, *path: str) -> list[Mapping[str, Any]]:
        """The objects in the list at a path."""
        return objects(self.get(*path))


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects in a list; a state that someone wrote by hand may hold anything there."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _dig(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def load(path: Path) -> list[Resource]:
    """The resources in a file that `pulumi stack export` wrote.

    Raises:
        GraphError: no such file, not JSON, not an export.
        EmptyStateError: an export without resources.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GraphError(f"--state {path}: {error.strerror or error}", _EXPORT) from error
    except (ValueError, RecursionError) as error:
        raise GraphError(f"--state {path} is not JSON", _EXPORT) from error
    raw = _resources(content)
    if raw is None:
        raise GraphError(f"--state {path} is not an export of a stack: it has no deployment", _EXPORT)
    if not raw:
        raise EmptyStateError(f"--state {path} holds no resources", "export it after pulumi up")
    return parse(raw, source=f"--state {path}")


def _resources(content: Any) -> list[Any] | None:
    """The list of resources in an export or a checkpoint; None if it is neither."""
    for place in (("deployment",), ("checkpoint", "latest")):
        found = _dig(content, place)
        if isinstance(found, dict):
            listed = found.get("resources") or []
            return listed if isinstance(listed, list) else None
    return None


def parse(raw: Iterable[Any], *, source: str = "the state") -> list[Resource]:
    """The resources of a state's list, secrets replaced by `[secret]`."""
    found: list[Resource] = []
    for number, one in enumerate(raw):
        if not isinstance(one, dict) or not isinstance(one.get("urn"), str) or "::" not in one["urn"]:
            raise GraphError(f"{source}: resource {number} has no urn", _EXPORT)
        found.append(_parse(one))
    return found


def _parse(one: Mapping[str, Any]) -> Resource:
    urn = str(one["urn"])
    token = str(one.get("type") or urn.split("::")[-2].rsplit("$", 1)[-1])
    dependencies = one.get("dependencies")
    return Resource(
        urn=urn,
        type=_API_VERSION.sub(":", token),
        id=str(one.get("id") or ""),
        custom=bool(one.get("custom")),
        deleting=bool(one.get("delete")),
        parent=str(one.get("parent") or ""),
        provider=str(one.get("provider") or ""),
        protect=bool(one.get("protect")),
        dependencies=tuple(map(str, dependencies)) if isinstance(dependencies, list) else (),
        inputs=_open(one.get("inputs")),
        outputs=_open(one.get("outputs")),
    )


def _open(value: Any) -> Mapping[str, Any]:
    plain = _without_secrets(value)
    return plain if isinstance(plain, dict) else {}


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        if _MAGIC in value:
            return SECRET
        return {str(key): _without_secrets(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_secrets(one) for one in value]
    return value
