"""The inference servers behind deployments: one process each, on a free port of the loopback interface."""

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

from azsandbox.arm import ids
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api.variables import Environment
from azsandbox.arm_api.wire import Values
from azsandbox.errors import ArmError
from azsandbox.ml_api.processes import Processes
from azsandbox.storage_api.addresses import Addresses

ENTRY = "AZUREML_ENTRY_SCRIPT"  # azureml-inference-server-http reads it: its AMLSettings
ROOT = "AML_APP_ROOT"
_READY = 120.0  # seconds, where the deployment has no readiness probe
_GRACE = 3.0  # seconds: a worker that is still loading does not listen to its master
_BACKLOG = 128
_TAIL = 15


@dataclass(frozen=True, kw_only=True)
class Server:
    """One that answered its health check."""

    port: int
    process: subprocess.Popen[bytes]
    settings: str  # what it was started with

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


class Servers:
    """By deployment; started when asked for, gone with the session."""

    def __init__(
        self,
        processes: Processes,
        environment: Environment,
        home: Path,
        project: Path,
        addresses: Callable[[str], Addresses],
    ) -> None:
        self._processes = processes
        self._environment = environment
        self._home = home
        self._project = project
        self._addresses = addresses
        self._running: dict[str, Server] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._variables: dict[str, dict[str, str]] = {}  # as they were given: the model keeps no secrets

    def remember(self, deployment: str, variables: Mapping[str, object]) -> None:
        """The environment variables of a deployment, for as long as the session lasts."""
        self._variables[ids.key(deployment)] = {name: str(value) for name, value in variables.items()}

    def log(self, deployment: str) -> Path:
        return self._folder(deployment) / "server.log"

    def ensure(self, deployment: Resource) -> Server:
        """The server with the deployment's present settings; an older one goes when the new one is ready.

        Raises:
            ArmError: it does not get ready; the message ends with its log.
        """
        key = ids.key(deployment.id)
        settings = json.dumps(deployment.inputs.get("properties"), sort_keys=True)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            before = self._running.get(key)
            if before and before.alive and before.settings == settings:
                return before
            server = self._running[key] = self._start(deployment, settings)
            if before:
                self._end(before)
            return server

    def remove(self, identifier: str) -> None:
        """End the servers of a deployment, or of everything below an id."""
        for key in [one for one in self._running if one == ids.key(identifier) or ids.below(one, identifier)]:
            self._end(self._running.pop(key))

    def _end(self, server: Server) -> None:
        self._processes.stop(server.process, grace=_GRACE)
        self._processes.ended(server.process)

    def _folder(self, deployment: str) -> Path:
        return self._home / hashlib.sha256(ids.key(deployment).encode()).hexdigest()[:16]

    def _start(self, deployment: Resource, settings: str) -> Server:
        properties: Values = deployment.inputs.get("properties") or {}
        addresses = self._addresses(deployment.id)
        folder = self._folder(deployment.id)
        shutil.rmtree(folder / "app", ignore_errors=True)
        variables = self._known(deployment)
        root, entry = self._script(properties, variables, addresses)
        log = self.log(deployment.id)
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        ours = {
            "AML_APP_INSIGHTS_ENABLED": "false",
            "GUNICORN_CMD_ARGS": "--no-control-socket",  # else it is left in the user's home
            "PYTHONUNBUFFERED": "1",
        }
        theirs = {**variables, ROOT: str(root), **self._model(properties, addresses, folder / "app")}
        environment = self._environment.with_settings(ours, theirs)
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
        why = _until_ready(server, _patience(properties))
        if why:
            self._end(server)
            raise ArmError(
                400, "DeploymentFailed", f"Deployment '{deployment.name}' {why}. Its log ends:\n{tail(log)}"
            )
        return server

    def _known(self, deployment: Resource) -> dict[str, str]:
        """The environment variables; a secret one of an earlier session is not there any more."""
        stored: Values = (deployment.inputs.get("properties") or {}).get("environmentVariables") or {}
        given = self._variables.get(ids.key(deployment.id), {})
        lost = [name for name, value in stored.items() if not isinstance(value, str) and name not in given]
        if lost:
            raise ArmError(
                409,
                "SecretNotKept",
                f"The sandbox keeps no secrets between sessions: deploy '{deployment.name}' again "
                f"to set {lost[0]}.",
            )
        return {name: value if isinstance(value, str) else given[name] for name, value in stored.items()}

    def _script(
        self, properties: Values, variables: Mapping[str, str], addresses: Addresses
    ) -> tuple[Path, Path]:
        """The application's folder and its scoring script.

        An image's script is named by AZUREML_ENTRY_SCRIPT, relative to AML_APP_ROOT, as the inference server
        in it reads them.
        """
        code: Values = properties.get("codeConfiguration") or {}
        if code.get("codeId"):
            root = addresses.local(str(code["codeId"]))
            script = str(code.get("scoringScript") or "")
        else:
            root = self._root(variables.get(ROOT, ""))
            script = variables.get(ENTRY, "")
        entry = root / script
        if not script or not entry.is_file():
            raise ArmError(
                400,
                "UserError",
                f"The deployment names no scoring script that is there: set {ENTRY} among its environment "
                f"variables (relative to {ROOT}, in the sandbox the checkout), or a code configuration.",
            )
        return root, entry

    def _root(self, said: str) -> Path:
        """An image's files are those of this checkout: /app/ml/serving of the image is ml/serving here."""
        parts = Path(said).parts
        places = [Path(said), *(self._project.joinpath(*parts[first:]) for first in range(len(parts)))]
        return next((one for one in places if one.is_absolute() and one.is_dir()), self._project)

    @staticmethod
    def _model(properties: Values, addresses: Addresses, app: Path) -> dict[str, str]:
        """`azureml-models/<name>/<version>/` with the model in it, as Azure ML mounts one."""
        said = properties.get("model")
        if not said:
            return {}
        place = addresses.local(str(said))
        if not place.exists():
            raise ArmError(404, "UserError", f"The files of model '{said}' do not exist: {place.name}")
        parts = str(said).removeprefix("azureml:").replace(":", "/").split("/")
        version, name = parts[-1], parts[-3] if parts[-2] == "versions" else parts[-2]
        folder = app / "azureml-models" / name / version
        folder.mkdir(parents=True, exist_ok=True)
        (folder / place.name).symlink_to(place)
        return {"AZUREML_MODEL_DIR": str(folder)}


def _patience(properties: Values) -> float:
    """Seconds that a readiness probe gives a container."""
    probe: Values = properties.get("readinessProbe") or {}
    if not probe:
        return _READY
    delay, period = (_iso(probe.get(name)) for name in ("initialDelay", "period"))
    return max(1.0, delay + period * float(probe.get("failureThreshold") or 1))


def _iso(text: object) -> float:
    """PT10S and PT1M, as Azure ML writes probes."""
    written = str(text or "PT10S").removeprefix("PT")
    factor = {"S": 1.0, "M": 60.0, "H": 3600.0}.get(written[-1:], 1.0)
    return float(written[:-1] or 0) * factor


def _until_ready(server: Server, seconds: float) -> str:
    """Wait for the health check; why it never came, or nothing."""
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
    return f"did not get ready in {seconds:.0f} s"


def tail(log: Path, lines: int = _TAIL) -> str:
    if not log.is_file():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
