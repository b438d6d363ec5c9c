"""The error of a step that failed, from its exit code and its log."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

from ml.errors import AccessDeniedError, GateLostError, InputError, MLError, UnreachableError
from ml.local.process import tail
from ml.spec import Step

_KINDS = {kind.exit_code: kind for kind in (InputError, GateLostError, UnreachableError, AccessDeniedError)}
_PREFIX = "error: "  # what ml.steps.entry prints of an error that is meant for the user
_LAST = 3  # lines to search for it: a library may print something while the process ends
_SHOWN = 12
_FULL = 64 * 1024


class StepFailedError(MLError):
    """A step's process failed without a message for the user.

    Args:
        message: which step, and how it ended.
        lines: the last lines of its log.
        log: where the rest is.
    """

    def __init__(self, message: str, *, lines: list[str], log: Path) -> None:
        super().__init__(message, f"its log: {log}")
        self.lines = lines


def explain(step: Step, code: int, log: Path) -> MLError:
    """The error to raise for a step that ended with `code`: its own message and kind, if it has one."""
    lines = tail(log, _SHOWN)
    if shutil.disk_usage(log.parent).free < _FULL:  # its own message may not have fitted either
        return MLError(
            f"no space left on the disk of {log.parent.parent} after the step {step.name}", "free some space"
        )
    message = next((line for line in reversed(lines[-_LAST:]) if line.startswith(_PREFIX)), None)
    if message and code > 0:
        return _KINDS.get(code, MLError)(f"{step.name}: {message.removeprefix(_PREFIX)}", f"log: {log}")
    if code == -signal.SIGKILL:
        end = "was killed, by a user or because memory ran out"
    elif code < 0:
        end = f"was terminated by {signal.Signals(-code).name}"
    else:
        end = f"failed with exit code {code}"
    return StepFailedError(f"the step {step.name} {end}", lines=lines, log=log)
