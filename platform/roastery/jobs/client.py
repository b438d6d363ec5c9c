"""The way into a workspace: the genuine SDK, signed in by DefaultAzureCredential."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

from roastery import targets
from roastery.jobs.errors import UsageError, explained
from roastery.jobs.reference import WorkspaceReference, outputs_of_pulumi, outputs_of_target
from roastery.targets import AZURE

# azure-core's own policies: total tries, and seconds to connect and to wait for an answer. They honour
# Retry-After, and repeat 408, 429 and 5xx of idempotent requests.
RETRIES = 5
_CONNECT = 20
_READ = 120


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A signed-in client and where it leads."""

    ml: Any
    credential: Any
    reference: WorkspaceReference
    target: str = AZURE


def connect(reference: WorkspaceReference, *, target: str = AZURE, retries: int = RETRIES) -> Workspace:
    """A client of that workspace; nothing is asked of it yet.

    Raises:
        JobsError: the cloud's own addresses can't be had.
    """
    logging.getLogger("azure").setLevel(logging.ERROR)  # retries and experimental classes announce themselves
    with explained("the Azure ML SDK can't start"):
        from azure.ai.ml import MLClient  # noqa: PLC0415 - seconds to import
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415

        credential = DefaultAzureCredential()
        limits: dict[str, Any] = {
            "retry_total": retries,
            "connection_timeout": _CONNECT,
            "read_timeout": _READ,
        }
        names = (reference.subscription or "", reference.group or "", reference.workspace or "")
        client = MLClient(credential, *names, **limits)
    return Workspace(ml=client, credential=credential, reference=reference, target=target)


@contextmanager
def silently() -> Generator[None]:
    """While the SDK downloads or waits: it prints a line per file and a dot per look, and logs the rest."""
    quiet, before = io.StringIO(), logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with redirect_stdout(quiet), redirect_stderr(quiet):
            yield
    finally:
        logging.disable(before)


@contextmanager
def opened(
    target: str, stack: str | None, given: WorkspaceReference, jobs: Mapping[str, str] | None = None
) -> Generator[Workspace]:
    """A workspace for one command.

    Args:
        target: `azure` signs in with what the environment holds; any other target opens a session that lasts
            as long as the block does, and so do its jobs.
        stack: whose outputs name workspace, endpoint and pipeline.
        given: what the user named, which has precedence.
        jobs: variables for the jobs of another target: the way to sales, which a cluster would set.

    Raises:
        JobsError: the workspace is not known.
        NoTargetError: the target is not installed.
    """
    if target == AZURE:
        yield connect(_in_azure(stack, given))
        return
    offline = targets.find(target)
    if stack is None:
        raise UsageError(f"--target {target} needs a stack", "name one with --stack")
    reference = given.over(WorkspaceReference.of_outputs(outputs_of_target(offline, stack)))
    with offline.session(jobs) as environment, _environment(environment):
        yield connect(reference, target=target)


def _in_azure(stack: str | None, given: WorkspaceReference) -> WorkspaceReference:
    if stack is not None and not (given.complete and given.endpoint and given.pipeline):
        return given.over(WorkspaceReference.of_outputs(outputs_of_pulumi(stack)))
    if not given.complete:
        raise UsageError(
            "no workspace is named", "use --stack, or --subscription with --group and --workspace"
        )
    return given


@contextmanager
def _environment(environment: Mapping[str, str]) -> Generator[None]:
    """The session's environment in place of this process's own, which may lead to a real account."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
