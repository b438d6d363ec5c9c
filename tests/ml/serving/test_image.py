"""The training image without a container engine: its install steps, its jobs, its CMD."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from ml.pipeline import PIPELINE

ROOT = Path(__file__).resolve().parents[3]
DOCKERFILE = (ROOT / "images" / "training" / "Dockerfile").read_text(encoding="utf-8")
SECONDS = 60


@pytest.fixture(scope="module")
def environment(installed: Callable[[str], Path]) -> Path:
    return installed("training")


def variables(environment: Path, **more: str) -> dict[str, str]:
    return {"PATH": f"{environment / 'bin'}:/usr/bin:/bin", "HOME": "/tmp", **more}  # noqa: S108 - as the image says


@pytest.mark.slow
def test_every_step_and_the_way_to_a_workspace_can_be_imported(environment: Path, tmp_path: Path) -> None:
    modules = [node.step.module for node in PIPELINE.nodes]
    assert "ml.steps.train" in modules

    wanted = ", ".join([*modules, "azureml.mlflow", "snowflake.connector", "azure.keyvault.secrets"])
    result = subprocess.run(
        [str(environment / "bin" / "python"), "-c", f"import {wanted}"],
        cwd=tmp_path,
        env=variables(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )

    assert result.returncode == 0, result.stderr


@pytest.mark.slow
def test_neither_tests_nor_the_sandbox_are_in_it(environment: Path) -> None:
    packages = {path.name for path in (environment / "lib").glob("python*/site-packages/*")}

    assert "lightgbm" in packages
    assert packages.isdisjoint({"pytest", "pulumi", "fakesnow", "trustme", "playwright"})


@pytest.mark.slow
def test_its_command_answers_where_azure_ml_asks(environment: Path, model: Path, tmp_path: Path) -> None:
    line = next(line for line in DOCKERFILE.splitlines() if line.startswith("CMD "))
    command = [part.replace("/app/ml", str(ROOT / "ml")) for part in json.loads(line.removeprefix("CMD "))]
    assert command[-2:] == ["--port", "5001"]  # where platform/roastery/components/assets/assets.py looks
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command[-1] = str(port)
    # As stacks/serving.py sets them, and the image before it; the image's folder is this checkout.
    settings = {"AML_APP_ROOT": str(ROOT / "ml" / "serving"), "AZUREML_ENTRY_SCRIPT": "score.py"}
    more = {"AZUREML_MODEL_DIR": str(model), "AML_APP_INSIGHTS_ENABLED": "false"}
    gunicorn = {"GUNICORN_CMD_ARGS": "--no-control-socket"}
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env=variables(environment, **settings, **more, **gunicorn),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        assert b"Healthy" in answer(f"http://127.0.0.1:{port}/", process, log)
        rows = json.dumps({"rows": [{"StoreID": "S1", "Month": "2026-01"}]}).encode()
        answered = json.loads(answer(f"http://127.0.0.1:{port}/score", process, log, rows))
        assert answered["model"]["name"] == "seasonal-naive"
    finally:
        os.killpg(process.pid, 15)
        process.wait(SECONDS)


def answer(address: str, process: subprocess.Popen[bytes], log: Path, body: bytes | None = None) -> bytes:
    request = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json"})  # noqa: S310
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as answered:  # noqa: S310 - of this machine
                return answered.read()
        except (ConnectionError, urllib.error.URLError):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
