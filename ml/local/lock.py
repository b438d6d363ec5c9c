"""One run at a time in a folder, and no step of a killed run still running in it.

Two files, because two kinds of process can be alive: `.lock` is held by the runner, `.step.lock` by the step
that it started, which inherits it. The kernel releases both when their process ends, however it ends, so
neither can be stale. If `.step.lock` is held while a new runner has `.lock`, the step has lost its runner,
and the new runner stops it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ml.errors import InputError, MLError

_PATIENCE = 10.0


@contextmanager
def locked(out: Path) -> Generator[None]:
    """Locks `out` for this process.

    Raises:
        InputError: another run holds it; the message names its process.
    """
    with (out / ".lock").open("a+", encoding="ascii") as file:
        if not _take(file):
            raise InputError(
                f"another run is in progress in {out}: process {_pid(file) or 'unknown'}",
                "wait until it ends, or choose another --out",
            )
        sign(file, os.getpid())
        _stop_orphan(out)
        yield


@contextmanager
def step_lock(out: Path) -> Generator[IO[str]]:
    """Yields the file that a step's process has to inherit, so that it holds the lock until it ends."""
    _stop_orphan(out)  # of an earlier step
    with (out / ".step.lock").open("a+", encoding="ascii") as file:
        if not _take(file):
            raise MLError(f"{out / '.step.lock'} is held by another process", "stop that process first")
        yield file


def sign(file: IO[str], pid: int) -> None:
    """Writes the id of the process that holds the lock into its file."""
    file.truncate(0)
    file.write(str(pid))
    file.flush()


def _stop_orphan(out: Path) -> None:
    with (out / ".step.lock").open("a+", encoding="ascii") as file:
        if _take(file):
            return
        group = _pid(file)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if group:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(group, number)
            if _take_soon(file):
                return
        raise MLError(
            f"a step of an earlier run is still running in {out}: process {group or 'unknown'}",
            "stop that process first",
        )


def _take(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_soon(file: IO[str]) -> bool:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if _take(file):
            return True
        time.sleep(0.05)
    return False


def _pid(file: IO[str]) -> int | None:
    file.seek(0)
    text = file.read().strip()
    return int(text) if text.isdecimal() else None
