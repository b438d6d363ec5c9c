"""The client of one workspace: the genuine SDK, signed in by DefaultAzureCredential."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

from roastery import targets
from roastery.jobs.errors import UsageError, translate_errors
from roastery.jobs.reference import WorkspaceReference, pulumi_outputs, target_outputs
from roastery.targets import AZURE

OnProgress = Callable[[str], None]
"""Takes each line of progress of a long operation."""

# azure-core's own policies: total tries, and seconds to connect and to wait for an answer. They honour
# Retry-After, and repeat 408, 429 and 5xx of idempotent requests.
RETRIES = 5
ACCOUNT = "roastery/sa-argo-workflow"
"""The service account that submits jobs and promotes models in production, and at another target too."""
_CONNECT_SECONDS = 20
_READ_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class WorkspaceClient:
    """A signed-in client of Azure ML, and the workspace that it is for."""

    ml: Any
    credential: Any
    reference: WorkspaceReference
    target: str = AZURE


def connect(reference: WorkspaceReference, *, target: str = AZURE, retries: int = RETRIES) -> WorkspaceClient:
    """A client of that workspace; no request is sent yet.

    Raises:
        JobsError: the addresses of the cloud can't be read.
    """
    logging.getLogger("azure").setLevel(logging.ERROR)  # retries and experimental classes announce themselves
    with translate_errors("the Azure ML SDK can't start"):
        from azure.ai.ml import MLClient  # noqa: PLC0415 - seconds to import
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415

        credential = DefaultAzureCredential()
        settings: dict[str, Any] = {
            "retry_total": retries,
            "connection_timeout": _CONNECT_SECONDS,
            "read_timeout": _READ_SECONDS,
        }
        names = (reference.subscription or "", reference.group or "", reference.workspace or "")
        client = MLClient(credential, *names, **settings)
    return WorkspaceClient(ml=client, credential=credential, reference=reference, target=target)


@contextmanager
def silence_sdk() -> Generator[None]:
    """Hides what the SDK prints: a line per file that it downloads, a dot per poll, and log messages."""
    output, level = io.StringIO(), logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with redirect_stdout(output), redirect_stderr(output):
            yield
    finally:
        logging.disable(level)


@contextmanager
def open_workspace(
    target: str,
    stack: str | None,
    named: WorkspaceReference,
    job_environment: Mapping[str, str] | None = None,
) -> Generator[WorkspaceClient]:
    """The client of a workspace for one command.

    Args:
        target: `azure` signs in with what the environment holds; any other target opens a session that lasts
            as long as the block does, and so do its jobs. It signs in as the workflows' service account, so
            that what this account's identity may not do is refused there too.
        stack: whose outputs name workspace, endpoint and pipeline.
        named: what the user named, which has precedence over the stack's outputs.
        job_environment: variables for the jobs of another target: the settings of a local warehouse, which a
            cluster would set.

    Raises:
        JobsError: the workspace is not known.
        NoTargetError: the target is not installed.
    """
    if target == AZURE:
        yield connect(_azure_reference(stack, named))
        return
    offline = targets.find(target)
    if stack is None:
        raise UsageError(f"--target {target} needs a stack", "name one with --stack")
    reference = named.or_else(WorkspaceReference.from_outputs(target_outputs(offline, stack)))
    signed_in = offline.session(job_environment, account=ACCOUNT, stack=stack)
    with signed_in as environment, replaced_environment(environment):
        yield connect(reference, target=target)


def _azure_reference(stack: str | None, named: WorkspaceReference) -> WorkspaceReference:
    if stack is not None and not (named.complete and named.endpoint and named.pipeline):
        return named.or_else(WorkspaceReference.from_outputs(pulumi_outputs(stack)))
    if not named.complete:
        raise UsageError(
            "no workspace is named", "use --stack, or --subscription with --group and --workspace"
        )
    return named


@contextmanager
def replaced_environment(environment: Mapping[str, str]) -> Generator[None]:
    """The session's environment instead of this process's own, which may lead to a real account."""
    original = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(original)
