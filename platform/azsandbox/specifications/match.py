"""Which published constraints are about something that a program can write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from azsandbox.arm.catalogue import Types
from azsandbox.schema import catalogue
from azsandbox.specifications.clients import Read


def reachable(modules: Iterable[str], types: Types, shapes: catalogue.Catalogue) -> dict[str, set[str]]:
    """Wire names by catalogue type (`network:Subnet`), of all that a modelled resource's inputs can hold."""
    reached: dict[str, set[str]] = {}
    for token in types.tokens:
        if token.split(":")[1] not in modules:
            continue
        shape = shapes.shape(token)
        module = token.split(":")[1]
        reached[f"{module}:{token.rpartition(':')[2]}"] = set(shape.inputs["props"])
        waiting = [shape.inputs]
        while waiting:
            for key in _references(waiting.pop()):
                name = f"{key.partition('.')[0]}:{key.rpartition(':')[2].removesuffix('Args')}"
                if name not in reached:
                    reached[name] = set(shape.types[key]["props"])
                    waiting.append(shape.types[key])
    return reached


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("ref"), str):
            yield value["ref"]
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def matched(module: str, read: Read, reached: Mapping[str, set[str]]) -> Read:
    """The part of `read` that constrains something a program can write, under the catalogue's names.

    A client calls what is sent `VaultCreateOrUpdateParameters` where azure-native says `Vault`.
    """
    result: Read = {}
    for name, wires in reached.items():
        home, _, type_name = name.partition(":")
        if home != module:
            continue
        aliases = (type_name, f"{type_name}CreateOrUpdateParameters", f"{type_name}CreateParameters")
        for alias in aliases:
            for wire, constraint in read.get(alias, {}).items():
                if wire in wires:
                    result.setdefault(type_name, {}).setdefault(wire, constraint)
    return result
