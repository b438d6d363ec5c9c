"""Watching a job: a line per change, the log of what failed, what it made."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from roastery.jobs.client import Workspace, silently
from roastery.jobs.errors import JobsError, TransientError, explained
from roastery.jobs.model_side import model_side
from roastery.jobs.submit import Submitted

ENDED = frozenset({"Completed", "Failed", "Canceled"})
_LINES = 25
_PATIENCE = 900.0  # seconds without an answer
_SELDOM = 30.0  # seconds between two looks at most
_LOG = "std_log.txt"
_DATASTORE = "azureml://datastores/workspaceblobstore/paths"


@dataclass(frozen=True, kw_only=True)
class State:
    """A job at one moment: its own state and that of each node, with the node's job."""

    status: str
    nodes: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    @property
    def over(self) -> bool:
        return self.status in ENDED


@dataclass(frozen=True, kw_only=True)
class Result:
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


def look(workspace: Workspace, job: str) -> State:
    """The job now.

    Raises:
        JobsError: there is no such job.
    """
    with explained(f"job {job} can't be followed"):
        status = said(workspace.ml.jobs.get(job).status)
        nodes = {
            str(one.display_name or one.name): (one.name, said(one.status))
            for one in workspace.ml.jobs.list(parent_job_name=job)
        }
    return State(status=status, nodes=nodes)


def said(status: Any) -> str:
    """A state as Azure ML writes it."""
    return str(getattr(status, "value", status))


def changes(before: State | None, now: State) -> Iterator[str]:
    """A line for each node whose state has changed, and one for the job; those that wait are not told."""
    known = before.nodes if before else {}
    for node, (_, status) in now.nodes.items():
        if status != known.get(node, ("", "NotStarted"))[1]:
            yield f"{node}: {status}"
    if before is None or before.status != now.status:
        yield f"job: {now.status}"


def follow(
    workspace: Workspace, submitted: Submitted, tell: Callable[[str], None], *, every: float = 2.0
) -> Result:
    """Waits for a job to end.

    Args:
        workspace: where.
        submitted: the job.
        tell: takes a line per change.
        every: seconds between two looks at first; a job that takes long is looked at less often.

    Raises:
        JobsError: it failed or was cancelled; the message names the node, its log goes to `tell`.
        TransientError: Azure ML has not answered for a quarter of an hour.
    """
    now = _end(workspace, submitted.name, tell, every)
    if now.status == "Canceled":
        raise JobsError(f"job {submitted.name} was cancelled")
    if now.status == "Failed":
        raise JobsError(_failure(workspace, submitted, now, tell), f"see {submitted.url}")
    return Result(
        job=submitted.name,
        state=now.status,
        outputs=made(workspace, submitted, now),
        model=champion(workspace, submitted, now),
    )


def _end(workspace: Workspace, job: str, tell: Callable[[str], None], every: float) -> State:
    """The job's last state. A look that fails is not the job's end: it runs on, whoever watches."""
    before: State | None = None
    started = seen = time.monotonic()
    while True:
        try:
            now = look(workspace, job)
        except TransientError as error:
            if time.monotonic() - seen > _PATIENCE:
                raise
            tell(f"still waiting: {error.message}")
        else:
            seen = time.monotonic()
            for line in changes(before, now):
                tell(line)
            if now.over:
                return now
            before = now
        time.sleep(min(_SELDOM, max(every, (time.monotonic() - started) / 20)))


def _failure(workspace: Workspace, submitted: Submitted, now: State, tell: Callable[[str], None]) -> str:
    failed = {name: job for name, (job, status) in now.nodes.items() if status == "Failed"}
    if not failed:
        return f"job {submitted.name} failed"
    for node, job in failed.items():
        tell(f"the log of {node} ends:")
        for line in tail(workspace, job):
            tell(f"  {line}")
    return f"job {submitted.name} failed in {', '.join(failed)}"


def tail(workspace: Workspace, job: str, lines: int = _LINES) -> list[str]:
    """The last lines of what a node printed."""
    with tempfile.TemporaryDirectory(prefix="roast-") as folder:
        try:
            with explained(f"the log of {job} can't be read"):
                download(workspace, job, Path(folder))
        except JobsError as error:  # the failure itself is what has to be told
            return [str(error)]
        logs = sorted(Path(folder).rglob(_LOG))
        text = "\n".join(one.read_text(encoding="utf-8", errors="replace") for one in logs)
    return text.splitlines()[-lines:] or ["no output"]


def download(workspace: Workspace, job: str, folder: Path, *, everything: bool = False) -> None:
    """What a job left behind: its logs, or all of its outputs too."""
    with silently():
        workspace.ml.jobs.download(job, download_path=folder, all=everything)


def fetch(workspace: Workspace, submitted: Submitted, folder: Path) -> None:
    """Downloads logs and outputs of every node that has run into `folder/<node>`.

    Raises:
        JobsError: the workspace's storage can't be reached from here.
    """
    for node, (job, status) in look(workspace, submitted.name).nodes.items():
        if status in ENDED:
            with explained(f"the outputs of {node} can't be downloaded"):
                download(workspace, job, folder / node, everything=True)


def made(workspace: Workspace, submitted: Submitted, now: State) -> dict[str, str]:
    """What each output has become: `raw` → `azureml:sales-raw:3`, or where it lies if it is no asset.

    Azure ML writes outputs to `azureml/<job>/<output>` of the default datastore, which tells whose they are.
    """
    found: dict[str, str] = {}
    for node, ports in submitted.makes.items():
        job = now.nodes.get(node, ("", ""))[0]
        for port, asset in ports.items():
            if not job:
                continue
            if asset is None:
                found[port] = f"{_DATASTORE}/azureml/{job}/{port}"
                continue
            with explained(f"the versions of {asset} can't be listed"):
                versions = list(workspace.ml.data.list(name=asset))
            for one in versions:
                if f"/{job}/{port}" in str(one.path):
                    found[port] = f"azureml:{asset}:{one.version}"
    return found


def output(workspace: Workspace, submitted: Submitted, port: str, to: Path) -> Path:
    """Downloads one file or folder that a node has written.

    Raises:
        JobsError: no node writes it, or the workspace's storage can't be reached from here.
    """
    node = next((name for name, ports in submitted.makes.items() if port in ports), "")
    job, status = look(workspace, submitted.name).nodes.get(node, ("", ""))
    if status != "Completed":
        raise JobsError(f"job {submitted.name} has written no {port}")
    with tempfile.TemporaryDirectory(prefix="roast-") as folder:
        with explained(f"output {port} of {node} can't be downloaded"), silently():
            workspace.ml.jobs.download(job, download_path=folder, output_name=port)
        found = Path(folder) / "named-outputs" / port
        to.parent.mkdir(parents=True, exist_ok=True)
        part = to.with_name(f".{to.name}.part")
        shutil.move(found / port if (found / port).is_file() else found, part)
        part.replace(to)
    return to


def champion(workspace: Workspace, submitted: Submitted, now: State) -> str | None:
    """The model that the job made the champion, as the model's side reads it from what the job wrote."""
    side = model_side()
    for node, ports in submitted.makes.items():
        job, status = now.nodes.get(node, ("", ""))
        if side.REGISTRATION in ports and status == "Completed":
            with tempfile.TemporaryDirectory(prefix="roast-") as folder:
                with explained(f"what {node} registered can't be read"), silently():
                    workspace.ml.jobs.download(job, download_path=folder, output_name=side.REGISTRATION)
                return side.registered(Path(folder))
    return None
