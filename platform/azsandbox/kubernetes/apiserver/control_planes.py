"""The API servers of one sandbox: one per cluster, started by the first operation that needs it.

A cluster's objects are in a folder of etcd below `.roast/sandbox/kubernetes`, named by a record below the
cluster in the subscription. The record makes the choice permanent: as long as it exists, the cluster is on a
server. With the cluster the record is deleted, and a folder without a record is removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import sys
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from azsandbox import files, processes
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import SandboxError, ToolchainError
from azsandbox.kubernetes.apiserver import build, controllers
from azsandbox.kubernetes.apiserver.client import Api, UnreachableError
from azsandbox.kubernetes.apiserver.server import SERVICE_RANGE, ControlPlane
from azsandbox.kubernetes.backends import APISERVER, MODEL
from azsandbox.kubernetes.cluster import Cluster

FOLDER = "kubernetes"
TOKEN = "kubernetes:server"  # noqa: S105 - a type of resource
_ADDRESS = "server.json"
LIMIT = 4  # servers that run at the same time, 0.4 GB each
_CONNECT_TIMEOUT = 130.0  # seconds: another session may just be starting the server


@dataclass(frozen=True)
class Connection:
    """A ready server, and what this process has to end if it is its own."""

    api: Api
    name: str  # of the cluster
    owner: int | None = None  # another process, which has started it
    server: ControlPlane | None = None
    lock: IO[str] | None = None

    def is_alive(self) -> bool:
        if self.server is not None:
            return self.server.is_alive()
        return self.owner is not None and processes.is_alive(self.owner)


class ControlPlanes:
    """The servers that this process uses; its own end with it."""

    def __init__(self, subscription: Subscription, sandbox: Path, session: Path, choice: str | None) -> None:
        self.subscription = subscription
        self.choice = choice
        self.installing = threading.Lock()  # a definition is installed once
        self._folder = sandbox / FOLDER
        self._session = session
        self._processes = processes.Processes(session)
        self._connections: dict[str, Connection] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._users: dict[str, int] = {}  # by server that may run, least recently used first
        self._guard = threading.Lock()
        self._changed = threading.Condition()
        self._tools: build.Tools | None = None
        self._unjudged: set[str] = set()
        remove_unused(subscription, sandbox)

    def instance(self, cluster: Cluster, *, create: bool) -> str | None:
        """The name of the cluster's server; None if its objects are in the model.

        Raises:
            SandboxError: the cluster has objects already, and those are not where the choice wants them.
        """
        identifier = f"{cluster.root}/server"
        record = self.subscription.get(identifier)
        if record is not None:
            if self.choice == MODEL:
                raise SandboxError(_moved(cluster, "on an API server", MODEL))
            return str(record.inputs["instance"])
        if self.choice != APISERVER or not create:
            return None
        with self._guard, self.subscription.transaction():
            record = self.subscription.get(identifier)  # of another thread, meanwhile
            if record is not None:
                return str(record.inputs["instance"])
            if any(resource.token != "kubernetes:type" for resource in _objects(cluster)):  # noqa: S105
                raise SandboxError(_moved(cluster, "in the sandbox's model", APISERVER))
            instance = secrets.token_hex(6)
            self.subscription.put(
                Resource(id=identifier, token=TOKEN, kind="kubernetes/server", inputs={"instance": instance})
            )
            return instance

    def tools(self) -> build.Tools:
        """Raises ToolchainError if the server is not installed."""
        if self._tools is None:
            self._tools = build.find()
        if self._tools is None:
            raise ToolchainError(build.MISSING)
        return self._tools

    @contextlib.contextmanager
    def lease(self, instance: str, name: str, service_range: str) -> Generator[Api]:
        """A client of a ready server: it is started if it does not run, and not ended within the block."""
        self._occupy(instance)
        try:
            with self._locks[instance]:
                connection = self._connections.get(instance)
                if connection is None or not connection.is_alive():
                    if connection is not None:
                        self._end_broken(instance, connection)
                    connection = self._connect(instance, name, service_range)
                    self._connections[instance] = connection
            yield connection.api
        finally:
            with self._changed:
                self._users[instance] -= 1
                self._changed.notify_all()

    def is_current(self, instance: str, api: Api) -> bool:
        """Whether the client's server still runs."""
        connection = self._connections.get(instance)
        return connection is not None and connection.api is api and connection.is_alive()

    def forget(self, instance: str, api: Api) -> None:
        """End a server that does not respond to this client; the next lease starts it again."""
        with self._locks[instance]:
            connection = self._connections.get(instance)
            if connection is not None and connection.api is api:
                self._end_broken(instance, connection)

    def _occupy(self, instance: str) -> None:
        """Count a user of a server; where too many run, wait for an idle one and end it."""
        with self._changed:
            self._locks.setdefault(instance, threading.Lock())
            while instance not in self._users and len(self._users) >= LIMIT:
                idle = next((other for other, users in self._users.items() if not users), None)
                if idle is None:
                    self._changed.wait()
                else:
                    del self._users[idle]
                    self._end(idle)
            users = self._users.pop(instance, 0)  # to the end: the first is the one that was not used longest
            self._users[instance] = users + 1

    def judged_by_the_model(self, name: str) -> None:
        """Note an object that no server could check."""
        self._unjudged.add(name)

    def close(self) -> None:
        for instance in list(self._connections):
            self._end(instance)
        self._processes.close()
        remove_unused(self.subscription, self._folder.parent)
        if self._unjudged:
            names = ", ".join(sorted(self._unjudged))
            _print(
                f"warning: {len(self._unjudged)} objects were checked by the sandbox's model and not by the "
                f"Kubernetes API server, because a value or a type was not there yet: {names}"
            )

    def _connect(self, instance: str, name: str, service_range: str) -> Connection:
        data = self._folder / instance
        data.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + _CONNECT_TIMEOUT
        while time.monotonic() < deadline:
            lock = _try_lock(data)
            if lock is not None:
                try:
                    return self._start(instance, data, name, service_range, lock)
                except BaseException:
                    lock.close()
                    raise
            shared = _shared(data, name)
            if shared is not None:
                return shared
            time.sleep(0.2)
        raise SandboxError(f"another session has the Kubernetes API server of {name}, which does not respond")

    def _start(self, instance: str, data: Path, name: str, service_range: str, lock: IO[str]) -> Connection:
        tools = self.tools()
        run = self._session / f"apiserver-{instance}"
        run.mkdir(exist_ok=True)
        key = self.subscription.redactor.derive(f"etcd {instance}")
        server = ControlPlane(tools, self._processes, data / "etcd", run, key, service_range)
        api = server.start()
        controllers.prepare(api)
        _print(f"Kubernetes API server {tools.version} ({tools.origin}) for {name}")
        address = {"owner": os.getpid(), "address": api.address, "run": str(run)}
        files.write_json(data / _ADDRESS, address, mode=0o600)
        return Connection(api, name, server=server, lock=lock)

    def _end_broken(self, instance: str, connection: Connection) -> None:
        self._end(instance)
        _print(f"warning: the Kubernetes API server of {connection.name} has ended: it is started again")

    def _end(self, instance: str) -> None:
        connection = self._connections.pop(instance, None)
        if connection is None or connection.server is None:
            return
        connection.server.stop()
        (self._folder / instance / _ADDRESS).unlink(missing_ok=True)
        if connection.lock is not None:
            connection.lock.close()


def service_range(cluster: Cluster | None) -> str:
    """The range of the cluster's service addresses, from which the server allocates."""
    profile: Any = (cluster.aks.inputs.get("networkProfile") if cluster and cluster.aks else None) or {}
    return str(profile.get("serviceCidr") or SERVICE_RANGE)


def remove_unused(subscription: Subscription, sandbox: Path) -> None:
    """Remove the data of clusters that no longer exist."""
    folder = sandbox / FOLDER
    if not folder.is_dir():
        return
    used = {str(record.inputs["instance"]) for record in subscription.of_kind("kubernetes/server")}
    for data in folder.iterdir():
        lock = _try_lock(data) if data.is_dir() and data.name not in used else None
        if lock is not None:
            shutil.rmtree(data, ignore_errors=True)
            lock.close()


def _objects(cluster: Cluster) -> list[Resource]:
    return [
        resource
        for resource in cluster.subscription.below(cluster.root)
        if resource.token.startswith("kubernetes:")
    ]


def _moved(cluster: Cluster, where: str, choice: str) -> str:
    return (
        f"--kubernetes {choice}: the objects of {_name(cluster)} are {where}, and are not moved; "
        "destroy or reset the stack first"
    )


def _name(cluster: Cluster) -> str:
    return cluster.aks.name if cluster.aks else cluster.root.rpartition("/")[2]


def _try_lock(data: Path) -> IO[str] | None:
    """The lock of a server's data, unless another process has it; it ends with the process."""
    lock = (data / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def _shared(data: Path, name: str) -> Connection | None:
    """The server of another session, if it is ready."""
    with contextlib.suppress(OSError, ValueError, UnreachableError):
        values = json.loads((data / _ADDRESS).read_text())
        run = Path(values["run"])
        token = (run / "tokens.csv").read_text().partition(",")[0]
        api = Api(values["address"], token, run / "certificates" / "apiserver.crt")
        if api.request("GET", "/readyz").status == 200:  # noqa: PLR2004 - HTTP's OK
            return Connection(api, name, owner=int(values["owner"]))
    return None


def _print(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - to the session, which prints it
