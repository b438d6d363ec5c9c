"""This machine: programs and their versions, ports, disk, folders."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from roastery.doctor.examination import Examination
from roastery.doctor.model import Finding, error, ok, warning
from roastery.doctor.stack_file import StackFile

PULUMI = "3.259.0"  # of the runner's image, with which the tests run too
_SECONDS = 60  # `az version` takes some when it starts for the first time
_VERSION = re.compile(r"(\d+\.\d+(?:\.\d+)?)")
_FREE_ERROR, _FREE_WARNING = 2, 10  # GiB: an environment, the sandbox's tools, Pulumi's plugins
_FOLDERS = (".cache", ".roast")
_PORTS = {5001: "the inference server on this machine", 2746: "Argo's page, forwarded"}
_MISSING_CODE = 69


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that is started: how it says its version, the least one, and how to get it."""

    name: str
    arguments: tuple[str, ...]
    least: str
    todo: str
    required: bool = True


def python(examination: Examination) -> Iterator[Finding]:
    """The interpreter is one that the package supports."""
    del examination
    wanted = metadata.metadata("roastery")["Requires-Python"]
    version = ".".join(map(str, sys.version_info[:3]))
    if _numbers(version) >= _numbers(wanted.strip(">=")):
        yield ok(f"Python {version}")
    else:
        yield error(f"Python {version} is not {wanted}", "uv python install 3.12, then make setup")


def programs(examination: Examination) -> Iterator[Finding]:
    """The programs that the stack needs from where it is deployed."""
    for program in needed(examination.stack_file):
        yield _judge_program(program, examination.root)


def needed(stack: StackFile | None) -> list[Program]:
    """Always uv and Pulumi; the others by what the stack file says."""
    result = [
        Program(
            name="uv",
            arguments=("--version",),
            least="0.6",
            todo="pip install uv, or docs.astral.sh/uv/getting-started/installation",
            required=False,  # it builds the environment, which is there
        ),
        Program(
            name="pulumi",
            arguments=("version",),
            least=PULUMI,
            todo=f"curl -fsSL https://get.pulumi.com | sh -s -- --version {PULUMI} "
            "(for the sandbox only: make setup)",
        ),
    ]
    if stack is None:
        return result
    result.append(
        Program(
            name="az",
            arguments=("version", "--output", "tsv"),
            least="2.60",
            todo="learn.microsoft.com/cli/azure/install-azure-cli",
        )
    )
    if stack.get("cluster").get("reachable"):
        result.append(
            Program(
                name="kubelogin",
                arguments=("--version",),
                least="0.1",
                todo="az aks install-cli, or azure.github.io/kubelogin/install.html",
            )
        )
    if stack.text("argo.chart_repository").startswith("oci://"):
        # Pulumi's Kubernetes provider has its own Helm; the program is for mirroring: OCI since 3.8.
        result.append(
            Program(
                name="helm",
                arguments=("version", "--short"),
                least="3.8",
                todo="helm.sh/docs/intro/install",
                required=False,
            )
        )
    return result


def _judge_program(program: Program, root: Path) -> Finding:
    file = shutil.which(program.name) or _bundled(program.name, root)
    if file is None and not program.required:
        return warning(f"{program.name} is not on the PATH", f"install it: {program.todo}")
    if file is None:
        return error(f"{program.name} is not on the PATH", f"install it: {program.todo}", _MISSING_CODE)
    try:
        result = subprocess.run(
            [file, *program.arguments], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return error(f"{program.name} can't be started ({file})", f"install it again: {program.todo}")
    match = _VERSION.search(f"{result.stdout} {result.stderr}")
    if match is None:
        return warning(f"{program.name} does not say its version", f"{program.least} or newer is needed")
    if _numbers(match[1]) < _numbers(program.least):
        return error(
            f"{program.name} {match[1]} is older than {program.least}", f"install a newer one: {program.todo}"
        )
    return ok(f"{program.name} {match[1]}")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def _bundled(name: str, root: Path) -> str | None:
    """The Pulumi CLI that `make setup` keeps for the sandbox, or a program beside this Python."""
    for file in (Path(sys.executable).with_name(name), *sorted((root / ".tools").glob(f"*/bin/{name}"))):
        if file.is_file():
            return str(file)
    return None


def disk(examination: Examination) -> Iterator[Finding]:
    free = shutil.disk_usage(examination.root).free // 2**30
    todo = "make room: rm -rf .roast .cache gives back what the sandbox holds"
    if free < _FREE_ERROR:
        yield error(f"{free} GiB are free in {examination.root}, {_FREE_ERROR} are needed at least", todo)
    elif free < _FREE_WARNING:
        yield warning(f"{free} GiB are free in {examination.root}", todo)
    else:
        yield ok(f"{free} GiB of disk are free")


def folders(examination: Examination) -> Iterator[Finding]:
    """The folders that commands write to can be written to."""
    for name in _FOLDERS:
        folder = examination.root / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as problem:
            yield error(
                f"{folder} can't be written to: {problem.strerror}", f"chown or chmod {folder}, or remove it"
            )
        else:
            yield ok(f"{name} is writable")


def ports(examination: Examination) -> Iterator[Finding]:
    """The ports that commands listen on by default are free."""
    del examination
    for port, use in _PORTS.items():
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                yield warning(
                    f"port {port} is taken ({use})", f"end what listens there: ss -ltnp 'sport = :{port}'"
                )
            else:
                yield ok(f"port {port} is free ({use})")
