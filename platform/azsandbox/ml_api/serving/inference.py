"""Starts the genuine inference server on a socket that is bound already: `python -m … SOCKET [arguments]`.

By itself it would listen on 0.0.0.0. It takes our socket as gunicorn takes one from systemd (file descriptor
3, `LISTEN_FDS` and `LISTEN_PID`), so that nothing but this machine reaches it.
"""

from __future__ import annotations

import os
import sys

_FIRST = 3  # where systemd's convention puts it


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
