"""`pulumi-language-python ENGINE`: prints its port and serves until the engine ends.

`--attached FILE` is for an engine that attaches to a running host (PULUMI_DEBUG_LANGUAGES): the host serves
until its standard input ends, and preloads the modules listed in FILE, which the last program imported.
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
from azsandbox.pulumi.language_host.imports import Preloader
from azsandbox.pulumi.language_host.language import LanguageHost
from azsandbox.pulumi.language_host.output import OutputForwarder
from azsandbox.token import require

ATTACHED = "--attached"


def main() -> int:
    try:
        require()
    except NotInSandboxError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the engine shows it
        return error.exit_code
    gc.set_threshold(*program.GC_THRESHOLD)
    if sys.argv[1:2] == [ATTACHED]:
        _serve_attached(Path(sys.argv[2]))
    else:
        addresses = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
        _serve_engine(addresses[-1] if addresses else "")
    # Exit at once: a program that still runs would report the interpreter's shutdown as an error.
    sys.stdout.flush()
    os._exit(0)


def _serve_engine(engine: str) -> None:
    """Serve the engine that started this process, until it ends."""
    server, port = _create_server(LanguageHost(engine))
    server.start()
    print(port, flush=True)  # noqa: T201 - the engine reads the port from here
    parent = os.getppid()
    with contextlib.suppress(KeyboardInterrupt):  # the signal with which the engine stops its language hosts
        while server.wait_for_termination(timeout=1):
            if os.getppid() != parent:  # the engine was killed and sent no signal
                break


def _serve_attached(imports: Path) -> None:
    """Serve an engine that attaches later, until the session closes the standard input."""
    host = LanguageHost()
    server, port = _create_server(host)
    print(port, flush=True)  # noqa: T201 - the session reads it; everything printed later is the program's
    host.output, host.preloader = OutputForwarder(), Preloader(imports)
    server.start()
    sys.stdin.read()


def _create_server(host: LanguageHost) -> tuple[grpc.Server, int]:
    server = grpc.server(futures.ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", -1)])
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    return server, server.add_insecure_port("127.0.0.1:0")


if __name__ == "__main__":
    sys.exit(main())
