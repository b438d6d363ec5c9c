"""One process that serves both stand-ins, each on a port of its own, until the session ends.

It prints `azure-native:PORT,kubernetes:PORT`, the value of PULUMI_DEBUG_PROVIDERS: with it the engine
attaches to the running providers instead of starting a process per provider and command. It ends with its
standard input.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from concurrent import futures
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from azsandbox import files
from azsandbox.access import deployer
from azsandbox.access.azure import SignedInAzure
from azsandbox.access.cluster import SignedInKubernetes
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import SandboxError
from azsandbox.kubernetes.apiserver.control_planes import ControlPlanes
from azsandbox.kubernetes.backends import chosen
from azsandbox.kubernetes.served import ServedClusters
from azsandbox.pulumi import stackfile
from azsandbox.pulumi.provider.backend import Backend
from azsandbox.pulumi.provider.servicer import Provider
from azsandbox.services import all_types
from azsandbox.token import require

WORKERS = 64  # as many resources as Pulumi processes in parallel


def serve(
    create_backend: Callable[[], Backend], workers: futures.ThreadPoolExecutor
) -> tuple[grpc.Server, int]:
    """Start a server for one provider; the server and its port."""
    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(workers, options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(create_backend), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main(model: str, root: str = ".") -> int:
    files.private_umask()
    try:
        session = require()
        subscription = Subscription.open(model)
        planes = ControlPlanes(subscription, Path(model).parent, session, chosen())
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the user's one line
        return error.exit_code
    externals = functools.partial(stackfile.externals, Path(root))
    conditions_of = functools.partial(stackfile.conditions_of, Path(root))
    deployers = functools.partial(deployer.of_stack, Path(root))
    served = ServedClusters(planes)

    def create_azure() -> SignedInAzure:
        return SignedInAzure(subscription, all_types(), externals, conditions_of, deployers=deployers)

    def create_kubernetes() -> SignedInKubernetes:
        return SignedInKubernetes(subscription, served, deployers)

    azure, kubernetes = futures.ThreadPoolExecutor(WORKERS), futures.ThreadPoolExecutor(WORKERS)
    serving = [
        (SignedInAzure.name, *serve(create_azure, azure)),
        (SignedInKubernetes.name, *serve(create_kubernetes, kubernetes)),
    ]
    print(",".join(f"{name}:{port}" for name, _, port in serving), flush=True)  # noqa: T201 - the session reads it
    sys.stdin.read()  # until the session ends
    for stopped in [server.stop(grace=1) for _, server, _ in serving]:
        stopped.wait()
    for workers in (azure, kubernetes):
        workers.shutdown()  # wait for a create that the engine no longer waits for
    planes.close()
    subscription.close()
    sys.stderr.flush()
    os._exit(0)  # the session waits for this, and a regular exit takes a quarter of a second


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
