"""What a preview refuses, all at once.

The engine ends a preview at the first failed Check. While the language host runs a program for a preview, a
provider therefore reports failures as error messages and lets the program go on; the language host fails
the preview when the program has ended.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from azsandbox.token import SESSION

_FILE = "refusals"


def _file() -> Path | None:
    session = os.environ.get(SESSION)
    return Path(session, _FILE) if session else None


def start_collecting() -> None:
    """A program starts to run for a preview."""
    file = _file()
    if file:
        file.write_text("")


def collect(urn: str) -> bool:
    """Note that a resource was refused; False if no preview runs, so that the provider has to refuse it."""
    file = _file()
    if file is None or not file.exists():
        return False
    with file.open("a") as lines:
        lines.write(f"{urn}\n")
    return True


def stop_collecting() -> int:
    """The program has ended; returns how many resources were refused."""
    file = _file()
    with contextlib.suppress(FileNotFoundError):
        if file:
            refused = len(set(file.read_text().splitlines()))
            file.unlink()
            return refused
    return 0
