"""Structural schemas of custom resource definitions.

Sources: k8s.io/apiextensions-apiserver pkg/apiserver/schema/validation.go and
pkg/apis/apiextensions/validation/validation.go (ValidateCustomResourceDefinitionOpenAPISchema).
"""

from __future__ import annotations

import re

from azsandbox.kubernetes.validation import custom
from azsandbox.kubernetes.validation.field import Field, Problems, distinct

_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_NOT_SUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
_NESTED = ("anyOf", "allOf", "oneOf")
# What a branch of a logical junctor may not have: it only restricts what the schema around it declares.
_OUTSIDE_ONLY = (
    "type", "default", "title", "description", "nullable", "additionalProperties",
    "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys", "x-kubernetes-list-type", "x-kubernetes-map-type",
)  # fmt: skip
_SHAPES: dict[tuple[str, ...], tuple[type, ...]] = {
    ("type", "format", "title", "description", "pattern"): (str,),
    ("nullable", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum"): (bool,),
    ("properties",): (dict,),
    ("additionalProperties",): (dict, bool),
    ("items",): (dict, list),
    ("required", "enum", "anyOf", "allOf", "oneOf"): (list,),
}
_INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]
_METADATA = frozenset({"name", "generateName"})
_ROOT, _ITEM, _FIELD = "at the root", "for specified array items", "for specified object fields"


def validate(schema: Field) -> Problems:
    """The whole schema of a version."""
    yield from _schema(schema, _ROOT)
    if schema["nullable"].on:
        yield schema["nullable"].forbidden("nullable cannot be true at the root")
    for name in ("apiVersion", "kind"):
        kind = schema["properties"].key(name)["type"]
        if schema["properties"].key(name).present and kind.text != "string":
            yield kind.invalid("must be string")
    metadata = schema["properties"].key("metadata")
    if isinstance(metadata.value, dict):
        if metadata["type"].text != "object":
            yield metadata["type"].invalid("must be object")
        inner = {name for name, _ in metadata["properties"].entries()}
        if not inner <= _METADATA:
            yield metadata.forbidden(
                "must not specify anything other than name and generateName, but metadata is "
                "implicitly specified"
            )


def _schema(schema: Field, level: str) -> Problems:
    if not isinstance(schema.value, dict):
        return
    yield from _type(schema, level)
    yield from _shapes(schema)
    yield from _unsupported(schema)
    yield from _lists(schema)
    if schema["default"].present:
        yield from custom.violations(schema["default"], schema.value)
    pattern = schema["pattern"]
    if pattern.text:
        yield from _pattern(pattern)
    additional, properties = schema["additionalProperties"], schema["properties"]
    if additional.present and level == _ROOT:
        yield additional.forbidden("must not be used at the root")
    if additional.present and properties.count and additional.value is not True:
        yield additional.forbidden("additionalProperties and properties are mutual exclusive")
    yield from _schema(schema["items"], _ITEM)
    yield from _schema(additional, _FIELD)
    for _, value in properties.entries():
        yield from _schema(value, _FIELD)
    yield from _junctors(schema)
    for index, rule in enumerate(schema["x-kubernetes-validations"].items()):
        del index
        yield from rule["rule"].need("rule is not specified")


def _type(schema: Field, level: str) -> Problems:
    kind = schema["type"]
    flexible = schema["x-kubernetes-int-or-string"].on or schema["x-kubernetes-preserve-unknown-fields"].on
    if kind.empty and not flexible:
        level = "at the root" if level == _ROOT else level
        yield kind.required(f"must not be empty {level}")
    elif kind.text and kind.text not in _TYPES:
        yield kind.unsupported(_TYPES)
    elif kind.text == "null":
        yield kind.forbidden("type cannot be set to null, use nullable as an alternative")
    elif level == _ROOT and kind.text and kind.text != "object":
        yield kind.invalid("must be object at the root")
    if kind.text == "array" and not schema["items"].present:
        yield schema["items"].required("must be specified")
    if schema["x-kubernetes-embedded-resource"].on and kind.text != "object":
        yield kind.required("must be object if x-kubernetes-embedded-resource is true")


def _shapes(schema: Field) -> Problems:
    """The schema of schemas has no types below the first level."""
    for names, kinds in _SHAPES.items():
        for name in names:
            field = schema[name]
            if field.present and not field.unknown and not isinstance(field.value, kinds):
                yield field.invalid(f"must be of type {kinds[0].__name__}")
    for name in ("properties", *_NESTED):
        inner = schema[name]
        for field in [*inner.items(), *(value for _, value in inner.entries())]:
            if not isinstance(field.value, dict) and not field.unknown:
                yield field.invalid("must be of type dict")


def _unsupported(schema: Field) -> Problems:
    for name in _NOT_SUPPORTED:
        if schema[name].present and not schema[name].empty:
            yield schema[name].forbidden(f"{name} is not supported")
    if schema["uniqueItems"].on:
        yield schema["uniqueItems"].forbidden(
            "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        )
    if isinstance(schema["items"].value, list):
        yield schema["items"].forbidden("items must be a schema object and not an array")
    preserved = schema["x-kubernetes-preserve-unknown-fields"]
    if preserved.value is False:
        yield preserved.invalid("must be true or undefined")


def _pattern(field: Field) -> Problems:
    try:
        re.compile(field.text)
    except re.error as error:
        if not re.search(r"\\[pPzQ]|\(\?", field.text):  # Go's own syntax
            yield field.invalid(f"must be a valid regular expression, but isn't: {error}")


def _lists(schema: Field) -> Problems:
    kind, keys, items = (
        schema["x-kubernetes-list-type"],
        schema["x-kubernetes-list-map-keys"],
        schema["items"],
    )
    map_type = schema["x-kubernetes-map-type"]
    if map_type.present and schema["type"].text != "object":
        yield schema["type"].required("must be object if x-kubernetes-map-type is specified")
    yield from map_type.option(("atomic", "granular"))
    if kind.present and schema["type"].text != "array":
        yield schema["type"].required("must be array if x-kubernetes-list-type is specified")
    yield from kind.option(("atomic", "set", "map"))
    if keys.count and kind.text != "map":
        yield kind.required("must be map if x-kubernetes-list-map-keys is non-empty")
    if kind.text != "map":
        return
    yield from keys.need("must not be empty if x-kubernetes-list-type is map")
    if items["type"].text != "object":
        yield items["type"].invalid("must be object if parent array's x-kubernetes-list-type is map")
    yield from distinct(keys.items())
    required = set(items["required"].texts())
    for key in keys.texts():
        declared = items["properties"].key(key)
        if not declared.present:
            yield keys.invalid("entries must all be names of item properties")
        elif key not in required and not declared["default"].present:
            yield declared["default"].required(
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a "
                "required property"
            )


def _junctors(schema: Field) -> Problems:
    for name in _NESTED:
        if schema["x-kubernetes-int-or-string"].on and schema[name].value == _INT_OR_STRING:
            continue
        for branch in schema[name].items():
            yield from _branch(branch, int_or_string=schema["x-kubernetes-int-or-string"].on)
    yield from _branch(schema["not"])


def _branch(field: Field, *, int_or_string: bool = False) -> Problems:
    if not isinstance(field.value, dict):
        return
    if int_or_string and field["anyOf"].value == _INT_OR_STRING:
        return
    for name in _OUTSIDE_ONLY:
        if field[name].present and field[name].value is not False:
            yield field[name].forbidden("must be empty to be structural")
    for _, value in field["properties"].entries():
        yield from _branch(value)
    yield from _branch(field["items"])
    for name in _NESTED:
        for branch in field[name].items():
            yield from _branch(branch)
