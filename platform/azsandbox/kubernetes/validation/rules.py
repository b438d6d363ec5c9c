"""Validation rules of a custom resource definition: `x-kubernetes-validations`, in CEL.

Sources: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/cel/{validation,values}.go; kubernetes.io,
"Validation rules". A rule that needs what `rule_functions` lacks, or a value that a preview does not know, is
not judged.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import Any

import cel

from azsandbox.kubernetes.validation import rule_functions
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.schema.validate import Problem

_KEYWORDS = frozenset(
    [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if",
        "import", "let", "loop", "package", "namespace", "return", "var", "void", "while",
    ]
)  # fmt: skip
_ESCAPES = (("__", "__underscores__"), (".", "__dot__"), ("-", "__dash__"), ("/", "__slash__"))
_ROOT = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
_METADATA = {"type": "object", "properties": {"name": {"type": "string"}, "generateName": {"type": "string"}}}
_OLD = re.compile(r"\boldSelf\b")


def problems(field: Field, schema: Any, old: Any = None, *, root: bool = True) -> Problems:
    """What the rules of a schema, and of those inside, say about a value.

    Args:
        field: the value.
        schema: of the definition; at the root, its `openAPIV3Schema`.
        old: the value before an update; None for a new one, of which rules with `oldSelf` say nothing.
        root: whether it is the whole object.
    """
    if not isinstance(schema, dict) or field.value is None or field.unknown:
        return
    if root:
        schema = {**schema, "properties": {**_ROOT, "metadata": _METADATA, **_object(schema, "properties")}}
        schema["properties"]["metadata"] = _METADATA
    rules = schema.get("x-kubernetes-validations")
    if isinstance(rules, list) and "\0" not in repr(field.value):
        for rule in rules:
            if isinstance(rule, dict) and isinstance(rule.get("rule"), str):
                yield from _judged(field, schema, rule, old)
    for name, inner in _object(schema, "properties").items():
        yield from problems(field[name], inner, _child(old, name), root=False)
    additional = schema.get("additionalProperties")
    if isinstance(additional, dict):
        for name, value in field.entries():
            yield from problems(value, additional, _child(old, name), root=False)
    for item in field.items():
        yield from problems(item, schema.get("items"), _counterpart(item.value, old, schema), root=False)


def _object(schema: dict[str, Any], name: str) -> dict[str, Any]:
    value = schema.get(name)
    return value if isinstance(value, dict) else {}


def _child(old: Any, name: str) -> Any:
    return old.get(name) if isinstance(old, dict) else None


def _counterpart(item: Any, old: Any, schema: dict[str, Any]) -> Any:
    """The item's value before: only the items of a list with keys are known again."""
    keys = schema.get("x-kubernetes-list-map-keys")
    if not isinstance(keys, list) or not isinstance(old, list) or not isinstance(item, dict):
        return None
    wanted = [item.get(key) for key in keys]
    same = (other for other in old if isinstance(other, dict) and [other.get(key) for key in keys] == wanted)
    return next(same, None)


def _judged(field: Field, schema: dict[str, Any], rule: dict[str, Any], old: Any) -> Problems:
    transition = _OLD.search(rule["rule"]) is not None
    if transition and (old is None or "\0" in repr(old) or rule.get("optionalOldSelf")):
        return
    try:
        values = {"self": converted(field.value, schema)}
        if transition:
            values["oldSelf"] = converted(old, schema)
    except (TypeError, ValueError, OverflowError):
        return  # mistyped, which the schema says
    answer = _evaluated(rule["rule"], values)
    if isinstance(answer, KeyError):
        missing = f"no such key: {answer.args[0]} evaluating rule: {rule.get('message') or rule['rule']}"
        yield field.invalid(missing, str(schema.get("type")))
    elif answer is False:
        computed = _evaluated(str(rule["messageExpression"]), values) if "messageExpression" in rule else None
        text = computed if isinstance(computed, str) and computed.strip() else rule.get("message")
        yield _problem(field, rule, str(text or f"failed rule: {rule['rule'].strip()}"))


def _evaluated(expression: str, values: dict[str, Any]) -> Any:
    """The value of an expression; a KeyError as a value; None if it can't be judged here."""
    context = cel.Context()
    for name, function in rule_functions.FUNCTIONS.items():
        context.add_function(name, function)
    for name, value in values.items():
        context.add_variable(name, value)
    try:
        program = _compiled(expression)
        return program.execute(context) if program is not None else None
    except KeyError as error:
        return error
    except (RuntimeError, ValueError, TypeError, OverflowError, IndexError):
        return None


@functools.cache
def _compiled(expression: str) -> Any:
    try:
        return cel.compile(expression)
    except (RuntimeError, ValueError):
        return None


def _problem(field: Field, rule: dict[str, Any], text: str) -> Problem:
    path = rule.get("fieldPath")
    for name in re.findall(r"[^.\[\]']+", path) if isinstance(path, str) else ():
        field = field[name]
    match rule.get("reason"):
        case "FieldValueForbidden":
            return field.forbidden(text)
        case "FieldValueRequired":
            return field.required(text)
        case _:  # without the value, as the API server shows it
            return Problem(field.path or "<nil>", f"Invalid value: {text}", code="Invalid")


def converted(value: Any, schema: Any) -> Any:  # noqa: PLR0911 - one return per type
    """A value as CEL has it by its schema: whole numbers as such, defaults set, undeclared fields left out.

    Raises:
        TypeError, ValueError, OverflowError: the value is not of the schema's type.
    """
    if not isinstance(schema, dict) or value is None:
        return value
    if schema.get("x-kubernetes-int-or-string"):
        return int(value) if isinstance(value, float) else value
    match schema.get("type"):
        case "integer":
            return int(value)
        case "number":
            return float(value)
        case "string" if schema.get("format") == "date-time":
            return dt.datetime.fromisoformat(value)
        case "array":
            return [converted(item, schema.get("items")) for item in value]
        case "object":
            return _converted_object(value, schema)
        case _:
            return value


def _converted_object(value: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    additional = schema.get("additionalProperties")
    if isinstance(additional, dict):
        return {str(name): converted(item, additional) for name, item in value.items() if item is not None}
    result: dict[str, Any] = {}
    for name, inner in _object(schema, "properties").items():
        item = value.get(name)
        if item is None and isinstance(inner, dict):
            item = inner.get("default")
        if item is not None:
            result[_escaped(name)] = converted(item, inner)
    return result


def _escaped(name: str) -> str:
    """A field's name as an expression writes it."""
    if name in _KEYWORDS:
        return f"__{name}__"
    for text, escape in _ESCAPES:
        name = name.replace(text, escape)
    return name
