"""A resource's inputs as the body that ARM takes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from azsandbox.errors import ExportError
from azsandbox.export.arm.properties import OBJECTS, RESOURCES, place
from azsandbox.schema import outputs
from azsandbox.schema.catalogue import ResourceShape, Shape
from azsandbox.schema.validate import suggestion

Values = dict[str, Any]
# The SDK takes these ids as a list; ARM wants a map whose keys they are.
_MAP_OF_IDS = "userAssignedIdentities"


def body(token: str, path_inputs: Collection[str], shape: ResourceShape, inputs: Values) -> Values:
    """What ARM's PUT takes for these inputs of azure-native.

    Args:
        token: `azure-native:network:Subnet`.
        path_inputs: the inputs that make up the id; they stand in `name` and `scope`, not here.
        shape: the SDK's shape of the type.
        inputs: by wire name, without secrets.

    Raises:
        ExportError: a type or an input without a known place.
    """
    name = token.removeprefix("azure-native:")
    if name not in RESOURCES:
        raise ExportError(
            f"{token} has no known place in an ARM template: sandbox/export/arm/places.py lists the types"
        )
    rest = {key: item for key, item in inputs.items() if key not in path_inputs}
    return _Placing(token, shape.types).object(name, RESOURCES[name], shape.inputs, rest, "")


class _Placing:
    def __init__(self, token: str, types: dict[str, Shape]) -> None:
        self.token = token
        self.types = types

    def object(self, name: str, beside: str | None, shape: Shape, values: Values, path: str) -> Values:
        """One object; `beside` is None where ARM has no `properties` in it."""
        result: Values = {}
        for key, item in values.items():
            where = f"{path}.{key}" if path else key
            way = place(name, beside, key) if key in shape["props"] else None
            if way is None:
                raise self.no_place(where, suggestion(key, shape["props"]))
            converted = self.value(shape["props"][key], item, where)
            if key == _MAP_OF_IDS and isinstance(item, list):
                converted = {str(one): {} for one in item}
            _put(result, way, converted)
        if "properties" in result and "properties" not in values:  # last, as people write it
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

    def no_place(self, path: str, hint: str) -> ExportError:
        return ExportError(f"{self.token} {path} has no known place in an ARM template{hint}")


def _put(result: Values, way: Sequence[str], value: Any) -> None:
    for part in way[:-1]:
        result = result.setdefault(part, {})
    result[way[-1]] = value
