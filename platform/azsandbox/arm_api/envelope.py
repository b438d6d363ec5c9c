"""Conversion between REST bodies and the provider's inputs and outputs.

ARM puts a type's own settings into `properties`, on a resource and on its nested objects; pulumi-azure-native
moves most of them to the level above. `azsandbox.arm.bodies` knows where each belongs.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from azsandbox.arm.bodies.inputs import inputs as inputs_of_body
from azsandbox.arm.bodies.properties import QUERY_PARAMETERS, RESOURCES
from azsandbox.arm.bodies.request import body
from azsandbox.arm.bodies.response import response
from azsandbox.arm.model import ResourceType
from azsandbox.arm.subscription import Resource
from azsandbox.schema.catalogue import ResourceShape

Values = dict[str, Any]
_CREATED = "2026-01-01T00:00:00.0000000Z"
SYSTEM = {
    "createdAt": _CREATED,
    "createdBy": "sandbox",
    "createdByType": "Application",
    "lastModifiedAt": _CREATED,
}
_GROUP_KIND = "Microsoft.Resources/resourceGroups"
_BOOKKEEPING = "__"  # such as `__inline`, in the inputs of a child that its parent declares


def nested(shape: ResourceShape) -> bool:
    """Whether azure-native leaves the type's `properties` as ARM has them."""
    return "properties" in shape.inputs["props"]


def inputs_of(
    spec: ResourceType, shape: ResourceShape, parameters: Mapping[str, str], body: Values, *, unknown: bool
) -> Values:
    """The provider's inputs for a PUT of this body; `parameters` are those of the id."""
    return {**inputs_of_body(shape, spec.path_parameters, body, unknown=unknown), **parameters}


def request_of(spec: ResourceType, shape: ResourceShape, inputs: Values) -> Values:
    """The body of the PUT of these inputs."""
    known = {
        name: item for name, item in inputs.items() if name in shape.inputs["props"] and item is not None
    }
    without_query = {
        name: item
        for name, item in known.items()
        if name not in QUERY_PARAMETERS.get(_short(spec), "").split()
    }
    return body(spec.token, spec.path_parameters, shape, without_query)


def _short(spec: ResourceType) -> str:
    return spec.token.removeprefix("azure-native:")


def body_of(spec: ResourceType, shape: ResourceShape, resource: Resource, kind: str) -> Values:
    """The resource as a GET shows it; `kind` is the ARM type in its id."""
    outputs = {name: item for name, item in resource.outputs.items() if not name.startswith(_BOOKKEEPING)}
    body = response(shape, outputs)
    if nested(shape) and isinstance(outputs.get("properties"), dict):
        body["properties"] = copy.deepcopy(outputs["properties"])  # with what a service has added itself
    _keep_own_type(shape, resource, body)
    if "systemData" in shape.outputs["props"]:
        body["systemData"] = outputs.get("systemData") or SYSTEM
    properties = body.pop("properties", {})
    if spec.kind == _GROUP_KIND:
        properties = {"provisioningState": "Succeeded", **properties}
    shown = {name: item for name, item in body.items() if name not in {"id", "name", "type"}}
    # Resource groups answer with their own spelling: Microsoft.Resources/resourceGroups
    written = _GROUP_KIND if spec.kind == _GROUP_KIND else kind
    return {"id": resource.id, "name": resource.name, "type": written, **shown, "properties": properties}


def _keep_own_type(shape: ResourceShape, resource: Resource, body: Values) -> None:
    """A type that has a `type` of its own (AKS's pools) shows it in `properties`; the outputs have ARM's."""
    beside = RESOURCES.get(shape.token.removeprefix("azure-native:"), "").split()
    if "type" in shape.inputs["props"] and "type" not in beside and resource.inputs.get("type") is not None:
        body.setdefault("properties", {}).setdefault("type", resource.inputs["type"])
