"""The catalogue of resource shapes: built once per SDK version and module, then read from a file.

Building imports the SDK, which takes seconds and hundreds of MB, so it happens in a process of its own; the
provider reads JSON only.
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

from azsandbox import files, paths
from azsandbox.errors import NotModelledError, SandboxError
from azsandbox.schema.corrections import ENUMS
from azsandbox.schema.shapes import Shape

PACKAGE = "pulumi_azure_native"
FORMAT = 3  # raise it when the meaning of the files' content changes

"""An object: {"props": {name: Shape}, "required": [name]}; or a property: {"type": …, "enum": […],
"closed": bool}, {"ref": key}, {"oneOf": [Shape]} or {"any": true}."""


@dataclass(frozen=True)
class ResourceShape:
    """The inputs and outputs of one resource type, with the nested types that they refer to."""

    token: str
    inputs: Shape
    outputs: Shape
    types: dict[str, Shape]
    api_version: str


class Catalogue:
    """Shapes by token; the file of a module is read when one of its types is first requested."""

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
        """Build the files that are missing, in one process; return the modules that were built."""
        missing = sorted({module for module in modules if not self._file(module).is_file()})
        if missing:
            command = [sys.executable, "-m", "azsandbox.schema.catalogue", str(self.folder), *missing]
            process = subprocess.run(command, capture_output=True, text=True, check=False)
            if process.returncode:
                lines = process.stderr.strip().splitlines()
                reason = lines[-1] if lines else "it printed nothing"
                raise SandboxError(
                    f"the schema of {', '.join(missing)} could not be read from {PACKAGE}: {reason}"
                )
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
    """Write one file per module, atomically, so that two processes may build at the same time."""
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
