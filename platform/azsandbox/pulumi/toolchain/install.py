"""Finds the pinned CLI, or installs it from the first source that works."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
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
_LANGUAGE_HOST_SCRIPT = '#!/bin/sh\nexec "$AZSANDBOX_PYTHON" -u -m azsandbox.pulumi.language_host "$@"\n'


@dataclass(frozen=True, kw_only=True)
class Cli:
    """A usable Pulumi CLI."""

    executable: Path
    version: str
    origin: str

    @property
    def has_language_host(self) -> bool:
        return (self.executable.parent / "pulumi-language-python").exists()

    def with_language_host(self) -> Path:
        """The same executable in a folder of the sandbox, next to the sandbox's own language host.

        Pulumi uses a language host next to its executable without a warning. Only a session uses this folder,
        and the host refuses to serve outside a session.
        """
        folder = self.executable.parents[1] / "sandbox"
        folder.mkdir(exist_ok=True)
        link = folder / "pulumi"
        if not link.exists() or not link.samefile(self.executable):
            unfinished = folder / f"pulumi.{os.getpid()}"  # a binary: `files` writes text only
            try:
                os.link(self.executable, unfinished)
            except OSError:  # a file system without hard links
                shutil.copy2(self.executable, unfinished)
            unfinished.replace(link)
        host = folder / "pulumi-language-python"
        if not host.is_file() or host.read_text() != _LANGUAGE_HOST_SCRIPT:  # or of an earlier version
            files.write_text(host, _LANGUAGE_HOST_SCRIPT, mode=0o755)
        return link


def root() -> Path:
    return paths.tools() / "pulumi"


def find() -> Cli | None:
    """The pinned CLI of this checkout, if it is installed and runs."""
    executable = root() / "bin" / "pulumi"
    if not os.access(executable, os.X_OK) or not _is_pinned(executable):
        return None
    origin = root() / ORIGIN_FILE
    return Cli(
        executable=executable,
        version=VERSION,
        origin=origin.read_text().strip() if origin.is_file() else "of unknown origin",
    )


def ensure(progress: source.Progress) -> Cli:
    """The pinned CLI; if it is missing, it is installed or built.

    Raises:
        ToolchainError: it can be neither installed nor built; the message names what is missing.
    """
    cli = find()
    if cli:
        return cli
    root().mkdir(parents=True, exist_ok=True)
    origin, failure = "", ""
    if official.reachable():
        progress(f"Pulumi {VERSION}: downloading it with the official installer")
        try:
            official.install(root())
            origin = INSTALLED
        except ToolchainError as error:
            failure = str(error)
    else:
        failure = f"{official.INSTALLER_HOST} can't be reached"
    if not origin:
        progress(
            f"Pulumi {VERSION}: {failure}; building it from its Go module (5 to 10 minutes on two cores)"
        )
        try:
            source.build(root(), progress)
        except ToolchainError as error:
            raise ToolchainError(
                f"Pulumi CLI {VERSION} is missing: {failure}, and {error}. Install Go 1.26 or newer, "
                f"or put a Pulumi {VERSION} release into {root()}/bin, then run make tools again"
            ) from error
        origin = BUILT
    files.write_text(root() / ORIGIN_FILE, f"{origin}\n")
    installed = find()
    if installed is None:
        raise ToolchainError(
            f"{root()}/bin/pulumi is not Pulumi {VERSION}: remove the folder and run make tools again"
        )
    return installed


def _is_pinned(executable: Path) -> bool:
    """Whether the executable is of the pinned version; run once per executable, as that takes a while."""
    status = executable.stat()
    stamp = f"{VERSION} {status.st_size} {status.st_mtime_ns}"
    file = root() / CHECKED_FILE
    if file.is_file() and file.read_text() == stamp:
        return True
    if _version(executable) != VERSION:
        return False
    with contextlib.suppress(OSError):  # a read-only file system
        files.write_text(file, stamp)
    return True


def _version(executable: Path) -> str | None:
    """The executable's version, without a check for updates and without writing to the user's home."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_HOME": str(root() / "home")}
    try:
        result = subprocess.run(
            [str(executable), "version"],
            capture_output=True,
            text=True,
            env=environment,
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return result.stdout.strip().removeprefix("v")
