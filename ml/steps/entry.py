"""How a step's process starts and ends: a progress log, one line per user error, a meaningful exit code."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from ml.errors import MLError

INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM


def run(main: Callable[[], None]) -> NoReturn:
    """Runs a step and exits: 0, an `MLError`'s own code, 130 on Ctrl-C, 143 on SIGTERM, 1 on a defect."""
    _log_progress()
    # Without a handler, SIGTERM would end the process before partial outputs are removed.
    signal.signal(signal.SIGTERM, _terminate)
    try:
        main()
    except MLError as error:
        _report(f"error: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _report("interrupted: no partial output was left")
        sys.exit(INTERRUPTED)
    sys.exit(0)


def _log_progress() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("ml")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(TERMINATED)


def _report(line: str) -> None:
    print(" ".join(line.split()), file=sys.stderr, flush=True)  # noqa: T201 - the one line for the user
