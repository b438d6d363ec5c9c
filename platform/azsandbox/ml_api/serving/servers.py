"""The inference servers of deployments: one process each, on a free port of the loopback interface."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from azsandbox import files
from azsandbox.arm import ids
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api.variables import Environment
from azsandbox.arm_api.wire import Values
from azsandbox.errors import ArmError
from azsandbox.processes import Processes
from azsandbox.storage_api.addresses import Addresses

ENTRY = "AZUREML_ENTRY_SCRIPT"  # azureml-inference-server-http reads it: its AMLSettings
ROOT = "AML_APP_ROOT"
_READY = 120.0  # seconds until the server must be ready, if the deployment has no readiness probe
_GRACE = 3.0  # seconds: a worker that is still loading ignores its master's signals
_BACKLOG = 128
_TAIL = 15


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running inference server."""

    port: int
    process: subprocess.Popen[bytes]
    settings: str  # the deployment's properties when it was started, as JSON

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


class Servers:
    """The inference servers by deployment; started on demand, stopped with the session."""

    def __init__(
        self,
        processes: Processes,
        environment: Environment,
        home: Path,
        project: Path,
        addresses: Callable[[str], Addresses],
        *,
        identity: Callable[[Resource], Mapping[str, str]] = lambda _: {},
    ) -> None:
        self._processes = processes
        self._environment = environment
        self._home = home
        self._project = project
        self._addresses = addresses
        self._identity = identity
        self._running: dict[str, Server] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._variables: dict[str, dict[str, str]] = {}  # in plain text: the model stores no secrets

    def remember(self, deployment: str, variables: Mapping[str, object]) -> None:
        """Hold the environment variables of a deployment in memory until the session ends."""
        self._variables[ids.key(deployment)] = {name: str(value) for name, value in variables.items()}

    def log(self, deployment: str) -> Path:
        return self._folder(deployment) / "server.log"

    def ensure(self, deployment: Resource) -> Server:
        """The server with the deployment's current settings; an older server stops once the new one is ready.

        Raises:
            ArmError: the server did not become ready; the message ends with its log.
        """
        key = ids.key(deployment.id)
        settings = json.dumps(deployment.inputs.get("properties"), sort_keys=True)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            previous = self._running.get(key)
            if previous and previous.alive and previous.settings == settings:
                return previous
            server = self._running[key] = self._start(deployment, settings)
            if previous:
                self._stop(previous)
            return server

    def remove(self, identifier: str) -> None:
        """Stop the servers of a deployment, or of everything below an id."""
        for key in [
            deployment
            for deployment in self._running
            if deployment == ids.key(identifier) or ids.below(deployment, identifier)
        ]:
            self._stop(self._running.pop(key))

    def _stop(self, server: Server) -> None:
        self._processes.stop(server.process, grace=_GRACE)
        self._processes.ended(server.process)

    def _folder(self, deployment: str) -> Path:
        return self._home / hashlib.sha256(ids.key(deployment).encode()).hexdigest()[:16]

    def _start(self, deployment: Resource, settings: str) -> Server:
        properties: Values = deployment.inputs.get("properties") or {}
        addresses = self._addresses(deployment.id)
        folder = self._folder(deployment.id)
        shutil.rmtree(folder / "app", ignore_errors=True)
        variables = self._environment_variables(deployment)
        root, entry = self._scoring_script(properties, variables, addresses)
        log = self.log(deployment.id)
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        ours = {
            "AML_APP_INSIGHTS_ENABLED": "false",
            "GUNICORN_CMD_ARGS": "--no-control-socket",  # or it would stay in the user's home
            "PYTHONUNBUFFERED": "1",
        }
        theirs = {**variables, ROOT: str(root), **self._mount_model(properties, addresses, folder / "app")}
        environment = self._environment.with_settings(ours, self._identity(deployment), theirs)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen(_BACKLOG)
            port = int(listening.getsockname()[1])
            process = self._processes.start(
                [
                    *(
                        sys.executable,
                        "-m",
                        "azsandbox.ml_api.serving.inference",
                        str(listening.fileno()),
                    ),
                    *("--entry_script", str(entry), "--port", str(port), "--worker_count", "1"),
                ],
                cwd=root,
                env=environment,
                log=log,
                pass_fds=[listening.fileno()],
            )
        server = Server(port=port, process=process, settings=settings)
        failure = _wait_until_ready(server, _readiness_timeout(properties))
        if failure:
            self._stop(server)
            raise ArmError(
                400,
                "DeploymentFailed",
                f"Deployment '{deployment.name}' {failure}. Its log ends:\n{tail(log)}",
            )
        return server

    def _environment_variables(self, deployment: Resource) -> dict[str, str]:
        """The deployment's environment variables; a secret one of an earlier session is lost."""
        stored: Values = (deployment.inputs.get("properties") or {}).get("environmentVariables") or {}
        remembered = self._variables.get(ids.key(deployment.id), {})
        lost = [
            name for name, value in stored.items() if not isinstance(value, str) and name not in remembered
        ]
        if lost:
            raise ArmError(
                409,
                "SecretNotKept",
                f"The sandbox does not store secrets between sessions: deploy '{deployment.name}' again "
                f"to set {lost[0]}.",
            )
        return {name: value if isinstance(value, str) else remembered[name] for name, value in stored.items()}

    def _scoring_script(
        self, properties: Values, variables: Mapping[str, str], addresses: Addresses
    ) -> tuple[Path, Path]:
        """The application's folder and its scoring script.

        Without a code configuration, AZUREML_ENTRY_SCRIPT names the script relative to AML_APP_ROOT, as the
        inference server in an image reads them.
        """
        code: Values = properties.get("codeConfiguration") or {}
        if code.get("codeId"):
            root = addresses.local(str(code["codeId"]))
            script = str(code.get("scoringScript") or "")
        else:
            root = self._application_root(variables.get(ROOT, ""))
            script = variables.get(ENTRY, "")
        try:
            entry = files.below(root, *Path(script).parts) if script else root
        except files.OutsideError as error:
            raise ArmError(
                400, "UserError", f"The scoring script is not in the application: {error}"
            ) from None
        if not script or not entry.is_file():
            raise ArmError(
                400,
                "UserError",
                f"The deployment's scoring script does not exist: set the environment variable {ENTRY} "
                f"(relative to {ROOT}, in the sandbox to the checkout), or a code configuration.",
            )
        return root, entry

    def _application_root(self, path: str) -> Path:
        """The folder in this checkout for a folder of an image: /app/ml/serving there is ml/serving here."""
        parts = Path(path).parts
        candidates = [Path(path), *(self._project.joinpath(*parts[first:]) for first in range(len(parts)))]
        folders = (folder for folder in candidates if folder.is_absolute() and folder.is_dir())
        return next(folders, self._project)

    @staticmethod
    def _mount_model(properties: Values, addresses: Addresses, app: Path) -> dict[str, str]:
        """Link the model into `azureml-models/<name>/<version>/`, where Azure ML mounts it."""
        model = properties.get("model")
        if not model:
            return {}
        source = addresses.local(str(model))
        if not source.exists():
            raise ArmError(404, "UserError", f"The files of model '{model}' do not exist: {source.name}")
        parts = str(model).removeprefix("azureml:").replace(":", "/").split("/")
        version, name = (
            (parts[-1], parts[-3]) if parts[-2:-1] == ["versions"] else (parts[-1], "".join(parts[-2:-1]))
        )
        folder = files.below(app, "azureml-models", name, version)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / source.name).symlink_to(source)
        return {"AZUREML_MODEL_DIR": str(folder)}


def _readiness_timeout(properties: Values) -> float:
    """The seconds that the readiness probe allows a container to become ready."""
    probe: Values = properties.get("readinessProbe") or {}
    if not probe:
        return _READY
    delay, period = (_seconds(probe.get(name)) for name in ("initialDelay", "period"))
    return max(1.0, delay + period * float(probe.get("failureThreshold") or 1))


def _seconds(text: object) -> float:
    """The seconds of an ISO 8601 duration such as PT10S or PT1M, in which Azure ML writes probes."""
    duration = str(text or "PT10S").removeprefix("PT")
    factor = {"S": 1.0, "M": 60.0, "H": 3600.0}.get(duration[-1:], 1.0)
    return float(duration[:-1] or 0) * factor


def _wait_until_ready(server: Server, seconds: float) -> str:
    """Wait for a successful health check; why there was none, or ""."""
    deadline = time.monotonic() + seconds
    with requests.Session() as session:
        session.trust_env = False
        while time.monotonic() < deadline:
            if not server.alive:
                return f"crashed with status code {server.process.returncode}"
            try:
                if session.get(server.url, timeout=1).ok:
                    return ""
            except requests.RequestException:
                pass
            time.sleep(0.1)
    return f"did not become ready in {seconds:.0f} s"


def tail(log: Path, lines: int = _TAIL) -> str:
    if not log.is_file():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
