"""REST bodies and the provider's inputs: the same resource, written in two ways.

ARM puts a type's own settings into `properties`; pulumi-azure-native lifts them to the top for some types (a
workspace) and leaves them there for others (an endpoint). Which it is, the SDK's shape says: a type that has
an input called `properties` was left alone.
"""

from __future__ import annotations

from typing import Any

from azsandbox.arm.model import ResourceType
from azsandbox.arm.subscription import Resource
from azsandbox.schema.catalogue import ResourceShape, Shape

Values = dict[str, Any]
OUTER = frozenset(
    {"location", "tags", "identity", "sku", "kind", "zones", "plan", "extendedLocation", "managedBy"}
)
_MADE = frozenset({"id", "name", "type", "systemData", "etag", "azureApiVersion"})
_LONG_AGO = "2026-01-01T00:00:00.0000000Z"
SYSTEM = {
    "createdAt": _LONG_AGO,
    "createdBy": "sandbox",
    "createdByType": "Application",
    "lastModifiedAt": _LONG_AGO,
}

_IDENTITIES = "userAssignedIdentities"


def nested(shape: ResourceShape) -> bool:
    return "properties" in shape.inputs["props"]


def inputs_of(spec: ResourceType, shape: ResourceShape, identifier: str, body: Values) -> Values:
    """The provider's inputs that a PUT of this body means; what only the service sets is left out."""
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
        if name not in OUTER and name not in _MADE and value is not None
    }
    return {**top, "properties": inner}


def _from_path(spec: ResourceType, identifier: str) -> Values:
    """What the id says about the inputs that make it up."""
    pairs = zip(spec.path.split("/"), identifier.split("/"), strict=False)
    found = {part[1:-1]: value for part, value in pairs if part.startswith("{")}
    found.pop("subscriptionId", None)
    return found


def _clean(shape: ResourceShape, inputs: Values) -> Values:
    """Without nulls, and without what only comes out: ARM ignores read-only properties that are sent back."""
    return _object(shape, shape.inputs, shape.outputs, inputs)


def _object(shape: ResourceShape, taken: Shape, given: Shape, value: Values) -> Values:
    result: Values = {}
    for name, item in value.items():
        if item is None:
            continue
        inner, outer = taken["props"].get(name), given["props"].get(name)
        if inner is None and outer is not None:
            continue
        # The wire has a map of identities, by id; the provider's input is a list of ids.
        listed = name == _IDENTITIES and isinstance(item, dict)
        result[name] = _value(shape, inner, outer, list(item) if listed else item)
    return result


def _value(shape: ResourceShape, taken: Shape | None, given: Shape | None, value: Any) -> Any:
    if not isinstance(value, dict):
        return [_value(shape, None, None, one) for one in value] if isinstance(value, list) else value
    inner, outer = _reference(shape, taken, value), _reference(shape, given, value)
    if inner is None or outer is None:
        return {name: _value(shape, None, None, one) for name, one in value.items() if one is not None}
    return _object(shape, inner, outer, value)


def _reference(shape: ResourceShape, one: Shape | None, value: Values) -> Shape | None:
    """The object type at a place; among alternatives the one whose discriminator agrees."""
    if one is None:
        return None
    for arm in one.get("oneOf", [one]):
        found = shape.types[arm["ref"]] if "ref" in arm else None
        if found is None:
            continue
        constants = {name: prop["const"] for name, prop in found["props"].items() if "const" in prop}
        if all(value.get(name) == constant for name, constant in constants.items()):
            return found
    return None
