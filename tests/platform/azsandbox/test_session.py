"""What a session leaves behind, and what it leads to."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azsandbox.arm.subscription import Subscription
from azsandbox.session import without_credentials

pytestmark = pytest.mark.xdist_group("api")


def content(file: Path) -> bytes:
    """What a file holds; SQLite's journal may be gone by the time it is read."""
    with contextlib.suppress(FileNotFoundError):
        return file.read_bytes()
    return b""


def test_no_secret_of_a_job_is_written(
    sdk: Any, sandbox: Any, ml: Any, image: str, ended: Callable[[str], Any]
) -> None:
    job = sdk.command(
        command="true",
        environment=image,
        compute="aks",
        environment_variables={"SNOWFLAKE_PASSWORD": "fjord-and-kettle"},
    )
    assert ended(ml.jobs.create_or_update(job).name).status == "Completed"
    written = [file for file in sandbox.project.sandbox.rglob("*") if file.is_file()]
    assert [file for file in written if b"fjord-and-kettle" in content(file)] == []


@pytest.fixture
def short(tmp_path: Path, sandbox: Any, image: str) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs a script in a session of its own, which ends with it, on a copy of the tests' model."""
    del image  # is in the copy
    folder = tmp_path / "sandbox"
    folder.mkdir()
    subprocess.run(["/bin/cp", str(sandbox.project.model), str(folder)], check=True)

    def run(script: str) -> subprocess.CompletedProcess[str]:
        file = tmp_path / "script.py"
        file.write_text(script)
        command = [sys.executable, "-m", "azsandbox", "exec", "--api", "--"]
        environment = {name: value for name, value in os.environ.items() if name not in sandbox.environment}
        environment |= {"AZSANDBOX_DIR": str(folder), "PATH": os.defpath, "PYTHONWARNINGS": "ignore"}
        return subprocess.run(
            [*command, sys.executable, str(file)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=Path(__file__).parent,
        )

    return run


SUBMIT = """
import pathlib, time
from azure.ai.ml import MLClient, command
from azure.identity import DefaultAzureCredential
ml = MLClient(DefaultAzureCredential(), "{subscription}", "rg", "mlw")
job = command(command="sleep 300 & echo $! > {pid}; wait", environment="azureml:image:1", compute="aks")
name = ml.jobs.create_or_update(job).name
for _ in range(600):
    if pathlib.Path("{pid}").is_file():
        break
    time.sleep(0.1)
print(name)
"""


def test_jobs_end_with_the_session(
    short: Any, tmp_path: Path, until: Any, alive: Callable[[int], bool], workspace: str
) -> None:
    pid = tmp_path / "pid"
    result = short(SUBMIT.format(subscription=workspace.split("/")[2], pid=pid))
    assert result.returncode == 0, result.stderr
    until(lambda: not alive(int(pid.read_text())))
    subscription = Subscription.open(tmp_path / "sandbox" / "subscription.sqlite")
    job = subscription.get(f"{workspace}/jobs/{result.stdout.split()[-1]}")
    assert job is not None
    assert job.outputs["run"]["status"] == "Canceled"
    subscription.close()


def test_the_environment_of_a_plain_session_leads_nowhere(running: Any) -> None:
    clean = without_credentials({**running.environment, "AZUREML_CURRENT_CLOUD": "x"})
    assert not [name for name in clean if name.startswith(("AZURE", "ARM_", "SNOWFLAKE_", "MLFLOW_"))]


def test_a_session_inherits_no_credentials() -> None:
    live = {"AZURE_CLIENT_ID": "x", "ARM_CLIENT_SECRET": "x", "SNOWFLAKE_USER": "x", "KUBECONFIG": "x"}
    live |= {"PULUMI_ACCESS_TOKEN": "x", "PULUMI_BACKEND_URL": "x"}
    assert without_credentials({**live, "HOME": "/home/me", "LANG": "C"}) == {"HOME": "/home/me", "LANG": "C"}
