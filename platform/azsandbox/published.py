"""`python -m azsandbox.published --types GIT_DIRECTORY`: writes the tables of ARM's API anew.

Types and API versions come from a clone of github.com/Azure/bicep-types-az, which Microsoft generates from
the REST specifications; operations from the azure-mgmt packages that are installed. A version that only an
installed client, azure-cli (`--cli`) or pulumi-azure-native names is added.
"""

from __future__ import annotations

import argparse
import ast
import datetime as dt
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azsandbox import files
from azsandbox.arm.catalogue import Types
from azsandbox.arm_api.published.table import OPERATIONS, TYPES
from azsandbox.schema import catalogue
from azsandbox.services import all_types

_HEADING = re.compile(r"^## Resource ([^@\n]+)@(\S+)$", re.MULTILINE)
_URL = re.compile(r"_url = (?:kwargs\.pop\('template_url', )?'([^']*)'")
_METHOD = re.compile(r"method='(\w+)'")
_ARGUMENT = re.compile(r"'(\w+)': _SERIALIZER\.url\('(\w+)'")
_OF_CLI = re.compile(r'\["mgmt-plane", "([^"]+)", "(\d{4}-\d{2}-\d{2}(?:-preview)?)"\]')
_VERSION = re.compile(r"'api-version'(?:, _params\.pop\('api-version')?, '([\w-]+)'")
_BUILDER = re.compile(r"= (build_\w+)\(")
_STATUSES = re.compile(r"response\.status_code not in \[([\d, ]+)\]")
_PARAMETER = re.compile(r"\{\w+\}")
_DELAY = dt.timedelta(days=120)  # from a version's date to its types in bicep-types-az
Versions = dict[str, set[str]]


@dataclass(frozen=True)
class ClientOperation:
    """One method of an operations class: `VaultsOperations.begin_create_or_update`."""

    client: str
    owner: str
    name: str
    method: str
    url: str
    version: str
    arguments: Mapping[str, str]  # argument of the method → the URL's parameter that it fills
    statuses: tuple[int, ...]
    shows: bool  # it reads a resource from the answer

    @property
    def long(self) -> bool:
        return self.name.endswith("_initial")

    @property
    def kind(self) -> str:
        """The ARM type of the URL, with the variable segments that a type has."""
        return kind_of(self.url)


def kind_of(path: str) -> str:
    """The ARM type of a path; a variable segment in a type's place stays, without its name."""
    _, separator, tail = path.rstrip("/").rpartition("/providers/")
    if not separator:
        return "Microsoft.Resources/resourceGroups" if "/resource" in path.lower() else ""
    namespace, *rest = tail.split("/")
    return _PARAMETER.sub("{}", "/".join([namespace, *rest[::2]])).partition("?")[0]


def operations(package: str = "azure.mgmt") -> Iterator[ClientOperation]:
    """Every operation of the installed clients, parsed and not imported."""
    spec = importlib.util.find_spec(package)
    for base in spec.submodule_search_locations or () if spec else ():
        for file in sorted(Path(base).rglob("operations/*.py")):
            if "aio" not in file.parts:
                yield from _read(file, str(file.parent.parent.relative_to(base)))


def _read(file: Path, client: str) -> Iterator[ClientOperation]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of their docstrings
        tree = ast.parse(file.read_text(encoding="utf-8"))
    builders: dict[str, tuple[str, str, str, dict[str, str]]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("build_"):
            source = ast.unparse(node)
            url, method, version = _URL.search(source), _METHOD.search(source), _VERSION.search(source)
            if url and method:
                arguments = {argument: name for name, argument in _ARGUMENT.findall(source)}
                builders[node.name] = (method[1], url[1], version[1] if version else "", arguments)
    for owner in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        for node in owner.body:
            if not isinstance(node, ast.FunctionDef):
                continue
            source = ast.unparse(node)
            builder, statuses = _BUILDER.search(source), _STATUSES.search(source)
            if builder and statuses and builder[1] in builders:
                numbers = tuple(int(status) for status in statuses[1].split(","))
                yield ClientOperation(
                    client, owner.name, node.name, *builders[builder[1]], numbers, "deserialized = " in source
                )


def types_of(directory: Path) -> tuple[Versions, str, dt.date]:
    """The API versions of every ARM type, the commit that they are of, and its date."""

    def git(*arguments: str, text: str = "") -> str:
        process = subprocess.run(
            [shutil.which("git") or "git", "-C", str(directory), *arguments],
            input=text,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        return process.stdout

    listed = [line.split() for line in git("ls-tree", "-r", "HEAD", "generated").splitlines()]
    pages = [row[2] for row in listed if row[3].endswith("/types.md")]
    versions: Versions = {}
    for kind, version in _HEADING.findall(git("cat-file", "--batch", text="\n".join(pages))):
        versions.setdefault(kind, set()).add(version)
    commit, date = git("log", "-1", "--format=%H %cs").split()
    return versions, commit, dt.date.fromisoformat(date)


def versions_of_cli(folder: Path) -> Iterator[tuple[str, str]]:
    """(ARM type, API version) of every path that the commands of an installed azure-cli name."""
    for file in sorted(folder.rglob("aaz/latest/**/*.py")):
        for path, version in _OF_CLI.findall(file.read_text(encoding="utf-8")):
            kind = kind_of(path)
            if "{" not in kind and "/" in kind:
                yield kind, version


def build(directory: Path, cli: Path | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The table of types and the table of operations."""
    types = all_types()
    raw, commit, snapshot = types_of(directory)
    names: dict[str, str] = {}
    versions: Versions = {}
    for kind, known in raw.items():
        names.setdefault(kind.lower(), kind)
        versions.setdefault(kind.lower(), set()).update(known)
    clients = list(operations())
    for operation in clients:
        if "{" not in operation.kind and operation.version and operation.kind.lower() in versions:
            versions[operation.kind.lower()].add(operation.version)
    for kind, version in versions_of_cli(cli) if cli else ():
        if kind.lower() in versions:
            versions[kind.lower()].add(version)
    for kind, known in _of_sdk(types):
        names[kind.lower()] = kind
        versions.setdefault(kind.lower(), set()).update(known)
    date = dt.datetime.now(dt.UTC).date().isoformat()
    source = f"github.com/Azure/bicep-types-az at {commit}, pulumi-azure-native, azure-mgmt-*, azure-cli"
    answered = {operation.kind for operation in clients if operation.kind.count("/")} - {""}
    others = sorted(kind for kind in answered if kind.lower() not in versions and "{}" not in kind)
    return (
        {
            "date": date,
            "source": source,
            "complete_until": (snapshot - _DELAY).isoformat(),
            **_packed(names, versions),
        },
        {"date": date, "operations": _modelled(types, clients), "answered": others},
    )


def _of_sdk(types: Types) -> Iterator[tuple[str, set[str]]]:
    """The version that azure-native itself uses for a modelled type."""
    shapes = catalogue.shared()
    shapes.ensure(types.modules)
    for token in types.tokens:
        spec = types.get(token)
        version = shapes.shape(token).api_version
        if version and "{" not in spec.kind:
            yield spec.kind, {version}


def _packed(names: dict[str, str], versions: Versions) -> dict[str, Any]:
    """Equal lists of versions are written once."""
    lists = sorted({tuple(sorted(known)) for known in versions.values()})
    numbers = {known: number for number, known in enumerate(lists)}
    packed: dict[str, dict[str, int]] = {}
    for kind in sorted(versions):
        namespace, _, name = names[kind].partition("/")
        spelled = next((known for known in packed if known.lower() == namespace.lower()), namespace)
        packed.setdefault(spelled, {})[name] = numbers[tuple(sorted(versions[kind]))]
    return {"versions": [" ".join(known).split() for known in lists], "types": packed}


def _modelled(types: Types, clients: Iterable[ClientOperation]) -> dict[str, Any]:
    """Method → statuses of each modelled type; of several clients the one with the newest version counts."""
    paths = [(_expression(types.get(token).path), types.get(token).kind) for token in types.tokens]
    newest: dict[tuple[str, str], str] = {}
    table: dict[str, dict[str, Any]] = {}
    for operation in clients:
        kind = next((kind for path, kind in paths if path.fullmatch(operation.url.strip("/"))), None)
        if kind is None or newest.get((kind, operation.method), "") > operation.version:
            continue
        newest[kind, operation.method] = operation.version
        entry: dict[str, Any] = {"statuses": list(operation.statuses)}
        if operation.long:
            entry["long"] = True
        if operation.shows and operation.method == "DELETE" and not operation.long:
            entry["shows"] = True
        table.setdefault(kind, {})[operation.method] = entry
    return table


def _expression(path: str) -> re.Pattern[str]:
    """The URLs of this path: where it has a parameter, a URL has one too, or a fixed name (`default`)."""
    return re.compile(_PARAMETER.sub("[^/]+", path.strip("/")), re.IGNORECASE)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m azsandbox.published", description=__doc__)
    parser.add_argument("--types", type=Path, required=True)
    parser.add_argument("--cli", type=Path, help="azure/cli of an installed azure-cli")
    options = parser.parse_args()
    types, table = build(options.types, options.cli)
    files.write_text(
        TYPES, json.dumps(types, separators=(",", ":")).replace("},", "},\n") + "\n", mode=files.PUBLIC
    )
    files.write_text(OPERATIONS, json.dumps(table, indent=1, sort_keys=True) + "\n", mode=files.PUBLIC)
    return 0


if __name__ == "__main__":
    sys.exit(main())
