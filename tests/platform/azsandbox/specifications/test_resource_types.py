"""Bicep's resource types beside the SDK's shapes."""

from __future__ import annotations

import json
from typing import Any

from azsandbox.schema.catalogue import ResourceShape
from azsandbox.specifications.build import merged
from azsandbox.specifications.clients import Read
from azsandbox.specifications.resource_types import ResourceTypes

PATH = "generated/network_1/microsoft.network/2024-05-01/types.json"
TYPES: list[dict[str, Any]] = [
    {"$type": "ResourceType", "name": "Microsoft.Network/subnets@2024-05-01", "body": {"$ref": "#/1"}},
    {"$type": "ObjectType", "properties": {"properties": {"type": {"$ref": "#/2"}}, "kind": {"type": {"$ref": "#/3"}}}},
    {"$type": "ObjectType", "properties": {"size": {"type": {"$ref": "#/4"}}, "rules": {"type": {"$ref": "#/5"}}}},
    {"$type": "StringType", "minLength": 3, "pattern": "[a-zA-Z0-9_]"},
    {"$type": "IntegerType", "minValue": 1, "maxValue": 9},
    {"$type": "ArrayType", "itemType": {"$ref": "#/6"}, "maxLength": 2},
    {"$type": "ObjectType", "properties": {"port": {"type": {"$ref": "#/4"}}, "subnet": {"type": {"$ref": "#/1"}}}},
]  # fmt: skip
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
