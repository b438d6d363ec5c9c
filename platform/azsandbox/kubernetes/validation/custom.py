"""Custom resources against the structural schema of their definition.

Sources: k8s.io/apiextensions-apiserver pkg/apiserver/validation/validation.go and pkg/apiserver/schema.
Unknown fields are refused, as server-side apply with a schema does.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from azsandbox.kubernetes.validation import addresses
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.schema.validate import suggestion

_ROOT = frozenset({"apiVersion", "kind", "metadata"})


def validate(manifest: Field, schema: Any) -> Problems:
    """The problems of an object; `schema` is the `openAPIV3Schema` of its version."""
    if isinstance(schema, dict):
        yield from _object(manifest, schema, root=True)


def violations(field: Field, schema: Any) -> Problems:
    """The problems of one value; defaults are checked with it too."""
    if not isinstance(schema, dict) or field.unknown:
        return
    if field.value is None:
        return
    kind = schema.get("type")
    if schema.get("x-kubernetes-int-or-string"):
        if not isinstance(field.value, str) and field.number is None:
            yield field.invalid("must be of type int-or-string")
            return
    elif isinstance(kind, str) and not _is_of(kind, field):
        yield field.invalid(f"{field.path} in body must be of type {kind}: {_name(field.value)!r}")
        return
    yield from _restrictions(field, schema)
    if isinstance(field.value, dict):
        yield from _object(field, schema)
    for item in field.items():
        yield from violations(item, schema.get("items"))


def _is_of(kind: str, field: Field) -> bool:
    value = field.value
    match kind:
        case "integer":
            return field.number is not None
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case _:
            expected: dict[str, type] = {"string": str, "boolean": bool, "array": list, "object": dict}
            return isinstance(value, expected.get(kind, object))


def _name(value: Any) -> str:
    names = {str: "string", bool: "boolean", list: "array", dict: "object"}
    return names.get(type(value), "number")


def _object(field: Field, schema: dict[str, Any], *, root: bool = False) -> Problems:
    if root:
        yield from _restrictions(field, schema)
    properties = schema.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    additional = schema.get("additionalProperties")
    open_ = bool(schema.get("x-kubernetes-preserve-unknown-fields")) or additional is True
    implied = _ROOT if root or schema.get("x-kubernetes-embedded-resource") else frozenset[str]()
    for name, value in field.entries():
        where = field[name]
        if name in implied:
            continue
        if name in properties:
            yield from violations(where, properties[name])
        elif isinstance(additional, dict):
            yield from violations(field.key(name), additional)
        elif not open_ and (schema.get("type") == "object" or root):
            yield where.invalid(f"field not declared in schema{suggestion(name, properties)}", _short(value))
    required = schema.get("required")
    for name in required if isinstance(required, list) else ():
        default = properties.get(name)
        defaulted = isinstance(default, dict) and default.get("default") is not None
        if isinstance(name, str) and not field[name].present and not defaulted and name not in implied:
            yield field[name].required()


def _short(field: Field) -> Any:
    return "{…}" if isinstance(field.value, (dict, list)) else field.value


def _restrictions(field: Field, schema: dict[str, Any]) -> Problems:
    enum = schema.get("enum")
    if isinstance(enum, list) and field.value not in enum and field.value is not None:
        yield field.unsupported(map(str, enum))
    if isinstance(field.value, str):
        yield from _text(field, schema)
    elif not isinstance(field.value, bool) and isinstance(field.value, (int, float)):
        yield from _number(field, schema)
    yield from _counts(field, schema)
    yield from _combined(field, schema)


def _bound(schema: dict[str, Any], name: str) -> float | None:
    value = schema.get(name)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _text(field: Field, schema: dict[str, Any]) -> Problems:
    shortest, longest, pattern = (
        _bound(schema, "minLength"),
        _bound(schema, "maxLength"),
        schema.get("pattern"),
    )
    if shortest is not None and len(field.text) < shortest:
        yield field.invalid(f"should be at least {shortest:g} chars long")
    if longest is not None and len(field.text) > longest:
        yield field.too_long(int(longest))
    if isinstance(pattern, str) and _searched(pattern, field.text) is False:
        yield field.invalid(f"should match '{pattern}'")
    check = _FORMATS.get(str(schema.get("format")))
    if check is not None and not check(field.text):
        yield field.invalid(f"must be of type {schema['format']}")


def _searched(pattern: str, text: str) -> bool | None:
    """Whether Go's regular expression matches; None if Python can't read it."""
    try:
        return re.search(re.sub(r"\\z$", r"\\Z", pattern), text) is not None
    except (re.error, RecursionError):
        return None


def is_time(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", text):
        return False
    try:
        dt.datetime.fromisoformat(re.sub(r"\.\d+", "", text).upper())
    except ValueError:
        return False
    return True


_FORMATS: dict[str, Callable[[str], bool]] = {
    "date-time": is_time,
    "ipv4": lambda text: (parsed := addresses.parse(text)) is not None and ":" not in str(parsed),
    "ipv6": lambda text: (parsed := addresses.parse(text)) is not None and ":" in str(parsed),
    "cidr": lambda text: addresses.parse_range(text) is not None,
    "uuid": lambda text: (
        re.fullmatch(r"[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}", text) is not None
    ),
}


def _number(field: Field, schema: dict[str, Any]) -> Problems:
    low, high, factor = (_bound(schema, name) for name in ("minimum", "maximum", "multipleOf"))
    value = field.value
    if low is not None and (value < low or (schema.get("exclusiveMinimum") is True and value == low)):
        yield field.invalid(f"should be greater than or equal to {low:g}")
    if high is not None and (value > high or (schema.get("exclusiveMaximum") is True and value == high)):
        yield field.invalid(f"should be less than or equal to {high:g}")
    if factor and abs(value) < 2**53 and value % factor != 0:
        yield field.invalid(f"should be a multiple of {factor:g}")


def _counts(field: Field, schema: dict[str, Any]) -> Problems:
    kinds = {list: ("minItems", "maxItems"), dict: ("minProperties", "maxProperties")}
    names = kinds.get(type(field.value))
    if names is None:
        return
    fewest, most = (_bound(schema, name) for name in names)
    if fewest is not None and field.count < fewest:
        yield field.invalid(f"should have at least {fewest:g} items")
    if most is not None and field.count > most:
        yield field.too_many(int(most))


def _combined(field: Field, schema: dict[str, Any]) -> Problems:
    """Logical junctors; a branch that contains unknown values counts as matched."""
    branches = {name: schema.get(name) for name in ("allOf", "anyOf", "oneOf")}
    for branch in branches["allOf"] if isinstance(branches["allOf"], list) else ():
        yield from _partly(field, branch)
    for name in ("anyOf", "oneOf"):
        options = branches[name]
        if not isinstance(options, list) or not options or schema.get("x-kubernetes-int-or-string"):
            continue
        matched = sum(not list(_partly(field, option)) for option in options)
        if matched == 0:
            yield field.invalid(f"must validate at least one schema ({name})", _short(field))
        elif (
            matched > 1
            and name == "oneOf"
            and "\\u0000" not in repr(field.value)
            and "\0" not in repr(field.value)
        ):
            yield field.invalid("must validate one and only one schema (oneOf)", _short(field))
    if isinstance(schema.get("not"), dict) and schema["not"] and not list(_partly(field, schema["not"])):
        yield field.invalid("must not validate the schema (not)", _short(field))


def _partly(field: Field, schema: Any) -> Problems:
    """A branch restricts values, but does not declare which fields there are."""
    if not isinstance(schema, dict):
        return
    loose = {"x-kubernetes-preserve-unknown-fields": True, **schema}
    if isinstance(field.value, dict):
        yield from _restrictions(field, schema)
        for name, inner in (schema.get("properties") or {}).items():
            if isinstance(name, str) and field[name].present:
                yield from _partly(field[name], inner)
        for name in schema.get("required") or ():
            if isinstance(name, str) and not field[name].present:
                yield field[name].required()
    else:
        yield from violations(field, loose)
