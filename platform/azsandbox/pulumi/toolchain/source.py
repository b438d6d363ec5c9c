"""The CLI built from its published Go module, where the official installer is out of reach.

The module file and its checksums are part of the checkout, so the build takes exactly what was tried. Module
cache and build cache lie under `.cache/go`: nothing outside of the checkout is
written, and nothing but the CLI stays.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from azsandbox import paths
from azsandbox.errors import ToolchainError
from azsandbox.pulumi.toolchain.pin import VERSION

MODULE = Path(__file__).with_name("module")
COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
GO_NEEDED = (1, 26)
PACKAGES = 1950  # compiled for this version, standard library included: what the progress counts against
EVERY = 20  # seconds between two lines of progress


def go_version() -> tuple[int, int] | None:
    """The installed Go, or None."""
    if shutil.which("go") is None:
        return None
    said = subprocess.run(["go", "version"], capture_output=True, text=True, check=False).stdout  # noqa: S607 - PATH
    found = re.search(r"go(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else None


def build_environment(caches: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """The user's proxy and certificates, but no Go folder or setting that could change the build."""
    ours = {
        "GOPATH": str(caches / "path"),
        "GOMODCACHE": str(caches / "path" / "pkg" / "mod"),
        "GOCACHE": str(caches / "build"),
        "GOBIN": "",
        "GOFLAGS": "-modcacherw",  # so that `make clean` can remove it
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }
    return {**inherited, **ours}


def build(root: Path, say: Callable[[str], None]) -> None:
    """Compile into `root`/bin/pulumi, whole or not at all."""
    version = go_version()
    if version is None or version < GO_NEEDED:
        have = "no Go here" if version is None else f"Go {version[0]}.{version[1]} is too old"
        raise ToolchainError(f"{have}; the build needs Go {GO_NEEDED[0]}.{GO_NEEDED[1]} or newer")
    caches = paths.cache() / "go"
    work = caches / "pulumi"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(MODULE, work)
    (root / "bin").mkdir(parents=True, exist_ok=True)
    target = root / "bin" / "pulumi"
    unfinished = target.with_name("pulumi.unfinished")
    stamp = f"-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{VERSION}"
    command = [
        "go",
        "build",
        "-v",
        "-mod=readonly",
        "-trimpath",
        "-ldflags",
        f"-s -w {stamp}",
        "-o",
        str(unfinished),
        COMMAND,
    ]
    try:
        _run(command, work, build_environment(caches, os.environ), say)
        unfinished.replace(target)
        shutil.rmtree(caches, ignore_errors=True)  # 3 GB that only another version would need
    finally:
        unfinished.unlink(missing_ok=True)


def _run(command: list[str], folder: Path, environment: dict[str, str], say: Callable[[str], None]) -> None:
    """Run the build politely, turning Go's list of packages into a line of progress now and then."""
    nice = ["nice", "-n", "5"] if shutil.which("nice") else []
    started = last = time.monotonic()
    downloads = compiled = 0
    tail: list[str] = []
    with subprocess.Popen(
        [*nice, *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None  # noqa: S101 - PIPE was asked for
        for line in process.stderr:
            tail = [*tail[-4:], line.strip()]
            if line.startswith("go: downloading"):
                downloads += 1
            else:
                compiled += 1
            if time.monotonic() - last >= EVERY:
                last = time.monotonic()
                done = min(99, round(100 * compiled / PACKAGES))
                say(
                    f"  {last - started:4.0f} s: {downloads} modules, {compiled} packages compiled ({done} %)"
                )
    if process.returncode:
        raise ToolchainError(f"go build of {COMMAND} {VERSION} failed: {' | '.join(tail)}")
