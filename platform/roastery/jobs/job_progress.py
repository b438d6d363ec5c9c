"""Following a job to its end: a line per change, and the log of what failed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from roastery.jobs.client import OnProgress, WorkspaceClient, silence_sdk
from roastery.jobs.errors import JobsError, TransientError, translate_errors
from roastery.jobs.submission import SubmittedJob

ENDED = frozenset({"Completed", "Failed", "Canceled"})
_LINES = 25
_PATIENCE = 900.0  # seconds without an answer
_LONGEST_INTERVAL = 30.0  # seconds between two polls at most
_LOG = "std_log.txt"


@dataclass(frozen=True, kw_only=True)
class JobState:
    """A job at one moment: its own status, and the job and status of each node."""

    status: str
    nodes: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    @property
    def ended(self) -> bool:
        return self.status in ENDED


def read_state(workspace: WorkspaceClient, job: str) -> JobState:
    """The job now.

    Raises:
        JobsError: there is no such job.
    """
    with translate_errors(f"the state of job {job} can't be read"):
        status = format_status(workspace.ml.jobs.get(job).status)
        nodes = {
            str(node.display_name or node.name): (node.name, format_status(node.status))
            for node in workspace.ml.jobs.list(parent_job_name=job)
        }
    return JobState(status=status, nodes=nodes)


def format_status(status: Any) -> str:
    """A status as Azure ML writes it."""
    return str(getattr(status, "value", status))


def format_changes(before: JobState | None, now: JobState) -> Iterator[str]:
    """A line for each node whose status has changed, and one for the job; nodes that wait have no line."""
    known = before.nodes if before else {}
    for node, (_, status) in now.nodes.items():
        if status != known.get(node, ("", "NotStarted"))[1]:
            yield f"{node}: {status}"
    if before is None or before.status != now.status:
        yield f"job: {now.status}"


def follow(
    workspace: WorkspaceClient, job: SubmittedJob, on_progress: OnProgress, *, every: float = 2.0
) -> JobState:
    """Waits for a job to end; its last state.

    Args:
        workspace: the client of the job's workspace.
        job: the job.
        on_progress: takes a line per change.
        every: seconds between two polls at first; a job that takes long is polled less often.

    Raises:
        JobsError: it failed or was cancelled; the message names the node, its log goes to `on_progress`.
        TransientError: Azure ML has not answered for a quarter of an hour.
    """
    state = _wait(workspace, job.name, on_progress, every)
    if state.status == "Canceled":
        raise JobsError(f"job {job.name} was cancelled")
    if state.status == "Failed":
        raise JobsError(_report_failure(workspace, job, state, on_progress), f"see {job.url}")
    return state


def _wait(workspace: WorkspaceClient, job: str, on_progress: OnProgress, every: float) -> JobState:
    """The job's last state. A poll that fails does not end the wait: the job runs on, whoever follows it."""
    before: JobState | None = None
    started = answered = time.monotonic()
    while True:
        try:
            state = read_state(workspace, job)
        except TransientError as error:
            if time.monotonic() - answered > _PATIENCE:
                raise
            on_progress(f"still waiting: {error.message}")
        else:
            answered = time.monotonic()
            for line in format_changes(before, state):
                on_progress(line)
            if state.ended:
                return state
            before = state
        time.sleep(min(_LONGEST_INTERVAL, max(every, (time.monotonic() - started) / 20)))


def _report_failure(
    workspace: WorkspaceClient, job: SubmittedJob, state: JobState, on_progress: OnProgress
) -> str:
    failed = {node: name for node, (name, status) in state.nodes.items() if status == "Failed"}
    if not failed:
        return f"job {job.name} failed"
    for node, name in failed.items():
        on_progress(f"the log of {node} ends:")
        for line in _log_tail(workspace, name):
            on_progress(f"  {line}")
    return f"job {job.name} failed in {', '.join(failed)}"


def _log_tail(workspace: WorkspaceClient, job: str, lines: int = _LINES) -> list[str]:
    """The last lines of what a node printed."""
    with tempfile.TemporaryDirectory(prefix="roast-") as folder:
        try:
            with translate_errors(f"the log of {job} can't be read"):
                download(workspace, job, Path(folder))
        except JobsError as error:  # the user must see which node failed, whatever its log does
            return [str(error)]
        logs = sorted(Path(folder).rglob(_LOG))
        text = "\n".join(log.read_text(encoding="utf-8", errors="replace") for log in logs)
    return text.splitlines()[-lines:] or ["no output"]


def download(workspace: WorkspaceClient, job: str, folder: Path, *, everything: bool = False) -> None:
    """Downloads the logs of a job, or all of its outputs too."""
    with silence_sdk():
        workspace.ml.jobs.download(job, download_path=folder, all=everything)
