"""Starts Azure ML's inference server on a socket that is already bound, and ends it with its parent process.

The server itself would bind 0.0.0.0. It gets our socket by systemd's socket activation, which gunicorn
supports (file descriptor 3, `LISTEN_FDS` and `LISTEN_PID`), so a local model is reachable from this machine
only, and no other process can take the port between choosing and binding it. In the cloud this module is not
used.

`python -m ml.serving.listen SOCKET PARENT [azmlinfsrv's arguments]`: two file descriptors, of the socket and
of a pipe that the parent process holds open.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

_FIRST_SOCKET = 3  # by systemd's convention


def main() -> None:
    """Runs the server in this process; returns when it has stopped."""
    listening, parent_pipe = int(sys.argv[1]), int(sys.argv[2])
    if parent_pipe == _FIRST_SOCKET:
        parent_pipe = os.dup(parent_pipe)
    if listening != _FIRST_SOCKET:
        os.dup2(listening, _FIRST_SOCKET)
        os.close(listening)
    os.set_inheritable(_FIRST_SOCKET, True)
    os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
    threading.Thread(target=_end_with_parent, args=(parent_pipe,), daemon=True).start()
    sys.argv = ["azmlinfsrv", *sys.argv[3:]]
    from azureml_inference_server_http import amlserver  # noqa: PLC0415 - it reads the environment when imported

    amlserver.run()


def _end_with_parent(parent_pipe: int) -> None:
    """Stops this process when the pipe closes, which happens however the parent ends."""
    os.read(parent_pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
