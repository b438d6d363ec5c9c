"""Check inputs, in wire format, against the SDK's shapes: unknown, missing and mistyped ones by path."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from azsandbox.schema.catalogue import ResourceShape, Shape
from azsandbox.schema.values import UNKNOWN, reveal

SHOWN = 8  # values of an enum that a message lists


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place. A warning does not stop the deployment."""

    path: str
    message: str
    warning: bool = False
    code: str = ""


def validate(shape: ResourceShape, inputs: dict[str, Any]) -> list[Problem]:
    """Every problem of a resource's inputs; empty when Azure's published types accept them."""
    return list(_Checker(shape).object("", shape.inputs, reveal(inputs), shape.token))


def suggestion(name: str, names: Iterable[str]) -> str:
    """`; did you mean 'x'?` or nothing."""
    close = difflib.get_close_matches(name, list(names), 1, 0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


class _Checker:
    def __init__(self, resource: ResourceShape) -> None:
        self.types = resource.types

    def object(self, path: str, shape: Shape, value: Any, name: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(path, f"is {_shown(value)}, but {name} is an object", code="type")
            return
        properties: dict[str, Shape] = shape["props"]
        for key, item in value.items():
            if key.startswith("__"):  # Pulumi's own bookkeeping
                continue
            where = f"{path}.{key}" if path else key
            if key in properties:
                yield from self.value(where, properties[key], item)
                continue
            wire = next((wire for wire, one in properties.items() if one.get("py") == key), None)
            hint = f"; on the wire it is called {wire!r}" if wire else suggestion(key, properties)
            yield Problem(where, f"{name} has no such property{hint}", code="unknown-property")
        for key in shape["required"]:
            if value.get(key) is None and "const" not in properties[key]:
                yield Problem(f"{path}.{key}" if path else key, "is required", code="required")
        for key, one in properties.items():
            constant = one.get("const")
            if constant is not None and value.get(key) not in (None, constant, UNKNOWN):
                where = f"{path}.{key}" if path else key
                yield Problem(where, f"is {_shown(value[key])}, but must be {constant!r}", code="const")

    def value(self, path: str, shape: Shape, value: Any) -> Iterator[Problem]:
        if value is None or value is UNKNOWN or shape.get("any"):
            return
        if "oneOf" in shape:
            yield from self.alternatives(path, shape["oneOf"], value)
        elif "ref" in shape:
            key = shape["ref"]
            yield from self.object(path, self.types[key], value, key.rpartition(":")[2].removesuffix("Args"))
        elif not _is(shape["type"], value):
            yield Problem(path, f"is {_shown(value)}, but must be of type {shape['type']}", code="type")
        elif shape["type"] == "array":
            for index, item in enumerate(value):
                yield from self.value(f"{path}[{index}]", shape["items"], item)
        elif shape["type"] == "object":
            for key, item in value.items():
                yield from self.value(f'{path}["{key}"]', shape["values"], item)
        elif "enum" in shape and value not in shape["enum"] and not _newer(value, shape):
            yield self.enum(path, shape, value)

    def alternatives(self, path: str, shapes: list[Shape], value: Any) -> Iterator[Problem]:
        """The arm that fits; else the problems of the arm that the discriminator chose or that fits best."""
        tried = [list(self.value(path, shape, value)) for shape in shapes]
        if any(all(problem.warning for problem in problems) for problems in tried):
            return
        yield from min(tried, key=lambda found: (any(one.code == "const" for one in found), len(found)))

    @staticmethod
    def enum(path: str, shape: Shape, value: str) -> Problem:
        allowed: list[str] = shape["enum"]
        same = next((one for one in allowed if str(one).lower() == str(value).lower()), None)
        hint = f"; did you mean {same!r}?" if same else suggestion(value, allowed)
        listed = ", ".join(map(str, allowed[:SHOWN])) + (", …" if len(allowed) > SHOWN else "")
        # An open enum is only the SDK's knowledge: Azure may have learned a value since.
        return Problem(path, f"{value!r} is none of {listed}{hint}", warning=not shape["closed"], code="enum")


def _newer(value: Any, shape: Shape) -> bool:
    """A value that differs from a known one only in a number, such as a newer generation of a VM size."""
    if shape["closed"]:
        return False
    return re.sub(r"\d+", "0", str(value)) in {re.sub(r"\d+", "0", str(one)) for one in shape["enum"]}


def _is(kind: str, value: Any) -> bool:
    if kind in {"integer", "number"}:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and (kind == "number" or float(value).is_integer())
    return isinstance(value, {"string": str, "boolean": bool, "array": list, "object": dict}[kind])


def _shown(value: Any) -> str:
    kind = {dict: "an object", list: "a list"}.get(type(value))
    return kind or f"{value!r:.60}"
