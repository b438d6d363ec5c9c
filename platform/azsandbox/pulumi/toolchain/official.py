"""Installs the CLI with Pulumi's own installer, which includes the Python language host."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from azsandbox.errors import ToolchainError
from azsandbox.pulumi.toolchain.pin import VERSION

INSTALLER_HOST = "get.pulumi.com"
CONNECT_TIMEOUT = 5  # seconds
DOWNLOAD_TIMEOUT = 600  # seconds; the release is about 100 MB

# In a process of its own: the installer downloads its script without a time limit.
_PROGRAM = """
import sys
from semver import VersionInfo
from pulumi.automation import PulumiCommand
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""


def reachable() -> bool:
    try:
        with socket.create_connection((INSTALLER_HOST, 443), timeout=CONNECT_TIMEOUT):
            return True
    except OSError:
        return False


def install(root: Path) -> None:
    """Install into `root`/bin; Pulumi's automation SDK downloads and runs the official script.

    Raises:
        ToolchainError: the installer failed, or took too long.
    """
    try:
        subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(root), VERSION],
            check=True,
            capture_output=True,
            text=True,
            timeout=DOWNLOAD_TIMEOUT,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolchainError(
            f"the installer at {INSTALLER_HOST} took longer than {DOWNLOAD_TIMEOUT} s"
        ) from error
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or "").strip().splitlines()
        raise ToolchainError(
            f"the installer at {INSTALLER_HOST} failed: {lines[-1] if lines else error}"
        ) from error
