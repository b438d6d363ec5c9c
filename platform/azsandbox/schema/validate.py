"""Check inputs, in wire format, against the SDK's shapes: unknown, missing and mistyped properties."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from azsandbox.schema.catalogue import ResourceShape, Shape
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
    return list(_Checker(shape).object("", shape.inputs, reveal(inputs), shape.token))


def suggestion(name: str, names: Iterable[str]) -> str:
    """`; did you mean 'x'?` for a similar name, or an empty text."""
    close = difflib.get_close_matches(name, list(names), 1, 0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


class _Checker:
    def __init__(self, resource: ResourceShape) -> None:
        self.types = resource.types

    def object(self, path: str, shape: Shape, value: Any, name: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(path, f"is {_described(value)}, but {name} is an object", code="type")
            return
        properties: dict[str, Shape] = shape["props"]
        for key, item in value.items():
            if key.startswith("__"):  # Pulumi's own bookkeeping
                continue
            where = f"{path}.{key}" if path else key
            if key in properties:
                yield from self.value(where, properties[key], item)
                continue
            wire = next((wire for wire, prop in properties.items() if prop.get("py") == key), None)
            hint = f"; on the wire it is called {wire!r}" if wire else suggestion(key, properties)
            yield Problem(where, f"{name} has no such property{hint}", code="unknown-property")
        for key in shape["required"]:
            if value.get(key) is None and "const" not in properties[key]:
                yield Problem(f"{path}.{key}" if path else key, "is required", code="required")
        for key, prop in properties.items():
            constant = prop.get("const")
            if constant is not None and value.get(key) not in (None, constant, UNKNOWN):
                where = f"{path}.{key}" if path else key
                yield Problem(where, f"is {_described(value[key])}, but must be {constant!r}", code="const")

    def value(self, path: str, shape: Shape, value: Any) -> Iterator[Problem]:
        if value is None or value is UNKNOWN or shape.get("any"):
            return
        if "oneOf" in shape:
            yield from self.alternatives(path, shape["oneOf"], value)
        elif "ref" in shape:
            key = shape["ref"]
            yield from self.object(path, self.types[key], value, key.rpartition(":")[2].removesuffix("Args"))
        elif not _has_type(shape["type"], value):
            yield Problem(path, f"is {_described(value)}, but must be of type {shape['type']}", code="type")
        elif shape["type"] == "array":
            for index, item in enumerate(value):
                yield from self.value(f"{path}[{index}]", shape["items"], item)
        elif shape["type"] == "object":
            for key, item in value.items():
                yield from self.value(f'{path}["{key}"]', shape["values"], item)
        elif "enum" in shape and value not in shape["enum"] and not _differs_in_a_number(value, shape):
            yield self.enum(path, shape, value)

    def alternatives(self, path: str, shapes: list[Shape], value: Any) -> Iterator[Problem]:
        """No problems if one alternative accepts the value; else those of the alternative that matches best.

        An alternative whose discriminator has the right constant matches better than any other.
        """
        attempts = [list(self.value(path, shape, value)) for shape in shapes]
        if any(all(problem.warning for problem in problems) for problems in attempts):
            return
        yield from min(
            attempts,
            key=lambda problems: (any(problem.code == "const" for problem in problems), len(problems)),
        )

    @staticmethod
    def enum(path: str, shape: Shape, value: str) -> Problem:
        allowed: list[str] = shape["enum"]
        same = next((name for name in allowed if str(name).lower() == str(value).lower()), None)
        hint = f"; did you mean {same!r}?" if same else suggestion(value, allowed)
        listed = ", ".join(map(str, allowed[:_LISTED_VALUES]))
        more = ", …" if len(allowed) > _LISTED_VALUES else ""
        # An open enum lists what the SDK knows: Azure may accept newer values.
        return Problem(
            path, f"{value!r} is none of {listed}{more}{hint}", warning=not shape["closed"], code="enum"
        )


def _differs_in_a_number(value: Any, shape: Shape) -> bool:
    """Whether the value is a known one but for a number, such as a newer generation of a VM size."""
    if shape["closed"]:
        return False
    return _without_numbers(value) in {_without_numbers(allowed) for allowed in shape["enum"]}


def _without_numbers(value: Any) -> str:
    return re.sub(r"\d+", "0", str(value))


def _has_type(kind: str, value: Any) -> bool:
    if kind in {"integer", "number"}:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and (kind == "number" or float(value).is_integer())
    return isinstance(value, {"string": str, "boolean": bool, "array": list, "object": dict}[kind])


def _described(value: Any) -> str:
    kind = {dict: "an object", list: "a list"}.get(type(value))
    return kind or f"{value!r:.60}"
