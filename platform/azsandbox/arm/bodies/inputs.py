"""Converts the body of an ARM request to azure-native's inputs: the tables of `properties`, backwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from azsandbox.arm.bodies.properties import OBJECTS, RESOURCES, property_path
from azsandbox.arm.bodies.read_only import output_path
from azsandbox.arm.bodies.response import type_name
from azsandbox.schema.catalogue import ResourceShape
from azsandbox.schema.shapes import Shape

Values = dict[str, Any]
Path = tuple[str, ...]
_MAP_OF_IDS = "userAssignedIdentities"
_ALWAYS_READ_ONLY = frozenset({"id", "name", "type", "etag", "systemdata"})
_STATE = frozenset({"provisioningstate", "etag"})  # that clients send back as they got it


def inputs(
    shape: ResourceShape, path_inputs: Collection[str], body: Values, *, unknown: bool = True
) -> Values:
    """The inputs of a PUT of this body, without nulls and read-only properties.

    ARM compares the names of properties without case. A property that neither inputs nor outputs have stays,
    under its own name, for the check of the inputs to judge; with `unknown=False` it is left out.
    """
    module, cls = shape.token.split(":")[1:]
    name = f"{module}:{cls}"
    writable = {
        **shape.inputs,
        "props": {k: v for k, v in shape.inputs["props"].items() if k not in path_inputs},
    }
    return _Reader(shape.types, keep=unknown).object(
        name, RESOURCES.get(name, ""), writable, shape.outputs, body, top=True
    )


class _Reader:
    def __init__(self, types: Mapping[str, Shape], *, keep: bool) -> None:
        self.types = types
        self._keep_unknown = keep

    def object(
        self,
        name: str,
        beside: str | None,
        shape: Shape,
        output: Shape | None,
        body: Values,
        *,
        top: bool = False,
    ) -> Values:
        result: Values = {}
        used: set[Path] = set()
        read: Mapping[str, Shape] = output["props"] if output else {}
        for key, property_ in shape["props"].items():
            path = property_path(name, beside, key)
            present, item = _at(body, path) if path else (False, None)
            if path and present:
                used.add(_lower(path))
                if item is not None:
                    result[key] = self.value(property_, read.get(key), item, key)
        if not self._keep_unknown:
            return result
        ignored = {_lower(output_path(name, key, top=top)) for key in read} | used
        if top:
            ignored |= {(key,) for key in _ALWAYS_READ_ONLY}
        return result | dict(self._unknown(body, beside, ignored))

    def value(self, shape: Shape, output: Shape | None, value: Any, key: str = "") -> Any:
        if "oneOf" in shape:
            return self.value(self.alternative(shape["oneOf"], value), output, value)
        if "ref" in shape and isinstance(value, dict):
            name = type_name(shape["ref"])
            shown = self.alternative((output or {}).get("oneOf", [output or {}]), value)
            read = self.types.get(shown.get("ref", ""))
            return self.object(name, OBJECTS.get(name), self.types[shape["ref"]], read, value)
        if key == _MAP_OF_IDS and isinstance(value, dict) and shape.get("type") == "array":
            return [identifier for identifier, item in value.items() if item is not None]
        if shape.get("type") == "array" and isinstance(value, list):
            items = (output or {}).get("items")
            return [self.value(shape["items"], items, item) for item in value]
        if shape.get("type") == "object" and isinstance(value, dict):
            values = (output or {}).get("values")
            return {name: self.value(shape["values"], values, item) for name, item in value.items()}
        return value

    def alternative(self, alternatives: list[Shape], value: Any) -> Shape:
        """The alternative whose discriminator the value has under ARM's name; the first if none has."""
        for alternative in alternatives if isinstance(value, dict) else ():
            properties = self.types[alternative["ref"]]["props"] if "ref" in alternative else {}
            constants = {key: prop["const"] for key, prop in properties.items() if "const" in prop}
            name = type_name(alternative.get("ref", ""))
            paths = {
                property_path(name, OBJECTS.get(name), key): constant for key, constant in constants.items()
            }
            if constants and all(
                path and str(_at(value, path)[1]).lower() == str(constant).lower()
                for path, constant in paths.items()
            ):
                return alternative
        return alternatives[0]

    @staticmethod
    def _unknown(body: Values, beside: str | None, ignored: set[Path]) -> list[tuple[str, Any]]:
        """What no input and no output is, at the object's own level and in its `properties`."""
        inside = body.get("properties") if beside is not None and ("properties",) not in ignored else None
        prefixes = {path[:-1] for path in ignored}
        levels: list[tuple[Path, Any]] = [((), body), (("properties",), inside)]
        return [
            (key, item)
            for prefix, level in levels
            for key, item in (level.items() if isinstance(level, dict) else ())
            if item is not None
            and (path := (*prefix, key.lower())) not in ignored
            and path not in prefixes
            and not (path == ("properties",) and inside is not None)
            and key.lower() not in _STATE
        ]


def _at(body: Any, path: Path) -> tuple[bool, Any]:
    """Whether the body has the path, and its value; names are compared without case."""
    for part in path:
        if not isinstance(body, dict):
            return False, None
        key = part if part in body else next((key for key in body if key.lower() == part.lower()), None)
        if key is None:
            return False, None
        body = body[key]
    return True, body


def _lower(path: Path) -> Path:
    return tuple(part.lower() for part in path)
