"""`python -m azsandbox.specifications`: reads the published clients, writes the table anew.

Needs node and npm with access to the npm registry; of the azure-mgmt packages it reads the installed ones.
Where both constrain the same property, what only one of them says is added; where they contradict each other,
the newer API version wins and the difference is reported.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import importlib.metadata
import inspect
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from azsandbox import files
from azsandbox.arm.catalogue import Types
from azsandbox.schema import catalogue
from azsandbox.schema.specifications.table import FILE, SDK, Constraint, SpecificationError
from azsandbox.services import all_types

# The newest release of each package that still carries mappers: later ones are generated without constraints.
NPM = {
    "applicationinsights": ("appinsights", "5.0.0-beta.8"),
    "authorization": ("authorization", "9.0.0"),
    "compute": ("compute", "23.3.0"),
    "consumption": ("consumption", "9.2.0"),
    "containerregistry": ("containerregistry", "11.0.0"),
    "containerservice": ("containerservice", "24.1.0"),
    "eventgrid": ("eventgrid", "14.1.0"),
    "eventhub": ("eventhub", "5.2.0"),
    "keyvault": ("keyvault", "4.0.0"),
    "kubernetesconfiguration": ("kubernetesconfiguration", "6.1.0"),
    "machinelearningservices": ("machinelearning", "2.1.1"),
    "managedidentity": ("msi", "2.2.0"),
    "monitor": ("monitor", "7.0.0"),
    "network": ("network", "36.0.0"),
    "operationalinsights": ("operationalinsights", "9.0.0"),
    "privatedns": ("privatedns", "3.2.0"),
    "resources": ("resources", "7.0.0"),
    "storage": ("storage", "19.1.0"),
}
PYPI = {
    "authorization": "azure.mgmt.authorization.models",
    "eventgrid": "azure.mgmt.eventgrid.models",
    "kubernetesconfiguration": "azure.mgmt.kubernetesconfiguration.v2022_11_01.models",
    "machinelearningservices": "azure.mgmt.machinelearningservices.models",
    "monitor": "azure.mgmt.monitor.models",
}
_NEWER_IN_PYPI = frozenset({"machinelearningservices"})  # npm's is of API version 2022-10-01
_FROM_NPM = {
    "InclusiveMinimum": "minimum",
    "InclusiveMaximum": "maximum",
    "MinLength": "minLength",
    "MaxLength": "maxLength",
    "Pattern": "pattern",
    "MinItems": "minItems",
    "MaxItems": "maxItems",
    "UniqueItems": "uniqueItems",
    "MultipleOf": "multipleOf",
}
_FROM_PYPI = {
    "minimum": "minimum",
    "maximum": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
    "min_items": "minItems",
    "max_items": "maxItems",
    "unique": "uniqueItems",
    "multiple": "multipleOf",
}
_NOT_EMPTY = "[a-zA-Z0-9_]"
"""What Azure ML's specification says of every required text. The service takes `/` all the same, as public
deployments show (azureml-examples: `liveness_route: path: /`), so it is read as "not empty"."""
Read = dict[str, dict[str, Constraint]]
"""Constraints by type and wire name."""


def from_npm(package: str, version: str, folder: Path) -> tuple[Read, dict[str, Constraint]]:
    """Constraints of a package's models, and of its path parameters.

    Raises:
        SpecificationError: npm or node is missing, or the package can't be had.
    """
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise SpecificationError("npm and node are needed to read @azure/arm-*: install Node.js 20 or newer")
    name = f"@azure/arm-{package}@{version}"
    packed = subprocess.run(
        [npm, "pack", "--silent", name], cwd=folder, capture_output=True, text=True, check=False
    )
    archive = folder / packed.stdout.strip()
    if packed.returncode or not archive.is_file():
        raise SpecificationError(f"{name} can't be had: {' '.join(packed.stderr.split())[:200]}")
    shutil.unpack_archive(archive, folder, filter="data")
    (folder / "package" / "package.json").write_text('{"type": "module"}')
    built = next(iter(sorted((folder / "package").glob("dist*/**/models/mappers.js"))), None)
    if built is None:
        raise SpecificationError(f"{name} has no mappers: name an older version")
    script = FILE.with_name("mappers.mjs")
    dumped = subprocess.run(
        [node, str(script), str(built.parents[1])], capture_output=True, text=True, check=False
    )
    if dumped.returncode:
        raise SpecificationError(f"{name} can't be read: {dumped.stderr.strip().splitlines()[-1]}")
    content = json.loads(dumped.stdout)
    types = {name: dict(_properties(properties)) for name, properties in content["types"].items()}
    return types, {name: _constraint(value, _FROM_NPM) for name, value in content["names"].items()}


def _properties(properties: Mapping[str, Any]) -> Iterator[tuple[str, Constraint]]:
    for name, mapper in properties.items():
        constraint = _constraint(mapper.get("constraints") or {}, _FROM_NPM)
        wire = re.split(r"(?<!\\)\.", mapper.get("serializedName") or name)[-1].replace("\\.", ".")
        if constraint:
            yield wire, constraint


def from_pypi(module: str) -> Read:
    """Constraints of an installed azure-mgmt package's models; none where it is not installed."""
    try:
        models = importlib.import_module(module)
    except ImportError:
        return {}
    read: Read = {}
    for name, model in inspect.getmembers(models, inspect.isclass):
        attributes: Mapping[str, Any] = getattr(model, "_attribute_map", {})
        for attribute, rules in getattr(model, "_validation", {}).items():
            constraint = _constraint(rules, _FROM_PYPI)
            if constraint and attribute in attributes:
                wire = attributes[attribute]["key"].replace("\\\\.", "\0").rpartition(".")[2]
                read.setdefault(name, {})[wire.replace("\0", ".")] = constraint
    return read


def _constraint(rules: Mapping[str, Any], names: Mapping[str, str]) -> Constraint:
    constraint = {names[key]: value for key, value in rules.items() if key in names}
    if constraint.get("pattern") == _NOT_EMPTY:
        del constraint["pattern"]
        constraint.setdefault("minLength", 1)
    return constraint


def reachable(modules: Iterable[str], types: Types, shapes: catalogue.Catalogue) -> dict[str, set[str]]:
    """Wire names by catalogue type (`network:Subnet`), of all that a modelled resource's inputs can hold."""
    reached: dict[str, set[str]] = {}
    for token in types.tokens:
        if token.split(":")[1] not in modules:
            continue
        shape = shapes.shape(token)
        module = token.split(":")[1]
        reached[f"{module}:{token.rpartition(':')[2]}"] = set(shape.inputs["props"])
        waiting = [shape.inputs]
        while waiting:
            for key in _references(waiting.pop()):
                name = f"{key.partition('.')[0]}:{key.rpartition(':')[2].removesuffix('Args')}"
                if name not in reached:
                    reached[name] = set(shape.types[key]["props"])
                    waiting.append(shape.types[key])
    return reached


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("ref"), str):
            yield value["ref"]
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def matched(module: str, read: Read, reached: Mapping[str, set[str]]) -> Read:
    """The part of `read` that constrains something a program can write, under the catalogue's names.

    A client calls what is sent `VaultCreateOrUpdateParameters` where azure-native says `Vault`.
    """
    result: Read = {}
    for name, wires in reached.items():
        home, _, type_name = name.partition(":")
        if home != module:
            continue
        aliases = (type_name, f"{type_name}CreateOrUpdateParameters", f"{type_name}CreateParameters")
        for alias in aliases:
            for wire, constraint in read.get(alias, {}).items():
                if wire in wires:
                    result.setdefault(type_name, {}).setdefault(wire, constraint)
    return result


def build(report: Any = print) -> dict[str, Any]:
    """The whole table; differences between sources are reported.

    Raises:
        SpecificationError: a package can't be had.
    """
    types, shapes = all_types(), catalogue.shared()
    shapes.ensure(types.modules)
    reached = reachable(types.modules, types, shapes)
    table: dict[str, Any] = {"types": {}, "names": {}, "sources": {}}
    for module in types.modules:
        sources: list[str] = []
        constraints: Read = {}
        if module in NPM:
            package, version = NPM[module]
            with tempfile.TemporaryDirectory() as folder:
                read, names = from_npm(package, version, Path(folder))
            constraints = matched(module, read, reached)
            inputs = {
                wire for name, wires in reached.items() if name.startswith(f"{module}:") for wire in wires
            }
            table["names"][module] = {name: rule for name, rule in names.items() if name in inputs and rule}
            sources.append(f"@azure/arm-{package} {version}")
        if module in PYPI:
            package = ".".join(PYPI[module].split(".")[:3]).replace(".", "-")
            for name, properties in matched(module, from_pypi(PYPI[module]), reached).items():
                for wire, constraint in properties.items():
                    known = constraints.setdefault(name, {}).get(wire, {})
                    for kind in sorted(known.keys() & constraint.keys()):
                        if known[kind] != constraint[kind]:
                            report(
                                f"{module}:{name}.{wire}: {kind} is {known[kind]} by npm "
                                f"and {constraint[kind]} by {package}"
                            )
                    newer = module in _NEWER_IN_PYPI
                    constraints[name][wire] = {**known, **constraint} if newer else {**constraint, **known}
            sources += _installed(package)
        table["types"][module] = constraints
        table["sources"][module] = sources
    return {
        "sdk": importlib.metadata.version(SDK),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        **table,
    }


def _installed(package: str) -> list[str]:
    """The package with its version, if it is there to be read."""
    try:
        return [f"{package} {importlib.metadata.version(package)}"]
    except importlib.metadata.PackageNotFoundError:
        return []


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m azsandbox.specifications", description=__doc__)
    parser.add_argument("--out", type=Path, default=FILE)
    out = parser.parse_args().out
    try:
        table = build()
    except SpecificationError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the user's one line
        return error.exit_code
    files.write_text(out, json.dumps(table, indent=1, sort_keys=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
