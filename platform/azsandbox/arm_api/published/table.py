"""The tables of published types and operations, which `python -m azsandbox.published` writes."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TYPES = Path(__file__).with_name("types.json")
OPERATIONS = Path(__file__).with_name("operations.json")


@dataclass(frozen=True)
class Operation:
    """One method of a type as the official client calls it."""

    statuses: tuple[int, ...]  # that the client takes as success
    long: bool
    shows: bool = False  # a DELETE answers with what it deleted


@dataclass(frozen=True)
class Published:
    """Types with their API versions, and the operations of the modelled types; all keys in lower case."""

    versions: Mapping[str, tuple[str, ...]]  # by ARM type
    operations: Mapping[str, Mapping[str, Operation]] = field(default_factory=dict[str, Any])
    complete_until: str = ""  # later versions may exist that the table does not have
    spellings: Mapping[str, str] = field(default_factory=dict[str, str])  # Azure's own, of the namespaces
    answered: frozenset[str] = frozenset()  # types that have operations, but are not resources

    @functools.cached_property
    def namespaces(self) -> frozenset[str]:
        return frozenset(kind.partition("/")[0] for kind in self.versions)

    def operation(self, kind: str, method: str) -> Operation | None:
        return self.operations.get(kind.lower(), {}).get(method)


@functools.cache
def shared() -> Published:
    content = json.loads(TYPES.read_text(encoding="utf-8"))
    versions = {
        f"{namespace}/{name}".lower(): tuple(content["versions"][number])
        for namespace, types in content["types"].items()
        for name, number in types.items()
    }
    called = json.loads(OPERATIONS.read_text(encoding="utf-8"))
    return Published(
        versions,
        {
            kind.lower(): {
                method: Operation(tuple(entry["statuses"]), bool(entry.get("long")), bool(entry.get("shows")))
                for method, entry in methods.items()
            }
            for kind, methods in called["operations"].items()
        },
        content["complete_until"],
        {namespace.lower(): namespace for namespace in content["types"]},
        frozenset(kind.lower() for kind in called["answered"]),
    )
