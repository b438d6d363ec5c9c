"""Property values as the engine and a state file hold them: plain, unknown until an update, or secret."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

# Signatures of Pulumi's wire format: sdk/go/common/resource/properties.go
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_MARKED = "1b47061264138c4ac30d75fd1eb44270"
_UNKNOWN = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
REDACTED = "[secret]"
"""What `pulumi policy analyze --file` writes in place of a secret that it can't decrypt."""


@dataclass(frozen=True)
class Unknown:
    """A value that is known only after an update."""


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that Pulumi treats as secret; `value` is UNKNOWN where only the ciphertext is available."""

    value: Any = UNKNOWN


class UnprovenError(Exception):
    """A policy needs a value that is unknown, so that it neither passes nor fails."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def decode(value: Any) -> Any:
    """Decodes a property of the engine's wire format or of a state file: its markers become types."""
    if isinstance(value, str):
        return UNKNOWN if value in _UNKNOWN else Secret() if value == REDACTED else value
    if isinstance(value, float) and value.is_integer():
        return int(value)  # the wire format has one number type
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE) == _MARKED:
            return _secret(value)
        return {str(key): decode(item) for key, item in value.items()}
    return value


def _secret(marked: Mapping[str, Any]) -> Secret:
    """The engine sends the value, `stack export --show-secrets` its JSON, and a state only the ciphertext."""
    if "value" in marked:
        return Secret(decode(marked["value"]))
    if "plaintext" in marked:
        return Secret(decode(json.loads(marked["plaintext"])))
    return Secret()


def reveal(value: Any, path: str) -> Any:
    """The plain value.

    Raises:
        UnprovenError: it is unknown.
    """
    while isinstance(value, Secret):
        value = value.value
    if isinstance(value, Unknown):
        raise UnprovenError(path)
    return value


@dataclass(frozen=True)
class PropertyNode:
    """A part of a resource's properties, with its path."""

    value: Any
    path: str = ""

    @property
    def known(self) -> Any:
        """The plain value.

        Raises:
            UnprovenError: it is unknown.
        """
        return reveal(self.value, self.path)

    def at(self, path: str) -> PropertyNode:
        """The node at a dotted path; its value is `None` where nothing is set.

        Raises:
            UnprovenError: something on the path is unknown.
        """
        value, here = reveal(self.value, self.path), self.path
        for part in path.split(".") if path else ():
            here = f"{here}.{part}" if here else part
            value = reveal(cast("dict[str, Any]", value).get(part), here) if isinstance(value, dict) else None
        return PropertyNode(value, here)

    def get(self, path: str, default: Any = None) -> Any:
        """The value at a dotted path, or the default."""
        value = self.at(path).value
        return default if value is None else value

    def lower_text(self, path: str) -> str:
        """Text at a path in lower case, since Azure compares without case; empty where nothing is set."""
        return str(self.get(path, "")).lower()

    def item(self, key: str) -> Any:
        """The value of a map's key that contains dots, such as a label.

        Raises:
            UnprovenError: it is unknown.
        """
        fields = self.known
        where = f"{self.path}[{key}]"
        return reveal(cast("dict[str, Any]", fields).get(key), where) if isinstance(fields, dict) else None

    def texts(self, path: str) -> list[str]:
        """The elements of a list at a path as text.

        Raises:
            UnprovenError: one of them is unknown.
        """
        return [str(node.known) for node in self.each(path)]

    def present(self, path: str) -> bool:
        """Whether something is set at a path; an unknown value counts as set."""
        try:
            return self.get(path) not in (None, "", [], {})
        except UnprovenError:
            return True

    def each(self, path: str = "") -> Iterator[PropertyNode]:
        """The elements of a list or a map at a path."""
        start = self.at(path)
        if isinstance(start.value, list):
            for index, item in enumerate(cast("list[Any]", start.value)):
                yield PropertyNode(item, f"{start.path}[{index}]")
        elif isinstance(start.value, dict):
            for key, item in cast("dict[str, Any]", start.value).items():
                yield PropertyNode(item, f"{start.path}.{key}" if start.path else key)


def texts_below(node: PropertyNode) -> Iterator[tuple[str, str, str]]:
    """Every string below, as path, key and value; unknown values are skipped."""
    try:
        value = reveal(node.value, node.path)
    except UnprovenError:
        return
    if isinstance(value, str):
        yield node.path, node.path.rpartition(".")[2], value
    else:
        for child in PropertyNode(value, node.path).each():
            yield from texts_below(child)
