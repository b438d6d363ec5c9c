"""Converts a resource's outputs to the body that a GET of ARM shows."""

from __future__ import annotations

from typing import Any

from azsandbox.arm.bodies.read_only import output_path
from azsandbox.schema import outputs
from azsandbox.schema.catalogue import ResourceShape
from azsandbox.schema.shapes import Shape

Values = dict[str, Any]
_NOT_SHOWN = frozenset({"azureApiVersion"})  # azure-native's own


def response(shape: ResourceShape, values: Values) -> Values:
    """The body of these outputs of azure-native; null is left out."""
    module, name = shape.token.split(":")[1:]
    shown = {key: item for key, item in values.items() if key not in _NOT_SHOWN}
    return _BodyBuilder(shape.types).object(f"{module}:{name}", shape.outputs, shape.inputs, shown, top=True)


class _BodyBuilder:
    """Where the SDK has no type for an output, as for one of several kinds, the input's type counts."""

    def __init__(self, types: dict[str, Shape]) -> None:
        self.types = types

    def object(
        self, name: str, shape: Shape, written: Shape | None, values: Values, *, top: bool = False
    ) -> Values:
        result: Values = {}
        inputs: dict[str, Shape] = written["props"] if written else {}
        for key, item in values.items():
            if item is None:
                continue
            *above, last = output_path(name, key, top=top, written=key in inputs)
            target = result
            for part in above:
                target = target.setdefault(part, {})
            if isinstance(target, dict):
                target[last] = self.value(shape["props"].get(key, {}), inputs.get(key, {}), item)
        return result

    def value(self, shape: Shape, written: Shape, value: Any) -> Any:
        if "oneOf" in written:
            written = outputs.matching_alternative(written["oneOf"], self.types, value)
        if not shape or shape.get("any"):
            shape = written
        if "oneOf" in shape:
            shape = outputs.matching_alternative(shape["oneOf"], self.types, value)
        if "ref" in shape and isinstance(value, dict):
            inner = self.types.get(written.get("ref", ""))
            return self.object(type_name(shape["ref"]), self.types[shape["ref"]], inner, value)
        if shape.get("type") == "array" and isinstance(value, list):
            return [self.value(shape["items"], written.get("items", {}), item) for item in value]
        if shape.get("type") == "object" and isinstance(value, dict):
            inner = written.get("values", {})
            return {key: self.value(shape["values"], inner, item) for key, item in value.items()}
        return value


def type_name(reference: str) -> str:
    """`network.outputs:SubnetResponse` and `network._inputs:SubnetArgs` are both `network:Subnet`."""
    module, _, cls = reference.partition(":")
    return f"{module.partition('.')[0]}:{cls.removesuffix('Args').replace('Response', '')}"
