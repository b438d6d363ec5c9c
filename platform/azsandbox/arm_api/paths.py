"""The paths of ARM's API: which modelled type a path is of, and the inputs that it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from azsandbox.arm import ids
from azsandbox.arm.catalogue import Types
from azsandbox.arm.model import ResourceType

_PARAMETER = re.compile(r"\{(\w+)\}")
_SCOPES = frozenset({"scope", "resourceUri"})  # a whole id in one parameter


class TypePaths:
    """Every modelled type by the path of its resources."""

    def __init__(self, types: Types) -> None:
        specs = [types.get(token) for token in types.tokens]
        # A path of its own goes before one with any scope or any type of child.
        specs.sort(key=lambda spec: (_takes_scope(spec), "{" in spec.kind, spec.token))
        self._paths = [(spec, _pattern(spec)) for spec in specs]

    def find(self, path: str) -> ResourceType | None:
        """The type of a resource with this id."""
        identifier = path.rstrip("/")
        return next((spec for spec, pattern in self._paths if pattern.fullmatch(identifier)), None)

    def parameters(self, spec: ResourceType, path: str) -> dict[str, str]:
        """The inputs that are part of the id."""
        pattern = next(pattern for known, pattern in self._paths if known is spec)
        match = pattern.fullmatch(path.rstrip("/"))
        values: Mapping[str, str] = match.groupdict() if match else {}
        return {
            name: f"/{value}" if name in _SCOPES else value
            for name, value in values.items()
            if name != "subscriptionId"
        }


def _takes_scope(spec: ResourceType) -> bool:
    return any(name in _SCOPES for name in spec.path_parameters)


def _pattern(spec: ResourceType) -> re.Pattern[str]:
    def group(parameter: re.Match[str]) -> str:
        return f"(?P<{parameter[1]}>{'.+' if parameter[1] in _SCOPES else '[^/]+'})"

    return re.compile(_PARAMETER.sub(group, spec.path), re.IGNORECASE)


def kind_of(path: str) -> str:
    """The ARM type of a path of a resource, of a collection or of an action on a resource."""
    _, separator, tail = path.rstrip("/").rpartition("/providers/")
    if not separator:
        return "Microsoft.Resources/resourceGroups" if is_collection(path) else ids.parse(path).kind
    namespace, *rest = tail.split("/")
    return "/".join([namespace, *rest[::2]])


def is_collection(path: str) -> bool:
    """Whether the path ends in a type: the part after the namespace has one name less than types."""
    _, separator, tail = path.rstrip("/").rpartition("/providers/")
    if not separator:
        return path.rstrip("/").lower().endswith("/resourcegroups")
    return len(tail.split("/")) % 2 == 0


def in_collection(collection: str, identifiers: Iterable[str]) -> list[str]:
    """The ids of a collection: below a parent only its own; in a group, a subscription or a scope all."""
    path = ids.key(collection)
    head, separator, tail = path.rpartition("/providers/")
    if not separator or len(tail.split("/")) > 2:  # noqa: PLR2004 - namespace and type
        prefix = f"{path}/"
        return [
            item
            for item in identifiers
            if ids.key(item).startswith(prefix) and "/" not in ids.key(item)[len(prefix) :]
        ]
    return [item for item in identifiers if ids.key(item).startswith(f"{head}/")]
