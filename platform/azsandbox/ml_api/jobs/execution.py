"""One node as a process of this machine: folders, environment, log, outcome."""

from __future__ import annotations

import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from azsandbox.arm import ids
from azsandbox.arm_api.variables import Environment
from azsandbox.errors import ArmError, SandboxError
from azsandbox.ml_api.jobs.commands import fill
from azsandbox.ml_api.jobs.plan import LITERALS, Asset, FromNode, Literal, Node
from azsandbox.ml_api.jobs.records import Run
from azsandbox.ml_api.processes import Processes
from azsandbox.storage_api.addresses import ARTIFACTS, DEFAULT, Addresses

LOG = "user_logs/std_log.txt"
_TAIL = 20  # lines of the log that an error quotes
_SHELL = shutil.which("bash") or "/bin/sh"


class TimedOutError(SandboxError):
    """The node reached its limit: Azure ML cancels it."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What the nodes of a job share."""

    addresses: Addresses
    processes: Processes
    environment: Environment
    scratch: Path
    cancelled: threading.Event
    outputs: dict[FromNode, Path]  # where each node that has ended wrote


def log_of(addresses: Addresses, run: str) -> Path:
    return artifacts_of(addresses, run) / LOG


def artifacts_of(addresses: Addresses, run: str) -> Path:
    """Where Azure ML keeps logs: `ExperimentRun/dcid.<run>` in the artifact store."""
    return addresses.folder(ARTIFACTS) / "ExperimentRun" / f"dcid.{run}"


def prepare(node: Node, run: Run, setting: Setting) -> tuple[str, Path]:
    """The command line and the folder to run it in; the outputs' folders are made.

    Raises:
        ArmError: an input leads nowhere, or a placeholder has no value.
    """
    inputs = {name: _input(node, name, setting) for name in node.inputs}
    outputs: dict[str, str] = {}
    for name, port in node.outputs.items():
        if port.type in LITERALS:
            raise ArmError(
                501, "NotModelled", f"the sandbox does not model outputs of type {port.type}: '{name}'"
            )
        relative = f"azureml/{run.name}/{name}"
        place = setting.addresses.folder(DEFAULT) / relative
        (place.parent if port.type == "uri_file" else place).mkdir(parents=True, exist_ok=True)
        outputs[name] = str(place)
        run.outputs[name] = {"type": port.type, "uri": setting.addresses.uri(DEFAULT, relative)}
    scratch = setting.scratch / run.name
    if node.code:
        shutil.copytree(setting.addresses.local(node.code), scratch, dirs_exist_ok=True)
    scratch.mkdir(parents=True, exist_ok=True)
    return fill(node.command, inputs, outputs), scratch


def _input(node: Node, name: str, setting: Setting) -> str:
    source = node.inputs[name]
    if isinstance(source, Literal) and node.types.get(name, "string") in {*LITERALS, "literal"}:
        return source.value
    if isinstance(source, FromNode):
        place = setting.outputs[source]
    else:
        place = setting.addresses.local(source.address if isinstance(source, Asset) else source.value)
    if not place.exists():
        raise ArmError(404, "UserError", f"Input '{name}' of node '{node.path}' does not exist: {source}")
    return str(place)


def execute(command: str, node: Node, run: Run, scratch: Path, setting: Setting) -> str | None:
    """Run the command to its end; None, or why it failed. A cancelled one is killed."""
    log = log_of(setting.addresses, run.name)
    environment = setting.environment.with_settings(_about(run, setting), node.environment)
    processes = setting.processes
    process = processes.start([_SHELL, "-c", command], cwd=scratch, env=environment, log=log)
    try:
        late = _wait(processes, process, node, setting.cancelled)
    finally:
        processes.ended(process)
        shutil.rmtree(scratch, ignore_errors=True)
    if late and not setting.cancelled.is_set():
        raise TimedOutError(f"Canceled: the job ran longer than its limit of {node.timeout:.0f} s.")
    if setting.cancelled.is_set() or process.returncode == 0:
        return None
    return (
        f"Execution failed. User process exited with status code {process.returncode}. "
        f"Please check log file '{LOG}' for error details. Error: {tail(log)}"
    )


def _wait(
    processes: Processes, process: subprocess.Popen[bytes], node: Node, cancelled: threading.Event
) -> bool:
    """Until the process ends, is cancelled, or takes too long; whether it did."""
    waited, tick = 0.0, 0.1
    while True:
        try:
            process.wait(tick)
        except subprocess.TimeoutExpired:
            waited += tick
            late = node.timeout is not None and waited > node.timeout
            if late or cancelled.is_set():
                processes.stop(process)
                return late
        else:
            return False


def _about(run: Run, setting: Setting) -> dict[str, str]:
    """What Azure ML tells a job about itself."""
    workspace = setting.addresses.workspace
    return {
        "AZUREML_RUN_ID": run.name,
        "AZUREML_ROOT_RUN_ID": run.root,
        "AZUREML_EXPERIMENT_NAME": run.experiment,
        "AZUREML_ARM_SUBSCRIPTION": ids.subscription_of(workspace).rpartition("/")[2],
        "AZUREML_ARM_RESOURCEGROUP": ids.parse(ids.group_of(workspace) or "").name,
        "AZUREML_ARM_WORKSPACE_NAME": ids.parse(workspace).name,
        "MLFLOW_TRACKING_URI": store_of(setting.addresses),
        "MLFLOW_EXPERIMENT_NAME": run.experiment,
    }


def store_of(addresses: Addresses) -> str:
    """The workspace's MLflow store: SQLite in the default datastore, its artifacts beside it."""
    folder = addresses.folder(DEFAULT) / "mlflow"
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'mlflow.db'}"


def tail(log: Path, lines: int = _TAIL) -> str:
    if not log.is_file():
        return "no output"
    found = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(found[-lines:]) or "no output"
