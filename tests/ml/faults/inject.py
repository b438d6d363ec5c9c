"""Faults in this process, counted by what it does to files below a folder."""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["none", "kill", "full", "limit", "time"]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"}
_NEED_SPACE = {"open", "os.mkdir"}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens, and when.

    `kill` and `full` come at the change number `at` (from then on, for a full disk), `limit` is a size above
    which no file grows, in bytes, and `time` a kill after that many milliseconds.
    """

    kind: Kind = "none"
    at: int = 0

    @staticmethod
    def of(request: Mapping[str, Any]) -> Fault:
        return Fault(kind=request.get("kind", "none"), at=request.get("at", 0))


class Counter:
    """Counts changes to files, and lets the fault happen."""

    def __init__(self, fault: Fault) -> None:
        self.changes: list[str] = []
        self._fault = fault
        if fault.kind == "limit":
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (fault.at, fault.at))
        elif fault.kind == "time":
            signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process without any cleaning up
            signal.setitimer(signal.ITIMER_REAL, max(fault.at, 1) / 1000)
        sys.addaudithook(self._on_event)

    def _on_event(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            flags = args[2] if isinstance(args[2], int) else 0
            if not flags & _WRITING or not isinstance(args[0], str | bytes):
                return
            if os.fsdecode(args[0]).startswith("/dev/"):
                return
        elif event not in _CHANGES:
            return
        number = len(self.changes)
        self.changes.append(event)
        if self._fault.kind == "kill" and number == self._fault.at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self._fault.kind == "full" and number >= self._fault.at and event in _NEED_SPACE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(args[0]))


SEED = int(os.environ.get("FAULTS_SEED", "15"))
SLICE = 1
POINTS = int(os.environ.get("FAULTS_POINTS", SLICE))
"""Faults of each kind for each action at most. The slice that runs with the tests has one for each action."""
CAMPAIGN = POINTS != SLICE
