"""Scanners whose dependencies do not go with ours: an environment of their own, from a lock of their own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from roastery.security.model import SecurityError

ENVIRONMENT: Final = Path(".tools", "security")
_LONGEST: Final = 600  # seconds


def program(project: Path, name: str) -> Path:
    """The program of that name in the scanners' environment.

    Raises:
        SecurityError: it is not installed.
    """
    found = project / ENVIRONMENT / "bin" / name
    if not found.is_file():
        raise SecurityError(f"{name} is not installed: run make security, which brings it to {ENVIRONMENT}")
    return found


def run(
    command: Sequence[str | Path], folder: Path, expected: Sequence[int] = (0,)
) -> subprocess.CompletedProcess[str]:
    """A scanner's answer; it sees no home and no credentials, and leaves nothing behind.

    Raises:
        SecurityError: it ended otherwise than scanners do, or never.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "UV_CACHE_DIR") if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="roast-security-") as home:
        try:
            done = subprocess.run(
                [str(part) for part in command],
                cwd=folder,
                env=kept | {"HOME": home, "PYTHONUTF8": "1"},
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
