"""Where Azure's REST specifications keep a property, read from the azure-mgmt packages.

Nothing of them is imported. Two generations lie side by side. The older keep the whole way to a property in
`_attribute_map`; the newer declare `properties` as a model and list what they lift out of it.
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

Way = tuple[str, ...]
"""`("properties", "addressSpace")`"""


@dataclass(frozen=True)
class Spot:
    """Where a property lies; `model` is what it holds."""

    way: Way
    model: str
    writable: bool = True


@dataclass
class _Class:
    bases: list[str]
    spots: dict[str, list[Spot]] = field(default_factory=dict)  # by last name
    lifts: bool = False


class Models:
    """The models of one package."""

    def __init__(self, folder: str) -> None:
        package = importlib.util.find_spec("azure.mgmt")
        assert package is not None
        assert package.submodule_search_locations
        base = Path(next(iter(package.submodule_search_locations))) / folder / "models"
        file = next(one for one in (base / "_models.py", base / "_models_py3.py") if one.is_file())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # their docstrings, not our code
            nodes = ast.parse(file.read_text(encoding="utf-8")).body
        self.classes = {one.name: _read(one) for one in nodes if isinstance(one, ast.ClassDef)}

    def spots(self, model: str) -> dict[str, list[Spot]]:
        """Every property of a model by its last name; what can be written counts before what can't."""
        one = self.classes.get(model)
        if one is None:
            return {}
        result: dict[str, list[Spot]] = {}
        for name in one.bases:
            result.update(self.spots(name))
        result.update(one.spots)
        if "properties" in result and self._lifts(model):
            (outer,) = result.pop("properties")
            for name, found in self.spots(outer.model).items():
                lifted = [Spot(("properties", *spot.way), spot.model, spot.writable) for spot in found]
                result[name] = [*result.get(name, []), *lifted]
        return {name: [one for one in found if one.writable] or found for name, found in result.items()}

    def below(self, model: str) -> list[str]:
        return [name for name, one in self.classes.items() if model in one.bases]

    def _lifts(self, model: str) -> bool:
        one = self.classes.get(model)
        return one is not None and (one.lifts or any(self._lifts(base) for base in one.bases))


def _read(node: ast.ClassDef) -> _Class:
    one = _Class([ast.unparse(base).rpartition(".")[2] for base in node.bases])
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.Call):
            if ast.unparse(statement.value.func) in {"rest_field", "rest_discriminator"}:
                _add_newer(one, ast.unparse(statement.target), statement)
        elif isinstance(statement, ast.Assign):
            target = ast.unparse(statement.targets[0])
            if target == "__flattened_items":
                one.lifts = True
            elif target in {"_attribute_map", "_validation"}:
                tables[target] = ast.literal_eval(statement.value)
    for name, entry in tables.get("_attribute_map", {}).items():
        way = tuple(part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", str(entry["key"])))
        model = re.findall(r"\w+", str(entry["type"]))[-1]
        writable = not tables.get("_validation", {}).get(name, {}).get("readonly")
        one.spots.setdefault(way[-1], []).append(Spot(way, model, writable))
    return one


def _add_newer(one: _Class, name: str, statement: ast.AnnAssign) -> None:
    given = {word.arg: word.value for word in getattr(statement.value, "keywords", [])}
    wire = str(ast.literal_eval(given["name"])) if "name" in given else name
    models: list[str] = re.findall(r"_models\.(\w+)", ast.unparse(statement.annotation))
    readable = "visibility" in given and ast.literal_eval(given["visibility"]) == ["read"]
    one.spots[wire] = [Spot((wire,), models[0] if models else "", not readable)]


@pytest.fixture(scope="session")
def models() -> Callable[[str], Models]:
    """The models of a package by its folder in `azure.mgmt`: `network`, `authorization/v2022_04_01`."""
    return functools.cache(Models)
