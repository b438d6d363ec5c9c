"""Installs kube-apiserver and etcd into `.tools/kubernetes`, with Argo's definitions.

The binaries are the official archive of controller-tools, or built from their Go modules where that can't be
reached; the definitions always come from Argo's Go modules.

Binaries are written by the Go compiler and the definitions are a whole folder, so neither can use
`azsandbox.files`: each is written next to its target and replaces it when it is complete.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from azsandbox import files, paths
from azsandbox.errors import ToolchainError
from azsandbox.kubernetes.apiserver import official, pin
from azsandbox.pulumi.toolchain import source

_BINARIES = f"{pin.KUBERNETES} {pin.ETCD}"
_TYPES = " ".join(module.version for module in pin.DEFINITION_MODULES)
MODULES = Path(__file__).with_name("module")
_COMMANDS = {
    "etcd": ("etcd", "go.etcd.io/etcd/server/v3"),
    "kube-apiserver": ("kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"),
}
_VERSION_FLAGS = (  # otherwise the server reports version v0.0.0-master
    f"-X k8s.io/component-base/version.gitVersion=v{pin.KUBERNETES} "
    f"-X k8s.io/component-base/version.gitMajor={pin.KUBERNETES.split('.')[0]} "
    f"-X k8s.io/component-base/version.gitMinor={pin.KUBERNETES.split('.')[1]}"
)
_REPORT_INTERVAL = 30  # seconds
OFFICIAL = "the official archive of controller-tools"
BUILT = "built from its Go module"
MISSING = (
    f"the Kubernetes API server {pin.KUBERNETES} is not installed: "
    "run azsandbox tools --kubernetes apiserver (make apiserver-tools)"
)


@dataclass(frozen=True, kw_only=True)
class Tools:
    """The installed binaries and definitions."""

    etcd: Path
    apiserver: Path
    definitions: tuple[Path, ...]  # YAML files
    version: str = pin.KUBERNETES
    origin: str = BUILT


def root() -> Path:
    return paths.tools() / "kubernetes"


def find() -> Tools | None:
    """The tools of the pinned versions, if they are installed."""
    if not (
        _is_current(root() / "versions", _BINARIES) and _is_current(root() / "types" / "versions", _TYPES)
    ):
        return None
    file = root() / "origin"
    version, _, origin = (
        file.read_text().strip().partition(" ") if file.is_file() else (pin.KUBERNETES, "", BUILT)
    )
    return Tools(
        etcd=root() / "etcd",
        apiserver=root() / "kube-apiserver",
        definitions=tuple(sorted((root() / "types").glob("*.yaml"))),
        version=version,
        origin=origin,
    )


def ensure(progress: source.Progress) -> Tools:
    """The tools of the pinned versions; what is missing is downloaded, or built.

    Raises:
        ToolchainError: they can be neither downloaded nor built; no incomplete file is left.
    """
    if not _is_current(root() / "versions", _BINARIES):
        shutil.rmtree(root(), ignore_errors=True)
        version, origin = _install_binaries(progress)
        files.write_text(root() / "origin", f"{version} {origin}\n")
        files.write_text(root() / "versions", _BINARIES)
    if not _is_current(root() / "types" / "versions", _TYPES):
        _require_go("Argo's definitions are downloaded as Go modules")
        _download_definitions(
            root() / "types", source.build_environment(_caches(), os.environ), _caches(), _TYPES
        )
    shutil.rmtree(_caches(), ignore_errors=True)  # 4 GB that only another version would need
    tools = find()
    assert tools is not None  # noqa: S101 - both stamps have just been written
    return tools


def _install_binaries(progress: source.Progress) -> tuple[str, str]:
    """The version and the origin of the binaries."""
    failure = f"{official.host()} can't be reached"
    if official.reachable():
        progress(f"Kubernetes API server: downloading {OFFICIAL}")
        try:
            return official.install(root()), OFFICIAL
        except ToolchainError as error:
            failure = str(error)
    progress(f"Kubernetes API server: {failure}; building it from its Go module (6 minutes on two cores)")
    _require_go("the API server is built from its Go module")
    environment = source.build_environment(_caches(), os.environ)
    for name, (module, command) in _COMMANDS.items():
        _build(root() / name, module, command, environment, progress)
    return pin.KUBERNETES, BUILT


def _caches() -> Path:
    return paths.cache() / "go-kubernetes"


def _is_current(stamp: Path, versions: str) -> bool:
    return stamp.is_file() and stamp.read_text() == versions


def _require_go(reason: str) -> None:
    version = source.go_version()
    if version is None or version < source.GO_NEEDED:
        state = "Go is not installed" if version is None else f"Go {version[0]}.{version[1]} is too old"
        needed = ".".join(map(str, source.GO_NEEDED))
        raise ToolchainError(f"{state}: {reason}, which needs Go {needed} or newer (https://go.dev/dl)")


def _build(
    target: Path, module: str, command: str, environment: Mapping[str, str], progress: source.Progress
) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    arguments = [
        *("go", "build", "-mod=readonly", "-trimpath"),
        *("-ldflags", f"-s -w {_VERSION_FLAGS if module == 'kubernetes' else ''}".strip()),
        *("-o", str(unfinished), command),
    ]
    try:
        _run(arguments, MODULES / module, environment, f"building {target.name}", progress)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _download_definitions(target: Path, environment: Mapping[str, str], folder: Path, versions: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name("types.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    environment = {**environment, "GOSUMDB": "off"}  # each is compared with the pinned checksum
    for module in pin.DEFINITION_MODULES:
        command = ["go", "mod", "download", "-json", f"{module.module}@{module.version}"]
        result = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if result.returncode:
            raise ToolchainError(
                f"{module.module} {module.version} can't be downloaded: "
                f"{_last_lines(result.stdout + result.stderr)}"
            )
        download = json.loads(result.stdout)
        if download["Sum"] != module.checksum:
            raise ToolchainError(
                f"{module.module} {module.version} has checksum {download['Sum']}, not {module.checksum}"
            )
        for file in sorted((Path(download["Dir"]) / module.folder).glob(module.files)):
            (unfinished / file.name).write_bytes(file.read_bytes())
    files.write_text(unfinished / "versions", versions)
    shutil.rmtree(target, ignore_errors=True)
    unfinished.replace(target)


def _run(
    command: list[str], folder: Path, environment: Mapping[str, str], what: str, progress: source.Progress
) -> None:
    """Run with low priority and report progress by time, since Go prints nothing while it compiles."""
    nice = ["nice", "-n", "5"] if shutil.which("nice") else []
    started = time.monotonic()
    progress(f"{what} …")
    with subprocess.Popen(
        [*nice, *command],
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while True:
            try:
                _, errors = process.communicate(timeout=_REPORT_INTERVAL)
                break
            except subprocess.TimeoutExpired:
                progress(f"{what}: {time.monotonic() - started:.0f} s")
    if process.returncode:
        raise ToolchainError(f"{what} failed: {_last_lines(errors)}")


def _last_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " | ".join(lines[-3:]) or "no output"
