"""Endpoints, deployments and a scoring script for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

SCRIPT = """
import json, os, pathlib
def init():
    global weights
    files = sorted(pathlib.Path(os.environ["AZUREML_MODEL_DIR"]).glob("*/weights.txt"))
    weights = files[0].read_text()
def run(data):
    return {"weights": weights, "colour": os.environ["COLOUR"], "rows": json.loads(data)}
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A folder with a scoring script, one that fails and one that takes too long."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "score.py").write_text(SCRIPT)
    (folder / "broken.py").write_text("raise ValueError('the model is too old')")
    (folder / "slow.py").write_text("import time\ntime.sleep(60)\n" + SCRIPT)
    return folder


@pytest.fixture
def model(entities: Any, ml: Any, unique: str, tmp_path: Path) -> Any:
    """A registered model."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "weights.txt").write_text("42")
    return ml.models.create_or_update(
        entities.Model(name=f"model-{unique}", version="1", path=str(folder), type="custom_model")
    )


@pytest.fixture
def deploy(entities: Any, ml: Any, app: Path, model: Any, image: str) -> Callable[..., Any]:
    """Creates a deployment of the model, on Kubernetes or on managed instances."""

    def make(
        endpoint: str, name: str, script: str = "score.py", *, managed: bool = False, **more: Any
    ) -> Any:
        variables = {"AML_APP_ROOT": str(app), "AZUREML_ENTRY_SCRIPT": script, "COLOUR": name}
        kind = entities.ManagedOnlineDeployment if managed else entities.KubernetesOnlineDeployment
        deployment = kind(
            name=name,
            endpoint_name=endpoint,
            model=model.id,
            environment=image,
            environment_variables=variables,
            instance_count=1,
            **({"instance_type": "Standard_DS3_v2"} if managed else {}),
            **more,
        )
        return ml.online_deployments.begin_create_or_update(deployment).result()

    return make


@pytest.fixture
def endpoint(entities: Any, ml: Any, unique: str) -> Callable[..., Any]:
    """Creates an endpoint on Kubernetes; one that takes Entra tokens is managed."""

    def make(**more: Any) -> Any:
        settings = {"name": f"e-{unique}", "auth_mode": "key", **more}
        entity = (
            entities.ManagedOnlineEndpoint(**settings)
            if settings["auth_mode"] == "aad_token"
            else entities.KubernetesOnlineEndpoint(compute="aks", **settings)
        )
        return ml.online_endpoints.begin_create_or_update(entity).result()

    return make


@pytest.fixture
def share(ml: Any) -> Callable[..., Any]:
    """Sets the traffic of an endpoint."""

    def update(target: Any, **traffic: int) -> Any:
        target.traffic = traffic
        return ml.online_endpoints.begin_create_or_update(target).result()

    return update


@pytest.fixture
def score(ml: Any) -> Callable[..., requests.Response]:
    """Sends one row to an endpoint, with its key."""

    def post(target: Any, **headers: str) -> requests.Response:
        key = ml.online_endpoints.get_keys(target.name).primary_key
        all_headers = {"Authorization": f"Bearer {key}", **headers}
        return requests.post(target.scoring_uri, json={"store": "A"}, headers=all_headers, timeout=30)

    return post
