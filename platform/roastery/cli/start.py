"""The entry point of `roast`: Ctrl-C is one line from the first moment, also while modules are imported."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

_INTERRUPTED = 130
_STANDARD_ERROR = 2


def main() -> NoReturn:
    """Imports the commands and runs one; see `roastery.cli.main`."""
    by_python = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # a background job ignores it
    if by_python:
        signal.signal(signal.SIGINT, _leave)
    from roastery.cli.main import run

    try:
        if by_python:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        code = run(sys.argv[1:])
        if by_python:
            signal.signal(signal.SIGINT, _leave)
    except KeyboardInterrupt:  # between the handlers
        _leave()
    sys.exit(code)


def _leave(*_: object) -> NoReturn:
    """Ends the process at once: nothing has begun yet, or all is done."""
    os.write(_STANDARD_ERROR, b"interrupted\n")
    os._exit(_INTERRUPTED)
