"""Converts Pulumi's property values between protobuf Structs and Python, with unknowns and secrets."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2

from azsandbox.errors import NotModelledError
from azsandbox.schema.values import UNKNOWN, Secret

# Pulumi's own constants: sdk/python/lib/pulumi/runtime/rpc.py
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker, not a secret
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def read(struct: struct_pb2.Struct) -> dict[str, Any]:
    return {key: _read(value) for key, value in struct.fields.items()}


def write(values: dict[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    for key, value in values.items():
        _write(struct.fields[key], value)
    return struct


def _read(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _marked({key: _read(item) for key, item in value.struct_value.fields.items()})
    if kind == "list_value":
        return [_read(item) for item in value.list_value.values]
    if kind == "string_value":
        return UNKNOWN if value.string_value == _UNKNOWN else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return value.bool_value if kind == "bool_value" else None


def _marked(fields: dict[str, Any]) -> Any:
    """The special value that a Struct with Pulumi's signature represents; any other Struct is an object."""
    signature = fields.get(_SIGNATURE)
    if signature is None:
        return fields
    if signature == _SECRET:
        return Secret(fields.get("value"))
    if signature == _OUTPUT:
        content = fields.get("value", UNKNOWN)
        return Secret(content) if fields.get("secret") else content
    if signature == _RESOURCE:
        return fields.get("id", UNKNOWN)
    raise NotModelledError("the sandbox does not model assets and archives: put code into an image")


def _write(target: struct_pb2.Value, value: Any) -> None:
    if value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, (int, float)):
        target.number_value = value
    elif isinstance(value, str):
        target.string_value = value
    elif value is UNKNOWN:
        target.string_value = _UNKNOWN
    elif isinstance(value, Secret):
        _write(target, {_SIGNATURE: _SECRET, "value": value.value})
    elif isinstance(value, dict):
        target.struct_value.SetInParent()
        for key, item in value.items():
            _write(target.struct_value.fields[key], item)
    else:
        target.list_value.SetInParent()
        for item in value:
            _write(target.list_value.values.add(), item)
