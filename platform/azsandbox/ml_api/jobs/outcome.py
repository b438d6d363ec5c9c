"""What a node leaves behind besides files: data assets, and models that it registered with MLflow."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Values
from azsandbox.errors import SandboxError
from azsandbox.ml_api import assets
from azsandbox.ml_api.jobs.execution import store_of
from azsandbox.ml_api.jobs.plan import Node
from azsandbox.ml_api.jobs.records import Run
from azsandbox.storage_api.addresses import DEFAULT, Addresses

_MODELS = {"mlflow_model": "mlflow_model", "custom_model": "custom_model"}
_DATA = frozenset({"uri_file", "uri_folder", "mltable"})
_SECONDS = 300  # importing MLflow on a busy machine


class Outcome:
    """Registers what jobs made, in the same model as everything else."""

    def __init__(self, resources: Resources, environment: Mapping[str, str]) -> None:
        self._resources = resources
        self._environment = environment
        self._seen: dict[str, float] = {}  # MLflow store → its file's time when it was last read
        self._lock = threading.Lock()

    def register(self, addresses: Addresses, run: Run, node: Node) -> None:
        """Versions of the data and models that the node's outputs are named as, and of those in MLflow."""
        for name, port in node.outputs.items():
            if not port.asset:
                continue
            model = port.type in _MODELS
            container = f"{addresses.workspace}/{'models' if model else 'data'}/{port.asset}"
            version = port.version or self._next(container)
            uri = run.outputs[name]["uri"]
            about: Values = {"properties": {"azureml.runId": run.name, "azureml.outputName": name}}
            content: Values = (
                {"modelType": port.type, "modelUri": uri, "jobName": run.root}
                if model
                else {"dataType": port.type if port.type in _DATA else "uri_folder", "dataUri": uri}
            )
            self._put(f"{container}/versions/{version}", {**content, **about})
            run.outputs[name]["asset"] = f"{container}/versions/{version}"
        self.read_registry(addresses)

    def _next(self, container: str) -> str:
        body: Values = {"id": container, "properties": {}}
        assets.complete(self._resources, body)
        return str(body["properties"]["nextVersion"])

    def _put(self, identifier: str, properties: Values) -> None:
        spec = self._resources.type_of(identifier)
        if spec is not None:
            assets.put(self._resources, spec, identifier, {"properties": properties})

    def read_registry(self, addresses: Addresses) -> None:
        """Show the models of the MLflow store as versions of the workspace."""
        store = store_of(addresses)
        file = Path(store.removeprefix("sqlite:///"))
        with self._lock:
            if not file.is_file() or self._seen.get(store) == file.stat().st_mtime:
                return
            found = _registered(store, self._environment)
            self._seen[store] = file.stat().st_mtime
            for one in found:
                self._take(addresses, one)

    def _take(self, addresses: Addresses, model: Values) -> None:
        identifier = f"{addresses.workspace}/models/{model['name']}/versions/{model['version']}"
        place = Path(unquote(urlsplit(str(model["source"])).path))
        base = addresses.folder(DEFAULT)
        if not place.is_relative_to(base):
            return  # its files lie outside of the workspace's storage: Azure ML could not serve it either
        content: Values = {
            "modelType": "mlflow_model",
            "modelUri": addresses.uri(DEFAULT, str(place.relative_to(base))),
            "tags": model["tags"],
            "description": model["description"] or "",
            "properties": {"mlflow.runId": model["run_id"] or ""},
        }
        existing = self._resources.subscription.get(identifier)
        if existing is None or (existing.inputs.get("properties") or {}).get("tags") != model["tags"]:
            self._put(identifier, content)


def _registered(store: str, environment: Mapping[str, str]) -> list[Values]:
    """All versions of a store, through MLflow's own client; in a process, as importing it takes seconds."""
    done = subprocess.run(
        [sys.executable, "-m", "azsandbox.ml_api.jobs.registry", store],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise SandboxError(f"the MLflow store can't be read: {lines[-1] if lines else 'no output'}")
    return json.loads(done.stdout)
