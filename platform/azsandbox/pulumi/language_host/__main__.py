"""`pulumi-language-python ENGINE`: prints its port and serves until the engine leaves.

`--attached FILE` is for an engine that attaches to it (PULUMI_DEBUG_LANGUAGES): it serves until its standard
input ends, and FILE says what the last program imported.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from concurrent import futures
from pathlib import Path

import grpc
from pulumi.runtime.proto import language_pb2_grpc

from azsandbox.errors import NotInSandboxError
from azsandbox.pulumi.language_host import program
from azsandbox.pulumi.language_host.imports import Ahead
from azsandbox.pulumi.language_host.language import LanguageHost
from azsandbox.pulumi.language_host.output import Output
from azsandbox.token import require

ATTACHED = "--attached"


def main() -> int:
    try:
        require()
    except NotInSandboxError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the engine shows it
        return error.exit_code
    gc.set_threshold(*program.COLLECT)
    if sys.argv[1:2] == [ATTACHED]:
        _attached(Path(sys.argv[2]))
    else:
        addresses = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
        _started(addresses[-1] if addresses else "")
    # At once: a program that still runs would find its own interpreter winding down, and call that an error.
    sys.stdout.flush()
    os._exit(0)


def _started(engine: str) -> None:
    server, port = _server(LanguageHost(engine))
    server.start()
    print(port, flush=True)  # noqa: T201 - how the engine learns where to connect
    parent = os.getppid()
    with contextlib.suppress(KeyboardInterrupt):  # how the engine ends its language hosts
        while server.wait_for_termination(timeout=1):
            if os.getppid() != parent:  # killed: it could not tell us
                break


def _attached(imports: Path) -> None:
    host = LanguageHost()
    server, port = _server(host)
    print(port, flush=True)  # noqa: T201 - the session reads it; all that is printed later is the program's
    host.output, host.ahead = Output(), Ahead(imports)
    server.start()
    sys.stdin.read()  # until the session ends


def _server(host: LanguageHost) -> tuple[grpc.Server, int]:
    server = grpc.server(futures.ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", -1)])
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    return server, server.add_insecure_port("127.0.0.1:0")


if __name__ == "__main__":
    sys.exit(main())
