"""Starts the genuine inference server on a socket that is bound already, and ends it with its parent.

The server itself would bind 0.0.0.0. It is handed our socket the way systemd hands one to gunicorn (file
descriptor 3, `LISTEN_FDS` and `LISTEN_PID`), so a laptop's model is reachable from that laptop only, and no
other process can take the port between choosing and binding it. In the cloud this module is not used.

`python -m ml.serving.listen SOCKET LIFELINE [azmlinfsrv's arguments]`: two file descriptors.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

_FIRST_SOCKET = 3  # where systemd's convention puts it


def main() -> None:
    """Becomes the server; returns only when it has stopped."""
    listening, lifeline = int(sys.argv[1]), int(sys.argv[2])
    if lifeline == _FIRST_SOCKET:
        lifeline = os.dup(lifeline)
    if listening != _FIRST_SOCKET:
        os.dup2(listening, _FIRST_SOCKET)
        os.close(listening)
    os.set_inheritable(_FIRST_SOCKET, True)
    os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    sys.argv = ["azmlinfsrv", *sys.argv[3:]]
    from azureml_inference_server_http import amlserver  # noqa: PLC0415 - it reads the environment when imported

    amlserver.run()


def _end_with_parent(lifeline: int) -> None:
    """Waits for the other end of the pipe to close, which it does however the parent ends, then stops us."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
