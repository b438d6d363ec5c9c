"""Builds the table of constraints from all sources, the most exact one first.

The resource types of Bicep are of the API version that the SDK speaks; clients are of older ones. What only
one source says is added; where two contradict each other, the more exact one wins and the difference is
reported.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import tempfile
from pathlib import Path
from typing import Any

from azsandbox.arm.catalogue import Types
from azsandbox.schema import catalogue
from azsandbox.schema.corrections import PATTERNS
from azsandbox.schema.specifications.table import SDK, Constraint
from azsandbox.services import all_types
from azsandbox.specifications.clients import NEWER_IN_PYPI, NPM, PYPI, Read, from_npm, from_pypi
from azsandbox.specifications.match import matched, reachable
from azsandbox.specifications.resource_types import ResourceTypes


def build(bicep: ResourceTypes | None, report: Any = print) -> dict[str, Any]:
    """The whole table; differences between sources are reported.

    Args:
        bicep: the resource types of Bicep, or None to leave them out.
        report: takes one line per difference.

    Raises:
        SpecificationError: a source can't be had.
    """
    types, shapes = all_types(), catalogue.shared()
    shapes.ensure(types.modules)
    reached = reachable(types.modules, types, shapes)
    table: dict[str, Any] = {"types": {}, "names": {}, "sources": {}}
    for module in types.modules:
        sources: list[str] = []
        layers: list[tuple[str, Read]] = []  # the most exact first
        if bicep:
            exact, versions = _from_bicep(bicep, module, types, shapes)
            layers.append(("bicep-types-az", exact))
            sources += [f"bicep-types-az for API {', '.join(versions)}"] if versions else []
        if module in NPM:
            package, version = NPM[module]
            with tempfile.TemporaryDirectory() as folder:
                read, names = from_npm(package, version, Path(folder))
            layers.append(("npm", matched(module, read, reached)))
            inputs = {
                wire for name, wires in reached.items() if name.startswith(f"{module}:") for wire in wires
            }
            table["names"][module] = {
                name: corrected(module, name, rule) for name, rule in names.items() if name in inputs and rule
            }
            sources.append(f"@azure/arm-{package} {version}")
        if module in PYPI:
            package = ".".join(PYPI[module].split(".")[:3]).replace(".", "-")
            layer = (package, matched(module, from_pypi(PYPI[module]), reached))
            layers.insert(len(layers) - 1 if module in NEWER_IN_PYPI else len(layers), layer)
            sources += _installed(package)
        table["types"][module] = merged(module, layers, report)
        table["sources"][module] = sources
    return {
        "sdk": importlib.metadata.version(SDK),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        **table,
    }


def corrected(module: str, name: str, rule: Constraint) -> Constraint:
    """The constraint of a path parameter without a pattern that is known to be wrong."""
    if (module, name) not in PATTERNS:
        return rule
    return {kind: value for kind, value in rule.items() if kind != "pattern"}


def _from_bicep(
    bicep: ResourceTypes, module: str, types: Types, shapes: catalogue.Catalogue
) -> tuple[Read, list[str]]:
    read: Read = {}
    versions: set[str] = set()
    for token in types.tokens:
        if token.split(":")[1] != module:
            continue
        spec = types.get(token)
        version = bicep.add(read, spec.kind, shapes.shape(token), spec.path_parameters)
        versions |= {version} if version else set()
    return read, sorted(versions)


def merged(module: str, layers: list[tuple[str, Read]], report: Any) -> Read:
    """The constraints of all layers; an earlier one wins, and a difference is reported."""
    result: Read = {}
    origin: dict[tuple[str, str, str], str] = {}
    for source, read in layers:
        for name, properties in read.items():
            for wire, constraint in properties.items():
                known: Constraint = result.setdefault(name, {}).setdefault(wire, {})
                for kind, value in constraint.items():
                    if kind not in known:
                        known[kind], origin[name, wire, kind] = value, source
                    elif known[kind] != value:
                        first = origin[name, wire, kind]
                        values = f"{known[kind]} by {first} and {value} by {source}"
                        report(f"{module}:{name}.{wire}: {kind} is {values}")
    return {
        name: {wire: rule for wire, rule in rules.items() if rule}
        for name, rules in result.items()
        if any(rules.values())
    }


def _installed(package: str) -> list[str]:
    """The package with its version, if it is there to be read."""
    try:
        return [f"{package} {importlib.metadata.version(package)}"]
    except importlib.metadata.PackageNotFoundError:
        return []
