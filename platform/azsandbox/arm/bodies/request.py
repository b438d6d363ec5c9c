"""Converts a resource's inputs to the body of its ARM request."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from azsandbox.arm.bodies.properties import OBJECTS, RESOURCES, property_path
from azsandbox.errors import ExportError
from azsandbox.schema import outputs
from azsandbox.schema.catalogue import ResourceShape
from azsandbox.schema.shapes import Shape
from azsandbox.schema.validate import suggestion

Values = dict[str, Any]
# The SDK takes these ids as a list; in ARM they are the keys of a map.
_MAP_OF_IDS = "userAssignedIdentities"


def body(token: str, path_inputs: Collection[str], shape: ResourceShape, inputs: Values) -> Values:
    """The body of ARM's PUT request for these inputs of azure-native.

    Args:
        token: `azure-native:network:Subnet`.
        path_inputs: the path parameters of the id; they are in `name` and `scope`, not in the body.
        shape: the SDK's shape of the type.
        inputs: by wire name, without secrets.

    Raises:
        ExportError: the table of properties does not contain the type, or not an input.
    """
    name = token.removeprefix("azure-native:")
    if name not in RESOURCES:
        raise ExportError(
            f"{token} can't be exported: azsandbox/arm/bodies/properties.py lists the types that can"
        )
    rest = {key: item for key, item in inputs.items() if key not in path_inputs}
    return _BodyBuilder(token, shape.types).object(name, RESOURCES[name], shape.inputs, rest, "")


class _BodyBuilder:
    def __init__(self, token: str, types: dict[str, Shape]) -> None:
        self.token = token
        self.types = types

    def object(self, name: str, beside: str | None, shape: Shape, values: Values, path: str) -> Values:
        """The body of one object; `beside` is None if ARM has no `properties` in it."""
        result: Values = {}
        for key, item in values.items():
            where = f"{path}.{key}" if path else key
            target = property_path(name, beside, key) if key in shape["props"] else None
            if target is None:
                hint = suggestion(key, shape["props"])
                raise ExportError(f"{self.token} {where} has no known property in an ARM template{hint}")
            converted = self.value(shape["props"][key], item, where)
            if key == _MAP_OF_IDS and isinstance(item, list):
                converted = {str(identifier): {} for identifier in item}
            _set(result, target, converted)
        if "properties" in result and "properties" not in values:  # last, as is usual in templates
            result["properties"] = result.pop("properties")
        return result

    def value(self, shape: Shape, value: Any, path: str) -> Any:
        if "oneOf" in shape:
            return self.value(outputs.matching_alternative(shape["oneOf"], self.types, value), value, path)
        if "ref" in shape and isinstance(value, dict):
            module, _, cls = shape["ref"].partition(":")
            name = f"{module.partition('.')[0]}:{cls.removesuffix('Args')}"
            return self.object(name, OBJECTS.get(name), self.types[shape["ref"]], value, path)
        if shape.get("type") == "array" and isinstance(value, list):
            return [self.value(shape["items"], item, f"{path}[{index}]") for index, item in enumerate(value)]
        if shape.get("type") == "object" and isinstance(value, dict):
            return {key: self.value(shape["values"], item, f'{path}["{key}"]') for key, item in value.items()}
        return value


def _set(result: Values, path: Sequence[str], value: Any) -> None:
    for part in path[:-1]:
        result = result.setdefault(part, {})
    result[path[-1]] = value
