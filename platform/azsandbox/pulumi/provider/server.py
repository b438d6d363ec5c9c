"""One process that serves both stand-ins, each on a port of its own, for the length of a session.

Prints `azure-native:PORT,kubernetes:PORT`, which is what PULUMI_DEBUG_PROVIDERS wants: the engine attaches
instead of starting a process per provider and command. It ends when its standard input does, that is with the
session.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent import futures

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from azsandbox.arm.provider import AzureNative
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import SandboxError
from azsandbox.kubernetes.provider import Kubernetes
from azsandbox.pulumi.provider.backend import Backend
from azsandbox.pulumi.provider.servicer import Provider
from azsandbox.token import require

WORKERS = 64  # Pulumi asks for as many resources at once as it may


def serve(make: Callable[[], Backend], workers: futures.ThreadPoolExecutor) -> tuple[grpc.Server, int]:
    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(workers, options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(make), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main(model: str) -> int:
    try:
        require()
        subscription = Subscription.open(model)
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - for whoever started it
        return error.exit_code
    azure, kubernetes = futures.ThreadPoolExecutor(WORKERS), futures.ThreadPoolExecutor(WORKERS)
    serving = [
        (AzureNative.name, *serve(lambda: AzureNative(subscription), azure)),
        (Kubernetes.name, *serve(lambda: Kubernetes(subscription), kubernetes)),
    ]
    print(",".join(f"{name}:{port}" for name, _, port in serving), flush=True)  # noqa: T201 - the session reads it
    sys.stdin.read()  # until the session ends
    for stopped in [server.stop(grace=1) for _, server, _ in serving]:
        stopped.wait()
    for workers in (azure, kubernetes):
        workers.shutdown()  # a create that nobody waits for any more still comes to its end
    subscription.close()
    sys.stderr.flush()
    os._exit(0)  # a session waits for this, and the interpreter takes a quarter of a second to wind down


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
