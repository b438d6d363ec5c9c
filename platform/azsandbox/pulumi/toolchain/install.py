"""Find the pinned CLI, or bring it from the first source that works."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from azsandbox import files, paths
from azsandbox.errors import ToolchainError
from azsandbox.pulumi.toolchain import official, source
from azsandbox.pulumi.toolchain.pin import VERSION

ORIGIN_FILE = "origin"
CHECKED_FILE = "checked"
INSTALLED = "from the official installer"
BUILT = "built from its Go module"
_LANGUAGE_HOST = '#!/bin/sh\nexec "$AZSANDBOX_PYTHON" -u -m azsandbox.pulumi.language_host "$@"\n'


@dataclass(frozen=True, kw_only=True)
class Cli:
    """A usable Pulumi CLI."""

    executable: Path
    version: str
    origin: str

    @property
    def has_language_host(self) -> bool:
        return (self.executable.parent / "pulumi-language-python").exists()

    def with_our_host(self) -> Path:
        """The same executable in a folder of the sandbox's own, beside a Python host that is ours.

        Pulumi takes the host that lies beside it without a warning; outside of a session nothing leads
        here, and the host refuses to serve.
        """
        folder = self.executable.parents[1] / "sandbox"
        folder.mkdir(exist_ok=True)
        twin = folder / "pulumi"
        if not twin.exists() or not twin.samefile(self.executable):
            unfinished = folder / f"pulumi.{os.getpid()}"
            try:
                os.link(self.executable, unfinished)
            except OSError:  # a file system without hard links
                shutil.copy2(self.executable, unfinished)
            unfinished.replace(twin)
        host = folder / "pulumi-language-python"
        if not host.is_file() or host.read_text() != _LANGUAGE_HOST:  # none yet, or an earlier version's
            files.write_text(host, _LANGUAGE_HOST, mode=0o755)
        return twin


def root() -> Path:
    return paths.tools() / "pulumi"


def find() -> Cli | None:
    """The pinned CLI of this checkout, if it is there and runs."""
    executable = root() / "bin" / "pulumi"
    if not os.access(executable, os.X_OK) or not _is_pinned(executable):
        return None
    origin = root() / ORIGIN_FILE
    return Cli(
        executable=executable,
        version=VERSION,
        origin=origin.read_text().strip() if origin.is_file() else "of unknown origin",
    )


def ensure(say: Callable[[str], None]) -> Cli:
    """The pinned CLI: found, else installed, else built; otherwise an error that says what to install."""
    found = find()
    if found:
        return found
    root().mkdir(parents=True, exist_ok=True)
    origin, refused = "", ""
    if official.reachable():
        say(f"Pulumi {VERSION}: fetching it with the official installer")
        try:
            official.install(root())
            origin = INSTALLED
        except ToolchainError as error:
            refused = str(error)
    else:
        refused = f"{official.INSTALLER_HOST} can't be reached"
    if not origin:
        say(f"Pulumi {VERSION}: {refused}; building it from its Go module (5 to 10 minutes on two cores)")
        try:
            source.build(root(), say)
        except ToolchainError as error:
            raise ToolchainError(
                f"no Pulumi CLI {VERSION}: {refused}, and {error}. Install Go 1.26 or newer, "
                f"or put a Pulumi {VERSION} release into {root()}/bin, then run make tools again"
            ) from error
        origin = BUILT
    (root() / ORIGIN_FILE).write_text(f"{origin}\n")
    brought = find()
    if brought is None:
        raise ToolchainError(
            f"{root()}/bin/pulumi is not Pulumi {VERSION}: remove the folder and run make tools again"
        )
    return brought


def _is_pinned(executable: Path) -> bool:
    """Asked once for each executable: the answer takes as long as a tenth of an empty preview."""
    seen = executable.stat()
    stamp = f"{VERSION} {seen.st_size} {seen.st_mtime_ns}"
    file = root() / CHECKED_FILE
    if file.is_file() and file.read_text() == stamp:
        return True
    if _version(executable) != VERSION:
        return False
    with contextlib.suppress(OSError):  # tools on a file system that is read-only
        file.write_text(stamp)
    return True


def _version(executable: Path) -> str | None:
    """What the executable says it is; asking must neither look for updates nor write to the user's home."""
    quiet = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_HOME": str(root() / "home")}
    try:
        said = subprocess.run(
            [str(executable), "version"], capture_output=True, text=True, env=quiet, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip().removeprefix("v")
