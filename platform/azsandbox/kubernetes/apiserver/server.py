"""Runs etcd and kube-apiserver on free ports, with their data in a temporary folder, until a block ends."""

from __future__ import annotations

import contextlib
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

from azsandbox import files
from azsandbox.errors import SandboxError
from azsandbox.kubernetes.apiserver.build import Tools
from azsandbox.kubernetes.apiserver.client import Api, UnreachableError

_READY_TIMEOUT = 120  # seconds
_HOST = "127.0.0.1"


@contextlib.contextmanager
def running(tools: Tools) -> Generator[Api]:
    """An administrator's client of a ready API server; both processes end with the block."""
    with tempfile.TemporaryDirectory(prefix="roast-apiserver-") as name:
        folder = Path(name)
        token = secrets.token_urlsafe(24)
        store, peers, port = _free_ports(3)
        files.write_text(folder / "tokens.csv", f'{token},admin,admin,"system:masters"\n', mode=0o600)
        files.write_text(folder / "accounts.key", _signing_key(), mode=0o600)
        with (
            _process(_etcd(tools, store, peers), folder, "etcd"),
            _process(_apiserver(tools, store, port), folder, "kube-apiserver") as server,
        ):
            yield _wait_until_ready(server, folder, f"https://{_HOST}:{port}", token)


def _etcd(tools: Tools, store: int, peers: int) -> list[str]:
    client, peer = f"http://{_HOST}:{store}", f"http://{_HOST}:{peers}"
    return [
        str(tools.etcd),
        *("--data-dir", "etcd", "--log-level", "error", "--unsafe-no-fsync"),
        *("--listen-client-urls", client, "--advertise-client-urls", client),
        *("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer),
        *("--initial-cluster", f"default={peer}"),
    ]


def _apiserver(tools: Tools, store: int, port: int) -> list[str]:
    return [
        str(tools.apiserver),
        f"--etcd-servers=http://{_HOST}:{store}",
        f"--bind-address={_HOST}",
        f"--secure-port={port}",
        "--cert-dir=certificates",  # the server creates its own
        "--token-auth-file=tokens.csv",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=accounts.key",
        "--service-account-signing-key-file=accounts.key",
        "--service-cluster-ip-range=10.0.0.0/24",
    ]


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


@contextlib.contextmanager
def _process(command: list[str], folder: Path, name: str) -> Generator[subprocess.Popen[bytes]]:
    with (
        (folder / f"{name}.log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path, address: str, token: str) -> Api:
    certificate = folder / "certificates" / "apiserver.crt"
    started = time.monotonic()
    while server.poll() is None and time.monotonic() - started < _READY_TIMEOUT:
        if certificate.is_file():
            with contextlib.suppress(UnreachableError, OSError):
                api = Api(address, token, certificate)
                if api.request("GET", "/readyz").status == 200:  # noqa: PLR2004 - HTTP's OK
                    return api
        time.sleep(0.5)
    lines = (folder / "kube-apiserver.log").read_text(errors="replace").strip().splitlines()
    raise SandboxError(f"the API server did not become ready: {lines[-1] if lines else 'no output'}")


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for listener in sockets:
            listener.bind((_HOST, 0))
        return [int(listener.getsockname()[1]) for listener in sockets]
