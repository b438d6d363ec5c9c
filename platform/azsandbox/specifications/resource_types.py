"""Constraints in Bicep's resource types (Azure/bicep-types-az), generated from the REST specifications.

A file of types is a list; a reference in it is `{"$ref": "#/7"}`. The types are walked beside the SDK's
shapes, which have `properties` of a request body at the top level.
"""

from __future__ import annotations

import functools
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from azsandbox.schema.catalogue import ResourceShape
from azsandbox.schema.shapes import Shape
from azsandbox.schema.specifications.table import Constraint, SpecificationError
from azsandbox.specifications.clients import Read

_GITHUB = "https://raw.githubusercontent.com/Azure/bicep-types-az/main/"
_DEPTH = 4  # generated/<service>/<namespace>/<version>/types.json
_TIMEOUT = 60  # seconds
_TEXT = {"minLength": "minLength", "maxLength": "maxLength", "pattern": "pattern"}
_NUMBER = {"minValue": "minimum", "maxValue": "maximum"}
_ARRAY = {"minLength": "minItems", "maxLength": "maxItems"}
_KINDS = {"StringType": _TEXT, "IntegerType": _NUMBER, "ArrayType": _ARRAY}
_REQUIRED, _READ_ONLY, _PART_OF_THE_ID = 1, 2, 8  # flags of a property
_FROM_PROVIDER = "location"  # an input that the provider's settings give
_NOT_EMPTY = "[a-zA-Z0-9_]"  # read as "not empty", as in `clients`
Node = dict[str, Any]


class ResourceTypes:
    """The published types."""

    def __init__(self, paths: Iterable[str], fetch: Callable[[str], str]) -> None:
        """Paths are `…/<namespace>/<version>/types.json`; `fetch` gives the text of one."""
        self._load: Callable[[str], list[Node]] = functools.cache(lambda path: json.loads(fetch(path)))
        self._paths: dict[tuple[str, str], list[str]] = {}
        for path in paths:
            *_, namespace, version, _name = path.lower().split("/")
            self._paths.setdefault((namespace, version), []).append(path)

    def add(self, read: Read, kind: str, shape: ResourceShape, parameters: Iterable[str] = ()) -> str | None:
        """Add the constraints of a type's inputs; returns their API version, the SDK's, if published.

        `parameters` are the inputs that the id is made of.
        """
        wanted = f"{kind}@{shape.api_version}".lower()
        for path in self._paths.get((kind.partition("/")[0].lower(), shape.api_version), []):
            types = self._load(path)
            for node in types:
                if node["$type"] == "ResourceType" and node["name"].lower() == wanted:
                    name = shape.token.rpartition(":")[2]
                    _Walk(types, shape, read, parameters).object(name, shape.inputs, node["body"])
                    return shape.api_version
        return None


class _Walk:
    def __init__(
        self, types: list[Node], shape: ResourceShape, read: Read, parameters: Iterable[str]
    ) -> None:
        self.types, self.shape, self.read, self.parameters = types, shape, read, parameters
        self.seen: set[tuple[str, str]] = set()

    def node(self, reference: Any) -> Node:
        return self.types[int(reference["$ref"].removeprefix("#/"))]

    def object(self, name: str, shape: Shape, reference: Any) -> None:
        """Constraints of one type of the SDK, from the object or the union that it is on the wire."""
        if (name, reference["$ref"]) in self.seen:
            return
        self.seen.add((name, reference["$ref"]))
        for properties in self._variants(self.node(reference), shape):
            for wire, item in shape["props"].items():
                if wire in properties:
                    self.flags(name, wire, shape, properties[wire]["flags"])
                    self.property(name, wire, item, properties[wire]["type"])

    def flags(self, name: str, wire: str, shape: Shape, flags: int) -> None:
        """What the SDK leaves out: an input that is read-only, or that is required in its object."""
        outside = shape is self.shape.inputs and wire in {*self.parameters, _FROM_PROVIDER}
        if outside or flags & _PART_OF_THE_ID:
            return
        stricter = wire not in shape["required"] and "const" not in shape["props"][wire]
        kind = "readOnly" if flags & _READ_ONLY else "required" if flags & _REQUIRED and stricter else None
        if kind:
            self.read.setdefault(name, {}).setdefault(wire, {})[kind] = True

    def _variants(self, node: Node, shape: Shape) -> Iterator[dict[str, Any]]:
        if node["$type"] == "DiscriminatedObjectType":
            constant = (shape["props"].get(node["discriminator"]) or {}).get("const")
            elements = node["elements"]
            for value, element in elements.items():
                if constant in (None, value):
                    for properties in self._variants(self.node(element), shape):
                        yield {**node["baseProperties"], **properties}
        elif node["$type"] == "ObjectType":
            properties = node["properties"]
            inner = properties.get("properties")
            if inner and "properties" not in shape["props"]:
                for flattened in self._variants(self.node(inner["type"]), shape):
                    outer = {
                        wire: item
                        for wire, item in properties.items()
                        if wire not in flattened or not item["flags"] & _READ_ONLY
                    }  # an extension's own `type` is an input, that of the resource is not
                    yield {**flattened, **outer}
            else:
                yield properties

    def property(self, name: str, wire: str, shape: Shape, reference: Any) -> None:
        node = self.node(reference)
        if node["$type"] == "UnionType":
            for element in node["elements"]:
                self.property(name, wire, shape, element)
            return
        constraint = _constraint(node)
        if constraint:
            self.read.setdefault(name, {}).setdefault(wire, {}).update(constraint)
        if node["$type"] == "ArrayType" and "items" in shape:
            self.nested(shape["items"], node["itemType"])
        elif node["$type"] in {"ObjectType", "DiscriminatedObjectType"}:
            values = node.get("additionalProperties")
            if "values" in shape and values:
                self.nested(shape["values"], values)
            else:
                self.nested(shape, reference)

    def nested(self, shape: Shape, reference: Any) -> None:
        for alternative in shape.get("oneOf", [shape]):
            if "ref" in alternative:
                key = alternative["ref"]
                self.object(key.rpartition(":")[2].removesuffix("Args"), self.shape.types[key], reference)


def _constraint(node: Node) -> Constraint:
    constraint = {
        ours: node[theirs] for theirs, ours in _KINDS.get(node["$type"], {}).items() if theirs in node
    }
    if constraint.get("pattern") == _NOT_EMPTY:
        del constraint["pattern"]
        constraint.setdefault("minLength", 1)
    return constraint


def from_checkout(folder: Path) -> ResourceTypes:
    """The types in a git repository on this machine, with or without a work tree."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), *arguments]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            raise SpecificationError(
                f"{folder} is not a checkout of Azure/bicep-types-az: {result.stderr.strip()}"
            )
        return result.stdout

    listed = git("ls-tree", "-r", "--name-only", "HEAD", "generated/").splitlines()
    paths = [path for path in listed if path.endswith("/types.json") and path.count("/") == _DEPTH]
    return ResourceTypes(paths, lambda path: git("show", f"HEAD:{path}"))


def from_github() -> ResourceTypes:
    """The newest types, from GitHub."""
    index = json.loads(_from_github("generated/index.json"))
    paths = {f"generated/{item['$ref'].partition('#')[0]}" for item in index["resources"].values()}
    return ResourceTypes(sorted(paths), _from_github)


def _from_github(path: str) -> str:
    try:
        with urllib.request.urlopen(f"{_GITHUB}{path}", timeout=_TIMEOUT) as response:  # noqa: S310 - https
            return response.read().decode()
    except (urllib.error.URLError, OSError) as error:
        raise SpecificationError(
            f"{_GITHUB}{path} can't be had ({error}): give a checkout of that repository by --bicep-types"
        ) from None
