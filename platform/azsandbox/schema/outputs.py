"""Inputs in the shape of outputs.

Input and output types differ: `userAssignedIdentities` is a list among the inputs and a map among the
outputs, and passwords are not returned. The Python SDK raises on an output of the wrong type, so copying the
inputs is not enough.
"""

from __future__ import annotations

from typing import Any

from azsandbox.schema.catalogue import ResourceShape
from azsandbox.schema.shapes import Shape
from azsandbox.schema.values import UNKNOWN, Secret


def echo(shape: ResourceShape, inputs: dict[str, Any], *, published: bool = False) -> dict[str, Any]:
    """The inputs that are outputs as well, each in its output shape; secret and unknown values stay so.

    With `published`, a listed value is spelled as in its list, however it was sent.
    """
    if published:  # the lists stand in the inputs' types: among the outputs they are plain strings
        inputs = _published(shape.inputs, shape.types, inputs)
    return _object(shape.outputs, shape.types, inputs)


def unknowns(shape: ResourceShape, outputs: dict[str, Any]) -> dict[str, Any]:
    """The outputs of a preview: those that the inputs don't determine are unknown."""
    return {**dict.fromkeys(shape.outputs["props"], UNKNOWN), **outputs}


def _object(shape: Shape, types: dict[str, Shape], value: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Shape] = shape["props"]
    return {
        name: _value(properties[name], types, item)
        for name, item in value.items()
        if name in properties and item is not None
    }


def _value(shape: Shape, types: dict[str, Shape], value: Any) -> Any:  # noqa: PLR0911 - one per kind
    if isinstance(value, Secret):
        return Secret(_value(shape, types, value.value))
    if value is UNKNOWN or shape.get("any"):
        return value
    if "oneOf" in shape:
        return _value(matching_alternative(shape["oneOf"], types, value), types, value)
    if "ref" in shape:
        return _object(types[shape["ref"]], types, value) if isinstance(value, dict) else value
    if shape["type"] == "object" and isinstance(value, list):
        return {str(item): UNKNOWN if item is UNKNOWN else {} for item in value}
    if shape["type"] == "object" and isinstance(value, dict):
        return {key: _value(shape["values"], types, item) for key, item in value.items()}
    if shape["type"] == "array" and isinstance(value, list):
        return [_value(shape["items"], types, item) for item in value]
    return value


def _published(shape: Shape, types: dict[str, Shape], value: Any) -> Any:
    """The value with each listed word as its list spells it; other words stay."""
    if "oneOf" in shape:
        return _published(matching_alternative(shape["oneOf"], types, value), types, value)
    if "ref" in shape:
        return _published(types[shape["ref"]], types, value)
    if isinstance(value, dict) and "props" in shape:
        return {name: _published(shape["props"].get(name, {}), types, item) for name, item in value.items()}
    if isinstance(value, list) and "items" in shape:
        return [_published(shape["items"], types, item) for item in value]
    if isinstance(value, str) and "enum" in shape:
        words = (word for word in shape["enum"] if str(word).lower() == value.lower())
        return next(words, value)
    return value


def matching_alternative(alternatives: list[Shape], types: dict[str, Shape], value: Any) -> Shape:
    """The alternative whose constants the value has; the first if none has."""
    if isinstance(value, dict):
        for alternative in alternatives:
            properties = types[alternative["ref"]]["props"] if "ref" in alternative else {}
            constants = {name: prop["const"] for name, prop in properties.items() if "const" in prop}
            if constants and all(value.get(name) == constant for name, constant in constants.items()):
                return alternative
    return alternatives[0]


def over(outputs: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """The outputs with changes at any depth: what the service added beside the inputs stays."""
    result = dict(outputs)
    for name, value in changed.items():
        before = result.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            result[name] = over(before, value)
        else:
            result[name] = value
    return result
