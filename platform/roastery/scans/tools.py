"""Runs scanners in environments of their own, since their dependencies conflict with ours."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from roastery.scans.model import ScanError

ENVIRONMENTS = Path(".tools", "scanners")
_TIMEOUT = 600  # seconds
_INHERITED = ("PATH", "LANG", "UV_CACHE_DIR")
NETWORK = (
    *("SSL_CERT_FILE", "SSL_CERT_DIR"),
    *(
        name
        for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
        for name in (proxy, proxy.lower())
    ),
)
"""Variables for the proxies and certificates of this machine, for a scanner that needs the network."""


def program(project: Path, scanner: str, name: str) -> Path:
    """A program in the environment of a scanner.

    Raises:
        ScanError: the scanner is not installed.
    """
    environment = ENVIRONMENTS / scanner
    file = project / environment / "bin" / name
    if not file.is_file():
        raise ScanError(f"{scanner} is not installed: run make security, which installs it to {environment}")
    return file


def run(
    command: Sequence[str | Path],
    folder: Path,
    *,
    expected: Sequence[int] = (0,),
    inherit: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs a scanner with a temporary home folder and without credentials.

    Args:
        command: the program and its arguments.
        folder: the working directory.
        expected: exit codes of a scanner that did its work.
        inherit: names of further environment variables to pass on.
        variables: further environment variables.

    Raises:
        ScanError: it could not be run, timed out, or ended with another exit code.
    """
    inherited = {name: os.environ[name] for name in (*_INHERITED, *inherit) if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="roast-security-") as home:
        try:
            process = subprocess.run(
                [str(part) for part in command],
                cwd=folder,
                env={**inherited, **(variables or {}), "HOME": home, "PYTHONUTF8": "1"},
                capture_output=True,
                text=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ScanError(f"{command[0]} could not be run: {error}") from None
    if process.returncode not in expected:
        lines = (process.stderr or process.stdout).strip().splitlines()
        name = Path(command[0]).name
        raise ScanError(f"{name} ended with exit code {process.returncode}: {' '.join(lines[-3:])}")
    return process
