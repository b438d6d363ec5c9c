"""The CLI from Pulumi's own installer, which brings the Python language host along."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from azsandbox.errors import ToolchainError
from azsandbox.pulumi.toolchain.pin import VERSION

INSTALLER_HOST = "get.pulumi.com"
PATIENCE = 5  # seconds until the installer's host counts as out of reach
DOWNLOAD_LIMIT = 600  # seconds; the release is about 100 MB

# In a process of its own: the installer reads its script without a time limit.
_PROGRAM = """
import sys
from semver import VersionInfo
from pulumi.automation import PulumiCommand
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""


def reachable() -> bool:
    try:
        with socket.create_connection((INSTALLER_HOST, 443), timeout=PATIENCE):
            return True
    except OSError:
        return False


def install(root: Path) -> None:
    """Install into `root`/bin; the automation SDK downloads and runs the official script."""
    try:
        subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(root), VERSION],
            check=True,
            capture_output=True,
            text=True,
            timeout=DOWNLOAD_LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolchainError(
            f"the installer at {INSTALLER_HOST} took longer than {DOWNLOAD_LIMIT} s"
        ) from error
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or "").strip().splitlines()
        raise ToolchainError(
            f"the installer at {INSTALLER_HOST} failed: {lines[-1] if lines else error}"
        ) from error
