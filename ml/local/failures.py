"""What a step's exit code and log say to the user."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

from ml.errors import GateLost, InputError, MLError, Unreachable
from ml.local.process import tail
from ml.spec import Step

_KINDS = {kind.exit_code: kind for kind in (InputError, GateLost, Unreachable)}
_PREFIX = "error: "  # what ml.steps.entry prints of an error that is meant for the user
_LAST = 3  # lines in which that is looked for: a library may say something on its way out
_SHOWN = 12
_FULL = 64 * 1024


class StepFailed(MLError):  # noqa: N818 - named like its kin in ml.errors
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
    if shutil.disk_usage(log.parent).free < _FULL:  # there may have been no room for its message either
        return MLError(
            f"the step {step.name} left no space on the disk of {log.parent.parent}", "free some space"
        )
    said = next((line for line in reversed(lines[-_LAST:]) if line.startswith(_PREFIX)), None)
    if said and code > 0:
        return _KINDS.get(code, MLError)(f"{step.name}: {said.removeprefix(_PREFIX)}", f"log: {log}")
    if code == -signal.SIGKILL:
        end = "was killed; when nobody did it, the memory was not enough"
    elif code < 0:
        end = f"was ended by {signal.Signals(-code).name}"
    else:
        end = f"failed with exit code {code}"
    return StepFailed(f"the step {step.name} {end}", lines=lines, log=log)
