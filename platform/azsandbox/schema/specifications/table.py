"""The tabulated constraints: by module, type and property as a request body spells it."""

from __future__ import annotations

import functools
import importlib.metadata
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azsandbox.errors import SandboxError

FILE = Path(__file__).with_name("constraints.json")
SDK = "pulumi-azure-native"
KINDS = {
    "minimum": "smallest value",
    "maximum": "largest value",
    "minLength": "shortest text",
    "maxLength": "longest text",
    "pattern": "pattern",
    "minItems": "fewest items",
    "maxItems": "most items",
    "uniqueItems": "items differ",
    "multipleOf": "multiple of",
    "readOnly": "read-only",
    "required": "required in its object",
}
Constraint = dict[str, Any]


class SpecificationError(SandboxError):
    """The table of constraints is missing or was written for something else."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Constraints of one SDK version.

    Args:
        sdk: version of pulumi-azure-native whose types the table was matched with.
        date: on which it was built, ISO 8601.
        sources: packages by module, with their versions.
        types: constraints by module, type name (without `Args`) and wire name.
        names: constraints of path parameters by module and input name.
    """

    sdk: str
    date: str
    sources: dict[str, list[str]]
    types: dict[str, dict[str, dict[str, Constraint]]]
    names: dict[str, dict[str, Constraint]]

    @property
    def outdated(self) -> str:
        """Why the table does not fit the installed SDK; empty where it does."""
        installed = importlib.metadata.version(SDK)
        if installed == self.sdk:
            return ""
        return f"the constraints are tabulated for {SDK} {self.sdk}, installed is {installed}"

    def constraint(self, owner: str, wire: str, *, top: bool = False) -> Constraint:
        """Of a property of a type such as `network:Subnet`.

        Args:
            owner: module and type.
            wire: the property's name in a request body.
            top: it is an input of the resource itself, which may be a path parameter.
        """
        module, _, name = owner.partition(":")
        constraint = self.types.get(module, {}).get(name, {}).get(wire)
        if constraint is None and top:
            constraint = self.names.get(module, {}).get(wire)
        return constraint or {}

    def required(self, owner: str) -> list[str]:
        """The properties that an object of a type such as `network:SecurityRule` needs beside the SDK's."""
        module, _, name = owner.partition(":")
        rules = self.types.get(module, {}).get(name, {})
        return [wire for wire, rule in rules.items() if rule.get("required")]

    def count(self) -> Iterator[tuple[str, Counter[str]]]:
        """Number of constraints of each kind by module."""
        for module in sorted({*self.types, *self.names}):
            constraints = [
                *(c for properties in self.types.get(module, {}).values() for c in properties.values()),
                *self.names.get(module, {}).values(),
            ]
            yield module, Counter(kind for constraint in constraints for kind in constraint if kind in KINDS)


def read(file: Path = FILE) -> Table:
    """The table of that file.

    Raises:
        SpecificationError: it is not there or not a table.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return Table(**{field: content[field] for field in ("sdk", "date", "sources", "types", "names")})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SpecificationError(
            f"the table of constraints {file.name} can't be read ({type(error).__name__}: {error}): "
            "python -m azsandbox.specifications writes it anew"
        ) from None


@functools.cache
def shared() -> Table:
    """The committed table."""
    return read()
