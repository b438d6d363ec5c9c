"""Bicep's resource types beside the SDK's shapes."""

from __future__ import annotations

import json
from typing import Any

from azsandbox.schema.catalogue import ResourceShape
from azsandbox.specifications.build import merged
from azsandbox.specifications.clients import Read
from azsandbox.specifications.resource_types import ResourceTypes

PATH = "generated/network_1/microsoft.network/2024-05-01/types.json"


def reference(number: int, flags: int = 0) -> dict[str, Any]:
    return {"type": {"$ref": f"#/{number}"}, "flags": flags}


TYPES: list[dict[str, Any]] = [
    {"$type": "ResourceType", "name": "Microsoft.Network/subnets@2024-05-01", "body": {"$ref": "#/1"}},
    {"$type": "ObjectType", "properties": {"properties": reference(2), "kind": reference(3)}},
    {"$type": "ObjectType", "properties": {"size": reference(4), "rules": reference(5)}},
    {"$type": "StringType", "minLength": 3, "pattern": "[a-zA-Z0-9_]"},
    {"$type": "IntegerType", "minValue": 1, "maxValue": 9},
    {"$type": "ArrayType", "itemType": {"$ref": "#/6"}, "maxLength": 2},
    {"$type": "ObjectType", "properties": {"port": reference(4), "subnet": reference(1)}},
]
RULE = {"props": {"port": {"type": "integer"}}, "required": []}
SHAPE = ResourceShape(
    token="azure-native:network:Subnet",
    inputs={
        "props": {
            "size": {"type": "integer"},
            "kind": {"type": "string"},
            "rules": {"type": "array", "items": {"ref": "network._inputs:RuleArgs"}},
        },
        "required": [],
    },
    outputs={"props": {}, "required": []},
    types={"network._inputs:RuleArgs": RULE},
    api_version="2024-05-01",
)


def published() -> ResourceTypes:
    return ResourceTypes([PATH], lambda _: json.dumps(TYPES))


def test_properties_of_the_body_are_flattened_as_in_the_sdk() -> None:
    read: Read = {}
    assert published().add(read, "Microsoft.Network/Subnets", SHAPE) == "2024-05-01"
    assert read == {
        "Subnet": {
            "size": {"minimum": 1, "maximum": 9},
            "kind": {"minLength": 3},
            "rules": {"maxItems": 2},
        },
        "Rule": {"port": {"minimum": 1, "maximum": 9}},
    }


def test_a_type_that_is_not_published_adds_nothing() -> None:
    read: Read = {}
    assert published().add(read, "Microsoft.Network/routeTables", SHAPE) is None
    assert read == {}


def test_the_more_exact_source_wins_and_a_difference_is_reported() -> None:
    lines: list[str] = []
    exact: Read = {"Subnet": {"size": {"maximum": 9}}}
    older: Read = {"Subnet": {"size": {"maximum": 8, "minimum": 1}}}
    table = merged("network", [("new", exact), ("old", older)], lines.append)
    assert table == {"Subnet": {"size": {"maximum": 9, "minimum": 1}}}
    assert lines == ["network:Subnet.size: maximum is 9 by new and 8 by old"]


def test_an_input_of_the_sdk_can_be_read_only_or_required_and_parts_of_the_id_are_neither() -> None:
    required, read_only, read_only_part_of_the_id = 1, 2, 10
    types = [*TYPES]
    types[1] = {
        "$type": "ObjectType",
        "properties": {"properties": reference(2), "kind": reference(3, read_only_part_of_the_id)},
    }
    types[2] = {
        "$type": "ObjectType",
        "properties": {
            "size": reference(4, required),
            "rules": reference(5, read_only),
            "kind": reference(3),
        },
    }
    read: Read = {}
    ResourceTypes([PATH], lambda _: json.dumps(types)).add(read, "Microsoft.Network/subnets", SHAPE)
    assert read["Subnet"]["size"] == {"minimum": 1, "maximum": 9, "required": True}
    assert read["Subnet"]["rules"] == {"maxItems": 2, "readOnly": True}
    assert read["Subnet"]["kind"] == {"minLength": 3}
