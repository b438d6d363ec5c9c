"""The genuine inference server on this machine: started, watched, stopped."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ml.errors import InputError, MLError

HOST = "127.0.0.1"
DEFAULT_PORT = 5001
"""The inference server's own default."""
_ENTRY = Path(__file__).with_name("score.py")
_BACKLOG = 128
_START_SECONDS = 120
_STOP_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that answers on this machine."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Its root, which answers `Healthy`."""
        return f"http://{HOST}:{self.port}"

    @property
    def score_url(self) -> str:
        """Where rows are posted."""
        return f"{self.url}/score"

    @property
    def openapi_url(self) -> str:
        """Its OpenAPI document."""
        return f"{self.url}/swagger.json?version=3"

    def wait(self) -> None:
        """Returns never, unless the server ends by itself.

        Raises:
            MLError: it ended.
        """
        code = self.process.wait()
        raise MLError(f"the inference server ended with code {code}{_said(self.log)}", f"its log: {self.log}")


@contextmanager
def serving(
    model: Path | None,
    *,
    log: Path,
    port: int = 0,
    name: str | None = None,
    version: str | None = None,
    workers: int = 1,
    entry: Path = _ENTRY,
) -> Generator[Server]:
    """The inference server with that model, ready to answer, on the loopback interface only.

    It stops when the block ends, and also when this process is killed.

    Args:
        model: folder of a bundle or an MLflow model; without one it answers that it has none, as a deployment
            does before a promotion.
        log: file that its output is added to.
        port: 0 takes a free one.
        name: what the answers call the model; the model's own name by default.
        version: its version in the registry.
        workers: processes that answer.
        entry: the scoring script.

    Raises:
        InputError: the port is taken, or the model can't be loaded.
        MLError: the server did not start.
    """
    environ = {
        **{one: value for one, value in os.environ.items() if one != "AZUREML_MODEL_DIR"},
        **({"AZUREML_MODEL_DIR": str(model.resolve())} if model else {}),
        "AML_APP_ROOT": str(entry.parent.resolve()),
        "AML_APP_INSIGHTS_ENABLED": "false",
        "PYTHONUNBUFFERED": "1",
        # Its control socket would be left in the user's home folder.
        "GUNICORN_CMD_ARGS": "--no-control-socket",
        **({"ROAST_MODEL_NAME": name} if name else {}),
        **({"ROAST_MODEL_VERSION": version} if version else {}),
    }
    log.parent.mkdir(parents=True, exist_ok=True)
    listening = _bind(port)
    port = int(listening.getsockname()[1])
    theirs, ours = os.pipe()
    arguments = ["--entry_script", str(entry.resolve()), "--port", str(port), "--worker_count", str(workers)]
    try:
        with listening, log.open("ab") as output:
            start = output.tell()
            process = subprocess.Popen(
                [sys.executable, "-m", "ml.serving.listen", str(listening.fileno()), str(theirs), *arguments],
                env=environ,
                pass_fds=(listening.fileno(), theirs),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop it
            )
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    server = Server(port=port, log=log, process=process)
    try:
        _await(server, start)
        yield server
    finally:
        os.close(ours)
        _stop(process)


def _bind(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise InputError(
                f"port {port} is taken", "stop what listens there, or choose another --port"
            ) from None
        if error.errno == errno.EACCES:
            raise InputError(
                f"port {port} is for the administrator", "choose a --port from 1024 on"
            ) from None
        raise
    return listening


def _await(server: Server, start: int) -> None:
    """Waits until a worker has loaded the model: until then the kernel holds the connection for it."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            said = _said(server.log, start)
            if said.startswith(": error: "):
                raise InputError(said.removeprefix(": error: "))
            raise MLError(f"the inference server did not start{said}", f"its log: {server.log}")
        try:
            with _OPENER.open(server.url, timeout=1):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise MLError(f"the inference server did not answer in {_START_SECONDS} s", f"its log: {server.log}")


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy has no business on loopback


def _said(log: Path, start: int = 0) -> str:
    """What the server said last, led by a colon: our own error line if there is one."""
    with log.open("rb") as file:
        file.seek(start)
        lines = [line.strip() for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error: ")]
    last = (errors or lines)[-1:]
    return f": {last[0]}" if last else ""


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()
