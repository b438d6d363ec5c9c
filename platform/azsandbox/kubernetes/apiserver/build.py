"""kube-apiserver, etcd and the custom types, brought into `.tools/kubernetes` from their Go modules."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from azsandbox import paths
from azsandbox.errors import ToolchainError
from azsandbox.kubernetes.apiserver import pin
from azsandbox.pulumi.toolchain import source

MODULES = Path(__file__).with_name("module")
_COMMANDS = {
    "etcd": ("etcd", "go.etcd.io/etcd/server/v3"),
    "kube-apiserver": ("kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"),
}
_STAMP = (  # or the server calls itself v0.0.0-master
    f"-X k8s.io/component-base/version.gitVersion=v{pin.KUBERNETES} "
    f"-X k8s.io/component-base/version.gitMajor={pin.KUBERNETES.split('.')[0]} "
    f"-X k8s.io/component-base/version.gitMinor={pin.KUBERNETES.split('.')[1]}"
)
_EVERY = 30  # seconds between two signs of life
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What was brought."""

    etcd: Path
    apiserver: Path
    types: tuple[Path, ...]  # YAML files of custom types


def ensure(say: Say) -> Tools:
    """The tools of the pinned versions, built where they are missing.

    Raises:
        ToolchainError: no Go, or a build that failed; nothing half-built stays.
    """
    root, caches = paths.tools() / "kubernetes", paths.cache() / "go-kubernetes"
    built, described = f"{pin.KUBERNETES} {pin.ETCD}", " ".join(one.version for one in pin.CUSTOM)
    if not (_is(root / "versions", built) and _is(root / "types" / "versions", described)):
        _require_go()
        environment = source.build_environment(caches, os.environ)
        if not _is(root / "versions", built):
            shutil.rmtree(root, ignore_errors=True)
            for name, (module, command) in _COMMANDS.items():
                _build(root / name, module, command, environment, say)
            (root / "versions").write_text(built)
        _types(root / "types", environment, caches, described)
        shutil.rmtree(caches, ignore_errors=True)  # 4 GB that only another version would need
    return Tools(
        etcd=root / "etcd",
        apiserver=root / "kube-apiserver",
        types=tuple(sorted((root / "types").glob("*.yaml"))),
    )


def _is(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text() == wanted


def _require_go() -> None:
    found = source.go_version()
    if found is None or found < source.GO_NEEDED:
        have = "no Go here" if found is None else f"Go {found[0]}.{found[1]} is too old"
        needed = ".".join(map(str, source.GO_NEEDED))
        raise ToolchainError(
            f"{have}: the API server is compiled from its module, with Go {needed} or newer (https://go.dev/dl)"
        )


def _build(target: Path, module: str, command: str, environment: Mapping[str, str], say: Say) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    arguments = [
        *("go", "build", "-mod=readonly", "-trimpath"),
        *("-ldflags", f"-s -w {_STAMP if module == 'kubernetes' else ''}".strip()),
        *("-o", str(unfinished), command),
    ]
    try:
        _run(arguments, MODULES / module, environment, f"building {target.name}", say)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _types(target: Path, environment: Mapping[str, str], folder: Path, versions: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name("types.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    environment = {**environment, "GOSUMDB": "off"}  # each is held against our own pin
    for one in pin.CUSTOM:
        command = ["go", "mod", "download", "-json", f"{one.module}@{one.version}"]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ToolchainError(
                f"{one.module} {one.version} can't be had: {_last(done.stdout + done.stderr)}"
            )
        found = json.loads(done.stdout)
        if found["Sum"] != one.checksum:
            raise ToolchainError(
                f"{one.module} {one.version} has checksum {found['Sum']}, not {one.checksum}"
            )
        for file in sorted((Path(found["Dir"]) / one.folder).glob(one.files)):
            (unfinished / file.name).write_bytes(file.read_bytes())
    (unfinished / "versions").write_text(versions)
    shutil.rmtree(target, ignore_errors=True)
    unfinished.replace(target)


def _run(command: list[str], folder: Path, environment: Mapping[str, str], what: str, say: Say) -> None:
    """Run politely; a sign of life now and then, since Go says nothing while it compiles."""
    nice = ["nice", "-n", "5"] if shutil.which("nice") else []
    started = time.monotonic()
    say(f"{what} …")
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
                _, said = process.communicate(timeout=_EVERY)
                break
            except subprocess.TimeoutExpired:
                say(f"{what}: {time.monotonic() - started:.0f} s")
    if process.returncode:
        raise ToolchainError(f"{what} failed: {_last(said)}")


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " | ".join(lines[-3:]) or "no output"
