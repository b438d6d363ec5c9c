"""Runs one node as a process on this machine: folders, environment, log and exit status."""

from __future__ import annotations

import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from azsandbox import files
from azsandbox.arm import ids
from azsandbox.arm_api.variables import Environment
from azsandbox.errors import ArmError, SandboxError
from azsandbox.ml_api.identities import Identities, WorkIdentity
from azsandbox.ml_api.jobs.commands import fill
from azsandbox.ml_api.jobs.plan import LITERALS, Asset, FromNode, Literal, Node
from azsandbox.ml_api.jobs.records import Run
from azsandbox.processes import Processes
from azsandbox.storage_api.addresses import ARTIFACTS, DEFAULT, Addresses

LOG = "user_logs/std_log.txt"
_TAIL = 20  # lines of the log that an error quotes
_SHELL = shutil.which("bash") or "/bin/sh"


class TimedOutError(SandboxError):
    """The node ran longer than its time limit: Azure ML cancels it."""


@dataclass(frozen=True, kw_only=True)
class JobContext:
    """What all nodes of a job share."""

    addresses: Addresses
    processes: Processes
    environment: Environment
    scratch: Path
    cancelled: threading.Event
    outputs: dict[FromNode, Path]  # of the nodes that have completed
    identities: Identities
    compute: str  # of nodes that name none

    def identity_of(self, node: Node) -> WorkIdentity:
        return self.identities.of_compute(self.addresses.workspace, node.compute or self.compute)


def log_of(addresses: Addresses, run: str) -> Path:
    return artifacts_of(addresses, run) / LOG


def artifacts_of(addresses: Addresses, run: str) -> Path:
    """The folder in which Azure ML stores logs: `ExperimentRun/dcid.<run>` in the artifact store."""
    return files.below(addresses.folder(ARTIFACTS), "ExperimentRun", f"dcid.{run}")


def prepare(node: Node, run: Run, context: JobContext) -> tuple[str, Path]:
    """The command line and its working directory; also creates the folders of the outputs.

    Raises:
        ArmError: an input does not exist, a placeholder has no value, or the job's identity lacks a role.
    """
    _require_roles(node, run, context)
    inputs = {name: _input(node, name, context) for name in node.inputs}
    outputs: dict[str, str] = {}
    for name, port in node.outputs.items():
        if port.type in LITERALS:
            raise ArmError(
                501, "NotModelled", f"the sandbox does not model outputs of type {port.type}: '{name}'"
            )
        relative = f"azureml/{run.name}/{name}"
        target = files.below(context.addresses.folder(DEFAULT), "azureml", run.name, name)
        (target.parent if port.type == "uri_file" else target).mkdir(parents=True, exist_ok=True)
        outputs[name] = str(target)
        run.outputs[name] = {"type": port.type, "uri": context.addresses.uri(DEFAULT, relative)}
    scratch = files.below(context.scratch, run.name)
    if node.code:
        shutil.copytree(context.addresses.local(node.code), scratch, dirs_exist_ok=True)
    scratch.mkdir(parents=True, exist_ok=True)
    return fill(node.command, inputs, outputs), scratch


def _require_roles(node: Node, run: Run, context: JobContext) -> None:
    """The job's identity may pull its image, read its inputs, and write its outputs and logs."""
    work, addresses = context.identity_of(node), context.addresses
    context.identities.require_image(work, addresses.workspace, node.image)
    read = [addresses.local(node.code)] if node.code else []
    read += [Path(_input(node, name, context)) for name in node.inputs if not _is_literal(node, name)]
    context.identities.require_data(work, read, "read")
    written = [addresses.folder(DEFAULT)] if node.outputs else []
    context.identities.require_data(work, [*written, log_of(addresses, run.name)], "write")


def _is_literal(node: Node, name: str) -> bool:
    declared = node.types.get(name, "string")
    return isinstance(node.inputs[name], Literal) and declared in {*LITERALS, "literal"}


def _input(node: Node, name: str, context: JobContext) -> str:
    source = node.inputs[name]
    if isinstance(source, Literal) and _is_literal(node, name):
        return source.value
    if isinstance(source, FromNode):
        path = context.outputs[source]
    else:
        path = context.addresses.local(source.address if isinstance(source, Asset) else source.value)
    if not path.exists():
        raise ArmError(404, "UserError", f"Input '{name}' of node '{node.path}' does not exist: {source}")
    return str(path)


def execute(command: str, node: Node, run: Run, scratch: Path, context: JobContext) -> str | None:
    """Run the command until it ends or is cancelled; None on success, else the reason of the failure."""
    log = log_of(context.addresses, run.name)
    identity = context.identities.variables(context.identity_of(node))
    environment = context.environment.with_settings(_run_variables(run, context), identity, node.environment)
    processes = context.processes
    process = processes.start([_SHELL, "-c", command], cwd=scratch, env=environment, log=log)
    try:
        late = _wait(processes, process, node, context.cancelled)
    finally:
        processes.ended(process)
        shutil.rmtree(scratch, ignore_errors=True)
    if late and not context.cancelled.is_set():
        raise TimedOutError(f"Canceled: the job ran longer than its limit of {node.timeout:.0f} s.")
    if context.cancelled.is_set() or process.returncode == 0:
        return None
    return (
        f"Execution failed. User process exited with status code {process.returncode}. "
        f"Please check log file '{LOG}' for error details. Error: {tail(log)}"
    )


def _wait(
    processes: Processes, process: subprocess.Popen[bytes], node: Node, cancelled: threading.Event
) -> bool:
    """Wait until the process ends, is cancelled or exceeds its time limit; True for the time limit."""
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


def _run_variables(run: Run, context: JobContext) -> dict[str, str]:
    """The environment variables by which Azure ML tells a job about its run."""
    workspace = context.addresses.workspace
    return {
        "AZUREML_RUN_ID": run.name,
        "AZUREML_ROOT_RUN_ID": run.root,
        "AZUREML_EXPERIMENT_NAME": run.experiment,
        "AZUREML_ARM_SUBSCRIPTION": ids.subscription_of(workspace).rpartition("/")[2],
        "AZUREML_ARM_RESOURCEGROUP": ids.parse(ids.group_of(workspace) or "").name,
        "AZUREML_ARM_WORKSPACE_NAME": ids.parse(workspace).name,
        "MLFLOW_TRACKING_URI": store_of(context.addresses),
        "MLFLOW_EXPERIMENT_NAME": run.experiment,
    }


def store_of(addresses: Addresses) -> str:
    """The workspace's MLflow store: an SQLite file in the default datastore, next to its artifacts."""
    folder = addresses.folder(DEFAULT) / "mlflow"
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'mlflow.db'}"


def tail(log: Path, lines: int = _TAIL) -> str:
    if not log.is_file():
        return "no output"
    log_lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(log_lines[-lines:]) or "no output"
