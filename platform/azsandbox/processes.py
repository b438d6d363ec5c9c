"""Processes that end with the session: each is a process group, listed in the session's folder."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

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


_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def attend(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str],
    stdout: int | IO[bytes] | None = None,
    stderr: int | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, whatever signal this process gets: it is passed on as an interrupt.

    Pulumi ends an interrupted operation in order: it waits for what is in progress, writes the state and
    removes its lock. A second signal interrupts it again, a third one kills it.

    The command has a process group of its own, so that a terminal's Ctrl-C reaches it once, by this process.

    Args:
        command: with its arguments.
        cwd: its working directory.
        env: its environment.
        stdout: as for `subprocess.Popen`.
        stderr: likewise.
    """
    process: subprocess.Popen[str] | None = None
    signals: list[int] = []

    def pass_on(number: int, _: FrameType | None = None) -> None:
        signals.append(number)
        if process is not None:
            end_group(process.pid, signal.SIGINT if len(signals) < 3 else signal.SIGKILL)  # noqa: PLR2004

    with _handled_by(pass_on):
        process = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(env),
            stdout=stdout,
            stderr=stderr,
            text=True,
            process_group=0,
        )
        if signals:  # before it had started
            pass_on(signals.pop())
        output, errors = process.communicate()
    return subprocess.CompletedProcess(list(command), process.returncode, output, errors)


@contextlib.contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None]) -> Generator[None]:
    """The handler gets the signals that end a process; only the main thread can set it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in _ENDING}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


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
