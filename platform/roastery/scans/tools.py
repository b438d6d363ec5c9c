"""Scanners whose dependencies do not go with ours: an environment for each, from a lock of its own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from roastery.scans.model import SecurityError

ENVIRONMENTS = Path(".tools", "scanners")
_LONGEST = 600  # seconds
_KEPT = ("PATH", "LANG", "UV_CACHE_DIR")
NETWORK = (
    *("SSL_CERT_FILE", "SSL_CERT_DIR"),
    *(
        name
        for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
        for name in (proxy, proxy.lower())
    ),
)
"""How this machine reaches the outside: for a scanner that has to."""


def program(project: Path, scanner: str, name: str) -> Path:
    """A program in the environment of a scanner.

    Raises:
        SecurityError: it is not installed.
    """
    environment = ENVIRONMENTS / scanner
    found = project / environment / "bin" / name
    if not found.is_file():
        raise SecurityError(
            f"{scanner} is not installed: run make security, which brings it to {environment}"
        )
    return found


def run(
    command: Sequence[str | Path],
    folder: Path,
    *,
    expected: Sequence[int] = (0,),
    keep: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """A scanner's answer; it sees no home and no credentials, and leaves nothing behind.

    Args:
        command: the program and its arguments.
        folder: where it runs.
        expected: exit codes of a scanner that did its work.
        keep: names of further variables that it needs of the environment.
        variables: what else it is told by variables.

    Raises:
        SecurityError: it ended otherwise than scanners do, or never.
    """
    kept = {name: os.environ[name] for name in (*_KEPT, *keep) if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="roast-security-") as home:
        try:
            done = subprocess.run(
                [str(part) for part in command],
                cwd=folder,
                env={**kept, **(variables or {}), "HOME": home, "PYTHONUTF8": "1"},
                capture_output=True,
                text=True,
                timeout=_LONGEST,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SecurityError(f"{command[0]} could not be run: {error}") from None
    if done.returncode not in expected:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise SecurityError(f"{Path(command[0]).name} failed with {done.returncode}: {' '.join(said[-3:])}")
    return done
