"""One kube-apiserver and its etcd on free ports: started on a folder of data, stopped without losing any.

What AKS sets is set here too (learn.microsoft.com/azure/aks/faq, "admission controllers", read 2026-12-01):
the three plugins that are not among Kubernetes' own defaults, RBAC, and privileged pods where the namespace
allows them. Webhooks are the exception: no pod runs here, so none could answer.
"""

from __future__ import annotations

import base64
import contextlib
import secrets
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from azsandbox import files
from azsandbox.errors import SandboxError
from azsandbox.kubernetes.apiserver.build import Tools
from azsandbox.kubernetes.apiserver.client import Api, UnreachableError
from azsandbox.processes import Processes, end_group

ADMISSION = ("PodNodeSelector", "PodTolerationRestriction", "ExtendedResourceToleration")
WITHOUT_ADMISSION = ("MutatingAdmissionWebhook", "ValidatingAdmissionWebhook")
SERVICE_RANGE = "10.0.0.0/16"  # AKS's default for serviceCidr
_READY_TIMEOUT = 120  # seconds
_ETCD_GRACE = 5.0
_HOST = "127.0.0.1"
# The binary is the leader of its process group, and with it runs a shell that reads from the process that
# started both: when that process ends, however it ends, the read returns and the shell kills the group.
_UNTIL_PARENT_ENDS = 'exec 3<&0; { read -r line <&3; kill -9 0; } & exec "$@" 3<&- </dev/null'


class _EndedError(SandboxError):
    """A process has ended before the server was ready."""


@dataclass
class ControlPlane:
    """The two processes of one server."""

    tools: Tools
    processes: Processes
    data: Path  # etcd's, which outlives the server
    run: Path  # of this run: tokens, keys, certificates, logs
    encryption_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    service_range: str = SERVICE_RANGE
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> Api:
        """Start both processes; an administrator's client of the ready server.

        Raises:
            SandboxError: the server ends twice, or is not ready in time.
        """
        try:
            return self._start_once()
        except _EndedError:  # killed, or another process has taken one of the ports
            return self._start_once()

    def _start_once(self) -> Api:
        token = secrets.token_urlsafe(24)
        store, peers, port = _free_ports(3)
        files.write_text(self.run / "tokens.csv", f'{token},admin,admin,"system:masters"\n', mode=0o600)
        files.write_text(self.run / "accounts.key", _signing_key(), mode=0o600)
        files.write_text(self.run / "encryption.yaml", _encryption(self.encryption_key), mode=0o600)
        self._start("etcd", _etcd(self.tools, self.data, store, peers))
        self._start("kube-apiserver", _apiserver(self.tools, store, port, self.service_range))
        threading.Thread(target=_end_together, args=tuple(self._running), daemon=True).start()
        try:
            return self._wait_until_ready(f"https://{_HOST}:{port}", token)
        except BaseException:
            self.stop()
            raise

    def is_alive(self) -> bool:
        return bool(self._running) and all(process.poll() is None for process in self._running)

    def stop(self) -> None:
        """End the server at once, since its state is in etcd; etcd gets time to close its files."""
        for process, grace in zip(reversed(self._running), (0.0, _ETCD_GRACE), strict=False):
            self.processes.stop(process, grace=grace)
            self.processes.ended(process)
        self._running.clear()

    def _start(self, name: str, command: list[str]) -> None:
        process = self.processes.start(
            ["/bin/sh", "-c", _UNTIL_PARENT_ENDS, "sh", *command],
            cwd=self.run,
            env={"PATH": "/usr/bin:/bin", "GOMEMLIMIT": "600MiB"},  # without it, a gigabyte with Argo's types
            log=self.run / f"{name}.log",
            attached=True,
        )
        self._running.append(process)

    def _wait_until_ready(self, address: str, token: str) -> Api:
        certificate = self.run / "certificates" / "apiserver.crt"
        started = time.monotonic()
        while self.is_alive() and time.monotonic() - started < _READY_TIMEOUT:
            if certificate.is_file():
                with contextlib.suppress(UnreachableError, OSError):
                    api = Api(address, token, certificate)
                    if api.request("GET", "/readyz").status == 200:  # noqa: PLR2004 - HTTP's OK
                        return api
            time.sleep(0.2)
        error = SandboxError if self.is_alive() else _EndedError
        raise error(f"the Kubernetes API server did not become ready: {self._last_line()}")

    def _last_line(self) -> str:
        for name in ("kube-apiserver", "etcd"):
            log = self.run / f"{name}.log"
            lines = log.read_text(errors="replace").strip().splitlines() if log.is_file() else []
            if lines:
                return lines[-1]
        return "no output"


@contextlib.contextmanager
def running(tools: Tools) -> Generator[Api]:
    """A server with its data in a temporary folder; both processes end with the block."""
    with tempfile.TemporaryDirectory(prefix="roast-apiserver-") as name:
        folder = Path(name)
        server = ControlPlane(tools, Processes(folder), folder / "etcd", folder)
        try:
            yield server.start()
        finally:
            server.stop()


def _end_together(store: subprocess.Popen[bytes], server: subprocess.Popen[bytes]) -> None:
    """Without its store, the server would answer every request only after half a minute."""
    store.wait()
    if server.poll() is None:
        end_group(server.pid)


def _etcd(tools: Tools, data: Path, store: int, peers: int) -> list[str]:
    client, peer = f"http://{_HOST}:{store}", f"http://{_HOST}:{peers}"
    return [
        str(tools.etcd),
        *("--data-dir", str(data), "--log-level", "error", "--unsafe-no-fsync"),
        *("--listen-client-urls", client, "--advertise-client-urls", client),
        *("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer),
        *("--initial-cluster", f"default={peer}"),
    ]


def _apiserver(tools: Tools, store: int, port: int, service_range: str) -> list[str]:
    return [
        str(tools.apiserver),
        f"--etcd-servers=http://{_HOST}:{store}",
        f"--bind-address={_HOST}",
        f"--secure-port={port}",
        "--cert-dir=certificates",  # the server creates its own
        "--token-auth-file=tokens.csv",
        "--anonymous-auth=false",
        "--authorization-mode=RBAC",
        "--allow-privileged=true",
        f"--enable-admission-plugins={','.join(ADMISSION)}",
        f"--disable-admission-plugins={','.join(WITHOUT_ADMISSION)}",
        "--encryption-provider-config=encryption.yaml",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=accounts.key",
        "--service-account-signing-key-file=accounts.key",
        f"--service-cluster-ip-range={service_range}",
    ]


def _encryption(key: bytes) -> str:
    """Everything in etcd's files is encrypted: a program's secrets may be in any object."""
    keys = [{"name": "sandbox", "secret": base64.b64encode(key).decode()}]
    return yaml.safe_dump(
        {
            "apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "EncryptionConfiguration",
            "resources": [{"resources": ["*.*"], "providers": [{"secretbox": {"keys": keys}}]}],
        }
    )


def _signing_key() -> str:
    """A new key for service account tokens, as PEM."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - only here, and slow to import
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for listener in sockets:
            listener.bind((_HOST, 0))
        return [int(listener.getsockname()[1]) for listener in sockets]
