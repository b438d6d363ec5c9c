"""Starts Azure's own inference server on a socket that is already bound: `python -m … SOCKET [arguments]`.

On its own it would listen on 0.0.0.0. It is given a socket on the loopback interface as systemd gives one to
gunicorn (file descriptor 3, `LISTEN_FDS` and `LISTEN_PID`), so that only this machine can reach it.
"""

from __future__ import annotations

import os
import sys

_FIRST = 3  # the first file descriptor that systemd passes


def main() -> None:
    listening = int(sys.argv[1])
    if listening != _FIRST:
        os.dup2(listening, _FIRST)
        os.close(listening)
    os.set_inheritable(_FIRST, True)
    os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
    sys.argv = ["azmlinfsrv", *sys.argv[2:]]
    from azureml_inference_server_http import amlserver  # noqa: PLC0415 - it reads the environment when imported

    amlserver.run()


if __name__ == "__main__":
    main()
