"""Read the shapes of a Pulumi SDK's resources from its classes, as plain JSON.

The SDK's Python classes are the only schema that comes with it. The wire name of a property is the argument
of `@pulumi.getter(name=…)`; required means not Optional; `Union[str, Enum]` is an open enum (Azure may know
newer values than the SDK), an Enum alone a closed one; the constant of a discriminator is visible only in the
source of `__init__`.
"""

from __future__ import annotations

import ast
import enum
import importlib
import importlib.util
import inspect
import json
import re
import sys
import types
import typing
from collections import abc
from pathlib import Path
from typing import Any

import pulumi
from pulumi import _types

from azsandbox.schema.shapes import Shape

_CONSTANT = re.compile(r'pulumi\.set\(__self__, "(\w+)", (\'[^\']*\'|"[^"]*")\)')


def classes(package: str) -> dict[str, tuple[str, str]]:
    """Token → (Python module, class name), from the SDK's own registration and without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed in this environment: run `make setup`")
    match = re.search(r'resource_modules="""(.*?)"""', Path(spec.origin).read_text(), re.DOTALL)
    modules: list[Any] = json.loads(match[1]) if match else []
    return {token: (module["fqn"], name) for module in modules for token, name in module["classes"].items()}


class Reader:
    """Collects the resources and nested types of one SDK."""

    def __init__(self, package: str) -> None:
        self.classes = classes(package)
        self.types: dict[str, Shape] = {}
        self.resources: dict[str, dict[str, str]] = {}

    def add(self, token: str) -> None:
        module_name, class_name = self.classes[token]
        resource = getattr(importlib.import_module(module_name), class_name)
        defined = sys.modules[resource.__module__].__dict__
        names = (f"{resource.__name__}InitArgs", f"{resource.__name__}Args")
        arguments = next(cls for name in names if inspect.isclass(cls := defined.get(name)))
        self.resources[token] = {
            "inputs": self._object(arguments),
            "outputs": self._object(resource, suffix=":outputs"),
            "api": _api_version(resource),
        }

    def _object(self, cls: type, suffix: str = "") -> str:
        """The key of a class's shape; the class is read the first time."""
        key = f"{cls.__module__.split('.', 1)[1]}:{cls.__name__}{suffix}"
        if key in self.types:
            return key
        required: list[str] = []
        properties: dict[str, Shape] = {}
        self.types[key] = {"props": properties, "required": required}
        constants = _constants(cls)
        known = dict(sys.modules[cls.__module__].__dict__, Output=pulumi.Output, T=typing.TypeVar("T"))
        for python, wire, prop in _properties(cls):
            getter = typing.cast("Any", prop.fget)
            getter = getter.__dict__.get("_pulumi_deprecated_callable", getter)
            # localns={}: else typing returns the ForwardRef that it cached for another module's class.
            hint = typing.get_type_hints(getter, globalns=known, localns={}).get("return")
            if typing.get_origin(hint) is pulumi.Output:  # a resource's own properties
                hint = typing.get_args(hint)[0]
            members, optional = _strip(hint)
            shape = dict(_merge([self._shape(member) for member in members]))
            shape["py"] = python
            if python in constants:
                shape["const"] = constants[python]
            properties[wire] = shape
            if not optional:
                required.append(wire)
        return key

    def _shape(self, hint: Any) -> Shape:  # noqa: PLR0911 - one return per kind of annotation
        plain = {bool: "boolean", int: "integer", float: "number", str: "string"}
        origin = typing.get_origin(hint)
        if inspect.isclass(hint) and hint in plain:
            return {"type": plain[hint]}
        if origin in {abc.Sequence, list}:
            members, _ = _strip(typing.get_args(hint)[0])
            return {"type": "array", "items": _merge([self._shape(member) for member in members])}
        if origin in {abc.Mapping, dict}:
            members, _ = _strip(typing.get_args(hint)[1])
            return {"type": "object", "values": _merge([self._shape(member) for member in members])}
        if origin is typing.Literal:
            return {"type": "string", "enum": list(typing.get_args(hint)), "closed": True}
        if inspect.isclass(hint) and issubclass(hint, enum.Enum):
            return {"type": "string", "enum": [member.value for member in hint], "closed": True}
        if inspect.isclass(hint) and (_types.is_input_type(hint) or _types.is_output_type(hint)):
            return {"ref": self._object(hint)}
        return {"any": True}


def _properties(cls: type) -> list[tuple[str, str, property]]:
    """(python name, wire name, property) of an input class, an output class or a resource class."""
    if _types.is_input_type(cls) or _types.is_output_type(cls):
        return list(_types._py_properties(cls))  # noqa: SLF001 - the SDK offers no public way
    properties: list[tuple[str, str, property]] = []
    for name, value in vars(cls).items():
        if isinstance(value, property) and value.fget is not None:
            wire = getattr(value.fget, "_pulumi_name", None)
            if wire is not None:
                properties.append((name, wire, value))
    return properties


def _api_version(resource: type) -> str:
    """The REST API version that the SDK uses for this type; only the documentation names it."""
    match = re.search(r"Azure REST API version (\d{4}-\d{2}-\d{2}(?:-\w+)?)", inspect.getsource(resource))
    return match[1] if match else ""


def _constants(cls: type) -> dict[str, str]:
    try:
        source = inspect.getsource(cls.__init__)
    except (OSError, TypeError):
        return {}
    return {name: str(ast.literal_eval(value)) for name, value in _CONSTANT.findall(source)}


def _strip(hint: Any) -> tuple[list[Any], bool]:
    """The members of a hint without Input, Awaitable and Optional, and whether None is one of them."""
    members: list[Any] = []
    optional = False

    def walk(part: Any) -> None:
        nonlocal optional
        origin = typing.get_origin(part)
        if origin in {typing.Union, types.UnionType}:
            for member in typing.get_args(part):
                walk(member)
        elif part is type(None):
            optional = True
        elif isinstance(part, (str, typing.ForwardRef)) or typing.is_typeddict(part):
            pass  # the quoted "Output[T]" of Input[T], and the dictionary form of an args class
        elif part is pulumi.Output or origin in {pulumi.Output, abc.Awaitable, abc.Coroutine}:
            pass
        elif part not in members:
            members.append(part)

    walk(hint)
    return members, optional


def _merge(shapes: list[Shape]) -> Shape:
    """Several members as one shape: a string or an enum is an open enum, other members are alternatives."""
    if not shapes:
        return {"any": True}
    enums = [shape for shape in shapes if "enum" in shape]
    plain = [shape for shape in shapes if shape.get("type") == "string" and "enum" not in shape]
    if enums and plain and len(shapes) == len(enums) + len(plain):
        values = [value for shape in enums for value in shape["enum"]]
        return {"type": "string", "enum": values, "closed": False}
    return shapes[0] if len(shapes) == 1 else {"oneOf": shapes}
