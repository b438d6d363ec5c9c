"""The outputs of jobs become assets: data that is named, and models that are registered with MLflow."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("api")


def test_a_named_output_becomes_the_next_version_of_a_data_asset(
    ml: Any, pipeline: Any, ended: Callable[[str], Any], unique: str
) -> None:
    for version in ("1", "2"):
        ended(ml.jobs.create_or_update(pipeline).name)
        data = ml.data.get(f"numbers-{unique}", label="latest")
        assert data.version == version
        assert "/datastores/workspaceblobstore/paths/azureml/" in data.path


REGISTER = """
import os, pathlib, sys, warnings
warnings.simplefilter("ignore")
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
from mlflow import MlflowClient
name = sys.argv[1]
client = MlflowClient()
store = pathlib.Path(os.environ["MLFLOW_TRACKING_URI"].removeprefix("sqlite:///"))
artifacts = (store.parent / "artifacts").as_uri()
experiment = client.create_experiment(os.environ["MLFLOW_EXPERIMENT_NAME"], artifact_location=artifacts)
run = client.create_run(experiment)
folder = pathlib.Path("model"); folder.mkdir(); (folder / "MLmodel").write_text("flavors: {}")
client.log_artifacts(run.info.run_id, str(folder), "model")
client.create_registered_model(name)
source = f"{run.info.artifact_uri}/model"
client.create_model_version(name, source, run_id=run.info.run_id, tags={"role": "champion"})
"""


@pytest.mark.slow
def test_a_model_registered_with_mlflow_is_a_model_of_the_workspace(
    sdk: Any, ml: Any, image: str, ended: Callable[[str], Any], unique: str, tmp_path: Path
) -> None:
    script = tmp_path / "register.py"
    script.write_text(REGISTER)
    name = f"demand-{unique}"
    job = sdk.command(
        command=f"{sys.executable} {script} {name}",
        environment=image,
        compute="aks",
        experiment_name=f"x-{unique}",
    )
    job = ended(ml.jobs.create_or_update(job).name)
    assert job.status == "Completed"
    model = ml.models.get(name, label="latest")
    assert (model.version, model.type, model.tags["role"]) == ("1", "mlflow_model", "champion")
    ml.models.download(name, "1", download_path=str(tmp_path / "back"))
    assert [file.read_text() for file in (tmp_path / "back").rglob("MLmodel")] == ["flavors: {}"]
