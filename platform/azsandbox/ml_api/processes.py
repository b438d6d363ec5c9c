"""Processes that must not outlive the session: each in a group of its own, listed in the session's folder."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

FOLDER = "processes"
_GRACE = 10.0  # seconds between asking and killing
_TICK = 0.05


class Processes:
    """The process groups that the API server has started and not yet seen end."""

    def __init__(self, session: Path) -> None:
        self._folder = session / FOLDER
        self._folder.mkdir(exist_ok=True)
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def start(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        pass_fds: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a command; standard output and error go to the log."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, log.open("ab") as output:
            if self._closed:
                raise RuntimeError("the session is over")
            process = subprocess.Popen(
                list(command),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=tuple(pass_fds),
            )
            self._running[process.pid] = process
            (self._folder / str(process.pid)).touch()
        return process

    def ended(self, process: subprocess.Popen[bytes]) -> None:
        """Take a process that has ended off the list; what it left of its group is killed."""
        end(process.pid)
        with self._lock:
            self._running.pop(process.pid, None)
            (self._folder / str(process.pid)).unlink(missing_ok=True)

    def stop(self, process: subprocess.Popen[bytes], grace: float = _GRACE) -> None:
        """Ask the group to end, then make it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + grace
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(_TICK)
        end(process.pid)
        process.wait()

    def close(self) -> None:
        """End all of them; nothing starts any more."""
        with self._lock:
            self._closed = True
            running = list(self._running.values())
        for process in running:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in running:
            self.stop(process, grace=2)
            self.ended(process)


def end(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def sweep(session: Path) -> None:
    """Kill what an API server that was killed itself has left running."""
    folder = session / FOLDER
    if folder.is_dir():
        for one in folder.iterdir():
            if one.name.isdigit():
                end(int(one.name))
                one.unlink(missing_ok=True)
