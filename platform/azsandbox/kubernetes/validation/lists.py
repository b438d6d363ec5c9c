"""Lists whose elements have keys: server-side apply refuses two elements with the same key.

Sources: kubernetes.io/docs/reference/using-api/server-side-apply (merge strategy);
`x-kubernetes-list-map-keys` and `x-kubernetes-list-type: set` of the published OpenAPI schemas.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azsandbox.kubernetes.validation.field import Field, Problems

_DEFAULTS = {"protocol": "TCP"}  # the only key that may be left out
Schema = dict[str, Any]


def repeated(field: Field, schema: Schema, resolve: Callable[[str], Schema]) -> Problems:
    """Elements that the API server could not tell apart.

    Args:
        field: the object.
        schema: its schema.
        resolve: the schema that a reference is about.
    """
    if "$ref" in schema:
        schema = resolve(str(schema["$ref"]))
    properties = schema.get("properties")
    for name, value in field.entries():
        inner = properties.get(name) if isinstance(properties, dict) else schema.get("additionalProperties")
        if isinstance(inner, dict) and isinstance(value.value, (dict, list)):
            yield from repeated(field[name], inner, resolve)
    if not isinstance(field.value, list):
        return
    kind, keys = schema.get("x-kubernetes-list-type"), schema.get("x-kubernetes-list-map-keys")
    if kind == "set" or (kind == "map" and isinstance(keys, list)):
        yield from _same_key(field, keys if isinstance(keys, list) else None)
    items = schema.get("items")
    if isinstance(items, dict):
        for item in field.items():
            yield from repeated(item, items, resolve)


def _same_key(field: Field, keys: list[str] | None) -> Problems:
    seen: set[tuple[str, ...]] = set()
    for item in field.items():
        values = [item] if keys is None else [item[key] for key in keys]
        if any(value.unknown or isinstance(value.value, (dict, list)) for value in values):
            continue
        names = keys or [""]
        key = tuple(
            str(
                _DEFAULTS.get(name, "")
                if value.value is None
                else value.number
                if value.number is not None
                else value.value
            )
            for name, value in zip(names, values, strict=True)
        )
        if key in seen and any(key):
            shown = key[0] if keys is None else dict(zip(keys, key, strict=True))
            yield item.duplicate(shown)
        seen.add(key)
