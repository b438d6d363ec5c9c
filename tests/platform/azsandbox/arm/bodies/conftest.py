"""The location of each property in Azure's REST specifications, read from the azure-mgmt packages.

The packages are parsed, not imported. They are of two generations: older ones have the whole path of a
property in `_attribute_map`; newer ones declare `properties` as a model and list what they flatten out of it.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PropertyPath = tuple[str, ...]
"""`("properties", "addressSpace")`"""


@dataclass(frozen=True)
class Location:
    """The path of a property, and the model of its value."""

    path: PropertyPath
    model: str
    writable: bool = True


@dataclass
class _Class:
    bases: list[str]
    locations: dict[str, list[Location]] = field(default_factory=dict)  # by the last name of the path
    flattens: bool = False


class Models:
    """The models of one package."""

    def __init__(self, folder: str) -> None:
        package = importlib.util.find_spec("azure.mgmt")
        assert package is not None
        assert package.submodule_search_locations
        base = Path(next(iter(package.submodule_search_locations))) / folder / "models"
        file = next(
            candidate for candidate in (base / "_models.py", base / "_models_py3.py") if candidate.is_file()
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # their docstrings, not our code
            nodes = ast.parse(file.read_text(encoding="utf-8")).body
        self.classes = {node.name: _read(node) for node in nodes if isinstance(node, ast.ClassDef)}

    def locations(self, model: str) -> dict[str, list[Location]]:
        """Every property of a model by its last name; writable ones take precedence over read-only ones."""
        cls = self.classes.get(model)
        if cls is None:
            return {}
        result: dict[str, list[Location]] = {}
        for name in cls.bases:
            result.update(self.locations(name))
        result.update(cls.locations)
        if "properties" in result and self._flattens(model):
            (outer,) = result.pop("properties")
            for name, inner in self.locations(outer.model).items():
                flattened = [
                    Location(("properties", *location.path), location.model, location.writable)
                    for location in inner
                ]
                result[name] = [*result.get(name, []), *flattened]
        return {
            name: [location for location in locations if location.writable] or locations
            for name, locations in result.items()
        }

    def subclasses(self, model: str) -> list[str]:
        return [name for name, cls in self.classes.items() if model in cls.bases]

    def _flattens(self, model: str) -> bool:
        cls = self.classes.get(model)
        return cls is not None and (cls.flattens or any(self._flattens(base) for base in cls.bases))


def _read(node: ast.ClassDef) -> _Class:
    cls = _Class([ast.unparse(base).rpartition(".")[2] for base in node.bases])
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.Call):
            if ast.unparse(statement.value.func) in {"rest_field", "rest_discriminator"}:
                _add_newer(cls, ast.unparse(statement.target), statement)
        elif isinstance(statement, ast.Assign):
            target = ast.unparse(statement.targets[0])
            if target == "__flattened_items":
                cls.flattens = True
            elif target in {"_attribute_map", "_validation"}:
                tables[target] = ast.literal_eval(statement.value)
    for name, entry in tables.get("_attribute_map", {}).items():
        path = tuple(part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", str(entry["key"])))
        model = re.findall(r"\w+", str(entry["type"]))[-1]
        writable = not tables.get("_validation", {}).get(name, {}).get("readonly")
        cls.locations.setdefault(path[-1], []).append(Location(path, model, writable))
    return cls


def _add_newer(cls: _Class, name: str, statement: ast.AnnAssign) -> None:
    keywords = {keyword.arg: keyword.value for keyword in getattr(statement.value, "keywords", [])}
    wire = str(ast.literal_eval(keywords["name"])) if "name" in keywords else name
    models: list[str] = re.findall(r"_models\.(\w+)", ast.unparse(statement.annotation))
    readable = "visibility" in keywords and ast.literal_eval(keywords["visibility"]) == ["read"]
    cls.locations[wire] = [Location((wire,), models[0] if models else "", not readable)]


@pytest.fixture(scope="session")
def models() -> Callable[[str], Models]:
    """The models of a package by its folder in `azure.mgmt`: `network`, `authorization/v2022_04_01`."""
    return functools.cache(Models)
