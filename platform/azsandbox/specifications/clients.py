"""Constraints in published clients: the mappers of npm's `@azure/arm-*`, `_validation` of azure-mgmt models.

Needs node and npm with access to the npm registry; of the azure-mgmt packages it reads the installed ones.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from azsandbox.schema.specifications.table import FILE, Constraint, SpecificationError

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
NEWER_IN_PYPI = frozenset({"machinelearningservices"})  # npm's is of API version 2022-10-01
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
