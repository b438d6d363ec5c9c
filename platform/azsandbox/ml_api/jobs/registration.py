"""Registers the outputs of a node as assets: data, models, and what the node registered with MLflow."""

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


class OutputRegistrar:
    """Registers the outputs of jobs as assets of the workspace."""

    def __init__(self, resources: Resources, environment: Mapping[str, str]) -> None:
        self._resources = resources
        self._environment = environment
        self._seen: dict[str, float] = {}  # MLflow store → modification time of its file at the last read
        self._lock = threading.Lock()

    def register(self, addresses: Addresses, run: Run, node: Node) -> None:
        """Create a version for each named output of the node, and for each new model version in MLflow."""
        for name, port in node.outputs.items():
            if not port.asset:
                continue
            model = port.type in _MODELS
            container = f"{addresses.workspace}/{'models' if model else 'data'}/{port.asset}"
            version = port.version or self._next_version(container)
            uri = run.outputs[name]["uri"]
            origin: Values = {"properties": {"azureml.runId": run.name, "azureml.outputName": name}}
            content: Values = (
                {"modelType": port.type, "modelUri": uri, "jobName": run.root}
                if model
                else {"dataType": port.type if port.type in _DATA else "uri_folder", "dataUri": uri}
            )
            self._put(f"{container}/versions/{version}", {**content, **origin})
            run.outputs[name]["asset"] = f"{container}/versions/{version}"
        self.read_registry(addresses)

    def _next_version(self, container: str) -> str:
        body: Values = {"id": container, "properties": {}}
        assets.complete(self._resources, body)
        return str(body["properties"]["nextVersion"])

    def _put(self, identifier: str, properties: Values) -> None:
        spec = self._resources.type_of(identifier)
        if spec is not None:
            assets.put(self._resources, spec, identifier, {"properties": properties})

    def read_registry(self, addresses: Addresses) -> None:
        """Register the model versions of the workspace's MLflow store as versions of the workspace."""
        store = store_of(addresses)
        file = Path(store.removeprefix("sqlite:///"))
        with self._lock:
            if not file.is_file() or self._seen.get(store) == file.stat().st_mtime:
                return
            models = _registered_models(store, self._environment)
            self._seen[store] = file.stat().st_mtime
            for model in models:
                self._register_model(addresses, model)

    def _register_model(self, addresses: Addresses, model: Values) -> None:
        identifier = f"{addresses.workspace}/models/{model['name']}/versions/{model['version']}"
        folder = Path(unquote(urlsplit(str(model["source"])).path))
        base = addresses.folder(DEFAULT)
        if not folder.is_relative_to(base):
            return  # its files are outside the workspace's storage: Azure ML could not serve it either
        content: Values = {
            "modelType": "mlflow_model",
            "modelUri": addresses.uri(DEFAULT, str(folder.relative_to(base))),
            "tags": model["tags"],
            "description": model["description"] or "",
            "properties": {"mlflow.runId": model["run_id"] or ""},
        }
        existing = self._resources.subscription.get(identifier)
        if existing is None or (existing.inputs.get("properties") or {}).get("tags") != model["tags"]:
            self._put(identifier, content)


def _registered_models(store: str, environment: Mapping[str, str]) -> list[Values]:
    """All model versions of an MLflow store; read in another process, as importing MLflow takes seconds."""
    result = subprocess.run(
        [sys.executable, "-m", "azsandbox.ml_api.jobs.registry", store],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    if result.returncode:
        lines = result.stderr.strip().splitlines()
        raise SandboxError(f"the MLflow store can't be read: {lines[-1] if lines else 'no output'}")
    return json.loads(result.stdout)
