"""What a session with the API server opens, and what is left when it has ended."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from azsandbox.arm.subscription import Subscription
from azsandbox.ml_api.jobs.records import Records, Run
from azsandbox.processes import Processes, end_abandoned

pytestmark = pytest.mark.xdist_group("api")


def test_an_operation_that_is_not_modelled_is_named(sandbox: Any, workspace: str) -> None:
    from azure.identity import DefaultAzureCredential

    token = DefaultAzureCredential().get_token(f"{sandbox.url}/.default").token
    path = f"{workspace}/batchEndpoints/b?api-version=2023-10-01"
    response = requests.put(
        f"{sandbox.url}{path}", json={}, headers={"Authorization": f"Bearer {token}"}, timeout=10
    )
    assert response.status_code == 501
    message = response.json()["error"]["message"]
    assert "PUT" in message
    assert "/batchEndpoints/b" in message
    assert "api-version 2023-10-01" in message
    unknown = requests.get(
        f"{sandbox.url}{workspace}/jobs?api-version=1999-01-01",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    assert unknown.status_code == 501
    other = requests.get(
        f"{sandbox.url}{workspace.partition('/providers/')[0]}/providers/Microsoft.Storage/storageAccounts/stone"
        "?api-version=2025-01-01",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    assert other.status_code == 501


def test_nothing_but_the_sandboxes_hosts_is_reached(sandbox: Any) -> None:
    del sandbox
    with pytest.raises(requests.exceptions.ProxyError, match="403"):
        requests.get("https://management.azure.com/subscriptions", timeout=10)
    response = requests.get("http://example.com/", timeout=10)
    assert response.status_code == 403
    assert "refuses connections to the outside" in response.text


def test_the_session_listens_on_this_machine_only(sandbox: Any) -> None:
    port = sandbox.url.rpartition(":")[2]
    table = subprocess.run(["/bin/cat", "/proc/net/tcp"], capture_output=True, text=True, check=True).stdout
    listening = [line.split()[1] for line in table.splitlines()[1:] if line.split()[3] == "0A"]
    mine = [address for address in listening if int(address.partition(":")[2], 16) == int(port)]
    assert mine == [f"0100007F:{int(port):04X}"]


def test_no_secret_of_a_job_is_written(sdk: Any, sandbox: Any, ml: Any, image: str) -> None:

    job = sdk.command(
        command="true",
        environment=image,
        compute="aks",
        environment_variables={"SNOWFLAKE_PASSWORD": "fjord-and-kettle"},
    )
    name = ml.jobs.create_or_update(job).name
    del name
    written = [file for file in sandbox.project.sandbox.rglob("*") if file.is_file()]
    assert [file for file in written if b"fjord-and-kettle" in file.read_bytes()] == []


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
        roast = "import sys; from roastery.cli.main import main; sys.exit(main())"
        command = [sys.executable, "-c", roast, "sandbox", "exec", "--api", "--"]
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


def test_what_a_killed_session_left_is_swept(
    tmp_path: Path, alive: Callable[[int], bool], until: Any
) -> None:
    processes = Processes(tmp_path)
    process = processes.start(["/bin/sleep", "300"], cwd=tmp_path, env={}, log=tmp_path / "log")
    assert alive(process.pid)
    end_abandoned(tmp_path)
    until(lambda: not alive(process.pid))
    process.wait()


def test_the_environment_of_a_plain_session_leads_nowhere(running: Any) -> None:
    from azsandbox.session import without_credentials

    clean = without_credentials({**running.environment, "AZUREML_CURRENT_CLOUD": "x"})
    assert not [name for name in clean if name.startswith(("AZURE", "ARM_", "SNOWFLAKE_", "MLFLOW_"))]


def test_a_run_of_a_deleted_job_is_not_brought_back(sandbox: Any, workspace: str) -> None:
    from azsandbox.arm_api.resources import Resources

    records = Records(Resources(sandbox.provider))
    records.save(Run(id=f"{workspace}/jobs/gone", kind="Command", root="gone"))
    assert sandbox.subscription.get(f"{workspace}/jobs/gone") is None
