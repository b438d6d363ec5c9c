"""Conversion between REST bodies and the provider's inputs and outputs.

ARM puts a type's own settings into `properties`; pulumi-azure-native moves them to the top level for some
types (a workspace) and leaves them there for others (an endpoint). A type whose shape in the SDK has an input
called `properties` belongs to the latter.
"""

from __future__ import annotations

from typing import Any

from azsandbox.arm.model import ResourceType
from azsandbox.arm.subscription import Resource
from azsandbox.schema.catalogue import ResourceShape
from azsandbox.schema.shapes import Shape

Values = dict[str, Any]
OUTER = frozenset(
    {"location", "tags", "identity", "sku", "kind", "zones", "plan", "extendedLocation", "managedBy"}
)
_READ_ONLY = frozenset({"id", "name", "type", "systemData", "etag", "azureApiVersion"})
_CREATED = "2026-01-01T00:00:00.0000000Z"
SYSTEM = {
    "createdAt": _CREATED,
    "createdBy": "sandbox",
    "createdByType": "Application",
    "lastModifiedAt": _CREATED,
}

_IDENTITIES = "userAssignedIdentities"


def nested(shape: ResourceShape) -> bool:
    return "properties" in shape.inputs["props"]


def inputs_of(spec: ResourceType, shape: ResourceShape, identifier: str, body: Values) -> Values:
    """The provider's inputs for a PUT of this body, without read-only properties."""
    properties: Values = body.get("properties") or {}
    outer = {name: value for name, value in body.items() if name in OUTER}
    inner = {"properties": properties} if nested(shape) else properties
    return {**_clean(shape, {**outer, **inner}), **_from_path(spec, identifier)}


def body_of(spec: ResourceType, shape: ResourceShape, resource: Resource) -> Values:
    """The resource as a GET shows it."""
    outputs = resource.outputs
    top: Values = {"id": resource.id, "name": resource.name, "type": spec.kind}
    top |= {name: outputs[name] for name in (*OUTER, "etag") if outputs.get(name) is not None}
    top["systemData"] = outputs.get("systemData") or SYSTEM
    if nested(shape):
        return {**top, "properties": outputs.get("properties") or {}}
    inner = {
        name: value
        for name, value in outputs.items()
        if name not in OUTER and name not in _READ_ONLY and value is not None
    }
    return {**top, "properties": inner}


def _from_path(spec: ResourceType, identifier: str) -> Values:
    """The inputs that are part of the id."""
    pairs = zip(spec.path.split("/"), identifier.split("/"), strict=False)
    parameters = {part[1:-1]: value for part, value in pairs if part.startswith("{")}
    parameters.pop("subscriptionId", None)
    return parameters


def _clean(shape: ResourceShape, inputs: Values) -> Values:
    """Without nulls and read-only properties: ARM ignores read-only properties in a request."""
    return _object(shape, shape.inputs, shape.outputs, inputs)


def _object(shape: ResourceShape, inputs: Shape, outputs: Shape, value: Values) -> Values:
    result: Values = {}
    for name, item in value.items():
        if item is None:
            continue
        inner, outer = inputs["props"].get(name), outputs["props"].get(name)
        if inner is None and outer is not None:
            continue
        # The wire has a map of identities, by id; the provider's input is a list of ids.
        listed = name == _IDENTITIES and isinstance(item, dict)
        result[name] = _value(shape, inner, outer, list(item) if listed else item)
    return result


def _value(shape: ResourceShape, input_: Shape | None, output: Shape | None, value: Any) -> Any:
    if not isinstance(value, dict):
        return [_value(shape, None, None, item) for item in value] if isinstance(value, list) else value
    inner, outer = _object_type(shape, input_, value), _object_type(shape, output, value)
    if inner is None or outer is None:
        return {name: _value(shape, None, None, item) for name, item in value.items() if item is not None}
    return _object(shape, inner, outer, value)


def _object_type(shape: ResourceShape, property_: Shape | None, value: Values) -> Shape | None:
    """The object type of a property; among alternatives the one whose discriminator matches the value."""
    if property_ is None:
        return None
    for alternative in property_.get("oneOf", [property_]):
        candidate = shape.types[alternative["ref"]] if "ref" in alternative else None
        if candidate is None:
            continue
        constants = {name: prop["const"] for name, prop in candidate["props"].items() if "const" in prop}
        if all(value.get(name) == constant for name, constant in constants.items()):
            return candidate
    return None
