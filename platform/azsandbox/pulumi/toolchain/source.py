"""Builds the CLI from its published Go module, if the official installer can't be reached.

The module file and its checksums are part of the checkout, so the build uses exactly the tested versions. The
module cache and the build cache are in `.cache/go` and removed afterwards: nothing outside the checkout is
written.
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
PACKAGES = 1950  # compiled for this version, including the standard library: 100 % of the progress
REPORT_INTERVAL = 20  # seconds
Progress = Callable[[str], None]
"""Called with each line of progress."""


def go_version() -> tuple[int, int] | None:
    """The version of the installed Go; None if Go is not installed."""
    if shutil.which("go") is None:
        return None
    output = subprocess.run(["go", "version"], capture_output=True, text=True, check=False).stdout  # noqa: S607 - PATH
    match = re.search(r"go(\d+)\.(\d+)", output)
    return (int(match[1]), int(match[2])) if match else None


def build_environment(caches: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """The inherited environment, for its proxy and certificates, with our own folders and settings for Go."""
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


def build(root: Path, progress: Progress) -> None:
    """Compile into `root`/bin/pulumi, which is replaced only by a complete binary.

    Raises:
        ToolchainError: Go is missing or too old, or the build failed.
    """
    version = go_version()
    if version is None or version < GO_NEEDED:
        state = "Go is not installed" if version is None else f"Go {version[0]}.{version[1]} is too old"
        raise ToolchainError(f"{state}; the build needs Go {GO_NEEDED[0]}.{GO_NEEDED[1]} or newer")
    caches = paths.cache() / "go"
    work = caches / "pulumi"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(MODULE, work)
    (root / "bin").mkdir(parents=True, exist_ok=True)
    target = root / "bin" / "pulumi"
    unfinished = target.with_name("pulumi.unfinished")  # Go writes the binary: `files` can't
    version_flag = f"-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{VERSION}"
    command = [
        "go",
        "build",
        "-v",
        "-mod=readonly",
        "-trimpath",
        "-ldflags",
        f"-s -w {version_flag}",
        "-o",
        str(unfinished),
        COMMAND,
    ]
    try:
        _run(command, work, build_environment(caches, os.environ), progress)
        unfinished.replace(target)
        shutil.rmtree(caches, ignore_errors=True)  # 3 GB that only another version would need
    finally:
        unfinished.unlink(missing_ok=True)


def _run(command: list[str], folder: Path, environment: dict[str, str], progress: Progress) -> None:
    """Run the build with low priority, and turn Go's list of packages into lines of progress."""
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
            if time.monotonic() - last >= REPORT_INTERVAL:
                last = time.monotonic()
                percent = min(99, round(100 * compiled / PACKAGES))
                counts = f"{downloads} modules, {compiled} packages compiled ({percent} %)"
                progress(f"  {last - started:4.0f} s: {counts}")
    if process.returncode:
        raise ToolchainError(f"go build of {COMMAND} {VERSION} failed: {' | '.join(tail)}")
