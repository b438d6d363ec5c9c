"""What a job has made: data assets, files and a model."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from roastery.jobs.client import OnProgress, WorkspaceClient, silence_sdk
from roastery.jobs.errors import JobsError, translate_errors
from roastery.jobs.job_progress import ENDED, JobState, download, follow, read_state
from roastery.jobs.model_interface import load_model_interface
from roastery.jobs.submission import SubmittedJob

_DATASTORE = "azureml://datastores/workspaceblobstore/paths"


@dataclass(frozen=True, kw_only=True)
class JobResult:
    """How a job ended.

    Args:
        job: its name.
        state: as Azure ML writes it.
        outputs: what it made, by output: the data asset, or the address of one that is not registered.
        model: `name:version` of the model that it made the champion; None if it made none.
    """

    job: str
    state: str
    outputs: Mapping[str, str]
    model: str | None = None


def wait_for_result(
    workspace: WorkspaceClient, job: SubmittedJob, on_progress: OnProgress, *, every: float = 2.0
) -> JobResult:
    """Follows a job to its end and reads what it has made.

    Raises:
        JobsError: as `follow`.
        TransientError: as `follow`.
    """
    state = follow(workspace, job, on_progress, every=every)
    return JobResult(
        job=job.name,
        state=state.status,
        outputs=output_addresses(workspace, job, state),
        model=registered_champion(workspace, job, state),
    )


def download_all(workspace: WorkspaceClient, job: SubmittedJob, folder: Path) -> None:
    """Downloads logs and outputs of every node that has run into `folder/<node>`.

    Raises:
        JobsError: the workspace's storage can't be reached from here.
    """
    for node, (name, status) in read_state(workspace, job.name).nodes.items():
        if status in ENDED:
            with translate_errors(f"the outputs of {node} can't be downloaded"):
                download(workspace, name, folder / node, everything=True)


def download_output(workspace: WorkspaceClient, job: SubmittedJob, port: str, to: Path) -> Path:
    """Downloads one file or folder that a node has written.

    Raises:
        JobsError: no node has written it, or the workspace's storage can't be reached from here.
    """
    node = next((name for name, ports in job.output_assets.items() if port in ports), "")
    name, status = read_state(workspace, job.name).nodes.get(node, ("", ""))
    if status != "Completed":
        raise JobsError(f"job {job.name} has not written {port}")
    with tempfile.TemporaryDirectory(prefix="roast-") as folder:
        with translate_errors(f"output {port} of {node} can't be downloaded"), silence_sdk():
            workspace.ml.jobs.download(name, download_path=folder, output_name=port)
        source = Path(folder) / "named-outputs" / port
        to.parent.mkdir(parents=True, exist_ok=True)
        part = to.with_name(f".{to.name}.part")
        shutil.move(source / port if (source / port).is_file() else source, part)
        part.replace(to)
    return to


def output_addresses(workspace: WorkspaceClient, job: SubmittedJob, state: JobState) -> dict[str, str]:
    """Where each output is: `raw` → `azureml:sales-raw:3`, or its address if it is not a data asset.

    Azure ML writes outputs to `azureml/<job>/<output>` of the default datastore; that names the job of each
    version of an asset.
    """
    addresses: dict[str, str] = {}
    for node, ports in job.output_assets.items():
        name = state.nodes.get(node, ("", ""))[0]
        for port, asset in ports.items():
            if not name:
                continue
            if asset is None:
                addresses[port] = f"{_DATASTORE}/azureml/{name}/{port}"
                continue
            with translate_errors(f"the versions of {asset} can't be listed"):
                versions = list(workspace.ml.data.list(name=asset))
            for version in versions:
                if f"/{name}/{port}" in str(version.path):
                    addresses[port] = f"azureml:{asset}:{version.version}"
    return addresses


def registered_champion(workspace: WorkspaceClient, job: SubmittedJob, state: JobState) -> str | None:
    """The model that the job made the champion, as the model's package reads it from the job's outputs."""
    interface = load_model_interface()
    for node, ports in job.output_assets.items():
        name, status = state.nodes.get(node, ("", ""))
        if interface.REGISTRATION in ports and status == "Completed":
            with tempfile.TemporaryDirectory(prefix="roast-") as folder:
                with translate_errors(f"what {node} registered can't be read"), silence_sdk():
                    workspace.ml.jobs.download(name, download_path=folder, output_name=interface.REGISTRATION)
                return interface.registered(Path(folder))
    return None
