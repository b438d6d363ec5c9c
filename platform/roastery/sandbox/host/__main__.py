"""`pulumi-language-python ENGINE`: prints its port and serves until the engine leaves."""

from __future__ import annotations

import contextlib
import os
import sys
from concurrent import futures

import grpc
from pulumi.runtime.proto import language_pb2_grpc

from roastery.sandbox.errors import NotInSandboxError
from roastery.sandbox.host.language import LanguageHost
from roastery.sandbox.token import require


def main() -> int:
    try:
        require()
    except NotInSandboxError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the engine shows it
        return error.exit_code
    addresses = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    engine = os.getppid()
    server = grpc.server(futures.ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", -1)])
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(
        LanguageHost(addresses[-1] if addresses else ""), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - how the engine learns where to connect
    with contextlib.suppress(KeyboardInterrupt):  # how the engine ends its language hosts
        while server.wait_for_termination(timeout=1):
            if os.getppid() != engine:  # killed: it could not tell us
                break
    # At once: a program that still runs would find its own interpreter winding down, and call that an error.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
