"""Processes that end with the session: each is a process group, listed in the session's folder."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from azsandbox import files

FOLDER = "processes"
_GRACE = 10.0  # seconds between SIGTERM and SIGKILL
_TICK = 0.05


def is_alive(process: int) -> bool:
    """Whether a process with this id exists, whoever owns it."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end_group(group: int, signal_number: int = signal.SIGKILL) -> None:
    """Send a signal to a process group; a group that has already ended is ignored."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal_number)


def end_abandoned(session: Path) -> None:
    """Kill the process groups that an API server has left running because it was killed itself."""
    folder = session / FOLDER
    if folder.is_dir():
        for file in folder.iterdir():
            if file.name.isdigit():
                end_group(int(file.name))
                file.unlink(missing_ok=True)


class Processes:
    """The process groups that the API server has started and that have not ended yet."""

    def __init__(self, session: Path) -> None:
        self._folder = session / FOLDER
        files.private_folder(self._folder)
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
        attached: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start a command; standard output and error go to the log.

        `attached`: its standard input is a pipe that stays open until this process ends, however it ends.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, log.open("ab") as output:
            if self._closed:
                raise RuntimeError("the session is over")
            process = subprocess.Popen(
                list(command),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=tuple(pass_fds),
            )
            self._running[process.pid] = process
            (self._folder / str(process.pid)).touch(mode=files.PRIVATE)
        return process

    def ended(self, process: subprocess.Popen[bytes]) -> None:
        """Take a process that has ended off the list; what is left of its group is killed."""
        end_group(process.pid)
        if process.stdin:
            process.stdin.close()
        with self._lock:
            self._running.pop(process.pid, None)
            (self._folder / str(process.pid)).unlink(missing_ok=True)

    def stop(self, process: subprocess.Popen[bytes], grace: float = _GRACE) -> None:
        """Terminate the group; after `grace` seconds, kill it."""
        end_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + grace
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(_TICK)
        end_group(process.pid)
        process.wait()

    def close(self) -> None:
        """Terminate all of them; nothing can be started after this."""
        with self._lock:
            self._closed = True
            running = list(self._running.values())
        for process in running:
            end_group(process.pid, signal.SIGTERM)
        for process in running:
            self.stop(process, grace=2)
            self.ended(process)
