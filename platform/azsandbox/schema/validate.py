"""Check inputs, in wire format, against the SDK's shapes and the constraints of Azure's specifications.

Unknown, missing and mistyped properties; values outside a published list; ranges, lengths, patterns, counts.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from azsandbox.schema.catalogue import ResourceShape
from azsandbox.schema.shapes import Shape
from azsandbox.schema.specifications import newer
from azsandbox.schema.specifications.check import violations
from azsandbox.schema.specifications.table import Constraint, Table, shared
from azsandbox.schema.values import UNKNOWN, reveal

_LISTED_VALUES = 8  # of an enum, in a message


@dataclass(frozen=True)
class Problem:
    """What is wrong with the input at one path. A warning does not stop the deployment."""

    path: str
    message: str
    warning: bool = False
    code: str = ""


def validate(shape: ResourceShape, inputs: dict[str, Any]) -> list[Problem]:
    """Every problem of a resource's inputs; empty if Azure's published types accept them."""
    module, name = shape.token.split(":")[1:]
    return list(_Checker(shape).object("", shape.inputs, reveal(inputs), f"{module}:{name}", shape.token))


def suggestion(name: str, names: Iterable[str]) -> str:
    """`; did you mean 'x'?` for a similar name, or an empty text."""
    close = difflib.get_close_matches(name, list(names), 1, 0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def without(inputs: Any, paths: Iterable[str]) -> Any:
    """The inputs without null and without the values at these concrete paths, so that rules meet neither."""
    return _pruned(inputs, "", frozenset(paths))


def _pruned(value: Any, path: str, paths: frozenset[str]) -> Any:
    if isinstance(value, list):
        items = [(f"{path}[{index}]", item) for index, item in enumerate(value) if item is not None]
        return [_pruned(item, where, paths) for where, item in items if where not in paths]
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for key, item in value.items():
        property_path, map_path = f"{path}.{key}" if path else str(key), f'{path}["{key}"]'
        if item is not None and property_path not in paths and map_path not in paths:
            in_map = any(mistyped.startswith(map_path) for mistyped in paths)
            result[key] = _pruned(item, map_path if in_map else property_path, paths)
    return result


class _Checker:
    def __init__(self, resource: ResourceShape) -> None:
        self.types = resource.types
        self.table: Table = shared()

    def object(self, path: str, shape: Shape, value: Any, owner: str, name: str) -> Iterator[Problem]:
        """Problems of an object of the type `owner` (`network:Subnet`), which a message calls `name`."""
        if not isinstance(value, dict):
            yield Problem(path, f"is {_described(value)}, but {name} is an object", code="type")
            return
        properties: dict[str, Shape] = shape["props"]
        for key, item in value.items():
            if key.startswith("__"):  # Pulumi's own bookkeeping
                continue
            where = f"{path}.{key}" if path else key
            if key in properties:
                yield from self.value(where, properties[key], item, f"{owner}.{key}")
                yield from self.constraint(where, self.table.constraint(owner, key, top=not path), item)
                continue
            wire = next((wire for wire, prop in properties.items() if prop.get("py") == key), None)
            hint = f"; on the wire it is called {wire!r}" if wire else suggestion(key, properties)
            yield Problem(where, f"{name} has no such property{hint}", code="unknown-property")
        for key in [*shape["required"], *self.table.required(owner)]:
            if value.get(key) is None and "const" not in properties[key]:
                yield Problem(f"{path}.{key}" if path else key, "is required", code="required")
        for key, prop in properties.items():
            constant = prop.get("const")
            if constant is not None and value.get(key) not in (None, constant, UNKNOWN):
                where = f"{path}.{key}" if path else key
                code = "const" if isinstance(value[key], str) else "type"  # an object is of no other version
                yield Problem(where, f"is {_described(value[key])}, but must be {constant!r}", code=code)

    @staticmethod
    def constraint(path: str, constraint: Constraint, value: Any) -> Iterator[Problem]:
        """Problems of a value with what the specifications say about its property."""
        if constraint.get("readOnly") and value not in (None, [], {}):
            message = "is read-only: Azure ignores it in a request, and answers its own value; leave it out"
            yield Problem(path, message, warning=True, code="read-only")
        for violation in violations(constraint, value):
            yield Problem(path, violation, code="constraint")

    def value(self, path: str, shape: Shape, value: Any, owner: str) -> Iterator[Problem]:
        """Problems of the value of one property, `owner` (`network:Subnet.name`)."""
        if value is None or value is UNKNOWN or shape.get("any"):
            return
        if "oneOf" in shape:
            yield from self.alternatives(path, shape["oneOf"], value, owner)
        elif "ref" in shape:
            key = shape["ref"]
            name = key.rpartition(":")[2].removesuffix("Args")
            yield from self.object(path, self.types[key], value, f"{key.partition('.')[0]}:{name}", name)
        elif not _has_type(shape["type"], value):
            yield Problem(path, f"is {_described(value)}, but must be of type {shape['type']}", code="type")
        elif shape["type"] == "array":
            for index, item in enumerate(value):
                yield from self.value(f"{path}[{index}]", shape["items"], item, owner)
        elif shape["type"] == "object":
            for key, item in value.items():
                yield from self.value(f'{path}["{key}"]', shape["values"], item, owner)
        elif "enum" in shape and value not in shape["enum"]:
            yield from self.enum(path, shape, value, owner)

    def alternatives(self, path: str, shapes: list[Shape], value: Any, owner: str) -> Iterator[Problem]:
        """No problems if one alternative accepts the value; else those of the alternative that matches best.

        An alternative whose discriminator has the right constant matches better than any other.
        """
        attempts = [list(self.value(path, shape, value, owner)) for shape in shapes]
        if any(all(problem.warning for problem in problems) for problems in attempts):
            return
        yield from min(
            attempts,
            key=lambda problems: (any(problem.code == "const" for problem in problems), len(problems)),
        )

    @staticmethod
    def enum(path: str, shape: Shape, value: Any, owner: str) -> Iterator[Problem]:
        """A value outside the published list.

        Azure compares most lists without case, so another case is a warning; what it is known to take beyond
        an open list is in `specifications.newer`.
        """
        if not shape["closed"] and newer.takes(owner, str(value)):
            return
        allowed: list[str] = shape["enum"]
        same = next((name for name in allowed if _plain(name) == _plain(value)), None)
        if same:  # services compare without case: vaults of SKU `Standard` are recorded from 2022 to 2025
            yield Problem(path, f"{value!r} is {same!r} in the specification", warning=True, code="enum")
            return
        hint = suggestion(str(value), map(str, allowed))
        listed = ", ".join(map(str, allowed[:_LISTED_VALUES])) + (
            ", …" if len(allowed) > _LISTED_VALUES else ""
        )
        advice = "" if shape["closed"] else f" (a newer value of {owner} is allowed in {newer.FILE})"
        yield Problem(path, f"{value!r} is none of {listed}{hint}{advice}", code="enum")


def _plain(value: Any) -> str:
    """Without case and spaces: `SystemAssigned, UserAssigned` is sent with and without the space."""
    return str(value).lower().replace(" ", "")


def _has_type(kind: str, value: Any) -> bool:
    if kind in {"integer", "number"}:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and (kind == "number" or float(value).is_integer())
    return isinstance(value, {"string": str, "boolean": bool, "array": list, "object": dict}[kind])


def _described(value: Any) -> str:
    kind = {dict: "an object", list: "a list"}.get(type(value))
    return kind or f"{value!r:.60}"
