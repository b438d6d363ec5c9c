"""The catalogue of resource shapes, built once per SDK version and module and then read from a file.

Building imports the SDK (seconds, hundreds of MB), so it happens in a process of its own; the provider and
the policy pack only read JSON.
"""

from __future__ import annotations

import functools
import importlib.metadata
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azsandbox import files, paths
from azsandbox.errors import NotModelledError, SandboxError
from azsandbox.schema.corrections import ENUMS

PACKAGE = "pulumi_azure_native"
FORMAT = 3  # raise when the files' content changes its meaning

Shape = dict[str, Any]


@dataclass(frozen=True)
class ResourceShape:
    """Inputs and outputs of one resource type, with the nested types that they refer to."""

    token: str
    inputs: Shape
    outputs: Shape
    types: dict[str, Shape]
    api_version: str


class Catalogue:
    """Shapes by token; a module's file is read when its first type is asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        version = importlib.metadata.version(PACKAGE.replace("_", "-"))
        self.version = version
        self.folder = folder or paths.cache() / "azsandbox" / "schema" / f"azure-native-{version}-{FORMAT}"
        self._resources: dict[str, ResourceShape] = {}
        self._loaded: set[str] = set()

    def shape(self, token: str) -> ResourceShape:
        module = token.split(":")[1]
        if module not in self._loaded:
            self._load(module)
        try:
            return self._resources[token]
        except KeyError:
            raise NotModelledError(
                f"pulumi-azure-native {self.version} has no resource type {token}"
            ) from None

    def ensure(self, modules: Iterable[str]) -> list[str]:
        """Build what is missing, all in one process; the names of the modules that were built."""
        missing = sorted({module for module in modules if not self._file(module).is_file()})
        if missing:
            command = [sys.executable, "-m", "azsandbox.schema.catalogue", str(self.folder), *missing]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                lines = done.stderr.strip().splitlines()
                why = lines[-1] if lines else "no output"
                raise SandboxError(f"reading the schema of {', '.join(missing)} failed: {why}")
        return missing

    def _file(self, module: str) -> Path:
        return self.folder / f"{module}.json"

    def _load(self, module: str) -> None:
        self.ensure([module])
        content = json.loads(self._file(module).read_text())
        types = content["types"]
        for (key, name), values in ENUMS.items():
            if key in types:
                types[key]["props"][name]["enum"] = list(values)
        for token, keys in content["resources"].items():
            shapes = types[keys["inputs"]], types[keys["outputs"]]
            self._resources[token] = ResourceShape(token, *shapes, types, keys["api"])
        self._loaded.add(module)


@functools.cache
def shared() -> Catalogue:
    return Catalogue()


def build(folder: Path, modules: Iterable[str]) -> None:
    """Write one file per module; whole or not at all, so that two builders can't harm each other."""
    from azsandbox.schema.introspect import Reader, classes  # noqa: PLC0415 - imports the Pulumi SDK

    known = classes(PACKAGE)
    for module in modules:
        reader = Reader(PACKAGE)
        for token in known:
            if token.split(":")[1] == module:
                reader.add(token)
        files.write_json(folder / f"{module}.json", {"resources": reader.resources, "types": reader.types})


if __name__ == "__main__":
    build(Path(sys.argv[1]), sys.argv[2:])
