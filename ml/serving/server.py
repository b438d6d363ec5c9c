"""Azure ML's inference server on this machine: start, readiness, stop."""

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
    """A running server on this machine."""

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
        """Waits until the server ends by itself.

        Raises:
            MLError: it ended.
        """
        code = self.process.wait()
        raise MLError(
            f"the inference server ended with code {code}{_last_line(self.log)}", f"its log: {self.log}"
        )


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
    """Runs the inference server with that model, on the loopback interface only; yields it when ready.

    It stops when the block ends, and also when this process is killed.

    Args:
        model: folder of a bundle or an MLflow model; without one the server answers 503, as a deployment does
            before a promotion.
        log: file to which its output is appended.
        port: 0 takes a free one.
        name: of the model in the responses; the model's own name by default.
        version: its version in the registry.
        workers: number of worker processes.
        entry: the scoring script.

    Raises:
        InputError: the port is taken, or the model can't be loaded.
        MLError: the server did not start.
    """
    environ = {
        **{variable: value for variable, value in os.environ.items() if variable != "AZUREML_MODEL_DIR"},
        **({"AZUREML_MODEL_DIR": str(model.resolve())} if model else {}),
        "AML_APP_ROOT": str(entry.parent.resolve()),
        "AML_APP_INSIGHTS_ENABLED": "false",
        "PYTHONUNBUFFERED": "1",
        # Otherwise gunicorn leaves a control socket in the user's home folder.
        "GUNICORN_CMD_ARGS": "--no-control-socket",
        **({"ROAST_MODEL_NAME": name} if name else {}),
        **({"ROAST_MODEL_VERSION": version} if version else {}),
    }
    log.parent.mkdir(parents=True, exist_ok=True)
    listening = _bind(port)
    port = int(listening.getsockname()[1])
    read_end, write_end = os.pipe()
    arguments = ["--entry_script", str(entry.resolve()), "--port", str(port), "--worker_count", str(workers)]
    try:
        with listening, log.open("ab") as output:
            start = output.tell()
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "ml.serving.listen",
                    str(listening.fileno()),
                    str(read_end),
                    *arguments,
                ],
                env=environ,
                pass_fds=(listening.fileno(), read_end),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches this process only, which stops the server
            )
    except BaseException:
        os.close(write_end)
        raise
    finally:
        os.close(read_end)
    server = Server(port=port, log=log, process=process)
    try:
        _await(server, start)
        yield server
    finally:
        os.close(write_end)
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
                f"port {port} is in use", "stop the process that listens there, or choose another --port"
            ) from None
        if error.errno == errno.EACCES:
            raise InputError(
                f"port {port} needs administrator rights", "choose a --port of 1024 or above"
            ) from None
        raise
    return listening


def _await(server: Server, start: int) -> None:
    """Waits until a worker has loaded the model; until then the kernel queues connections."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            message = _last_line(server.log, start)
            if message.startswith(": error: "):
                raise InputError(message.removeprefix(": error: "))
            raise MLError(f"the inference server did not start{message}", f"its log: {server.log}")
        try:
            with _OPENER.open(server.url, timeout=1):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise MLError(f"the inference server did not answer in {_START_SECONDS} s", f"its log: {server.log}")


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy for the loopback address


def _last_line(log: Path, start: int = 0) -> str:
    """The last `error:` line of the scoring script, else the last line of the log, after a colon."""
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
