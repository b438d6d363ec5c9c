"""The way into a workspace: the genuine SDK, signed in by DefaultAzureCredential."""

import io
import logging
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any, Final, Literal

from roastery.jobs import place as places_of
from roastery.jobs.errors import UsageError, explained
from roastery.jobs.place import Place
from roastery.sandbox.paths import Places
from roastery.sandbox.session import LIVE, session

Target = Literal["azure", "sandbox"]

# azure-core's own policies: total tries, and seconds to connect and to wait for an answer. They honour
# Retry-After, and repeat 408, 429 and 5xx of idempotent requests.
RETRIES: Final = 5
_CONNECT: Final = 20
_READ: Final = 120


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A signed-in client and where it leads."""

    ml: Any
    credential: Any
    place: Place
    target: Target = "azure"


def connect(place: Place, *, target: Target = "azure", retries: int = RETRIES) -> Workspace:
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
        where = (place.subscription or "", place.group or "", place.workspace or "")
        client = MLClient(credential, *where, **limits)
    return Workspace(ml=client, credential=credential, place=place, target=target)


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
    target: Target, stack: str | None, given: Place, jobs: Mapping[str, str] | None = None
) -> Generator[Workspace]:
    """A workspace for one command.

    Args:
        target: `azure` signs in with what the environment holds; `sandbox` opens a session that lasts as long
            as the block does, and so do its jobs.
        stack: whose outputs tell the place.
        given: what the user said about it, which wins.
        jobs: variables for the sandbox's jobs: the way to sales, which a cluster would give them.

    Raises:
        JobsError: the place is not known.
    """
    if target == "azure":
        yield connect(_of_azure(stack, given))
        return
    if stack is None:
        raise UsageError("the sandbox holds stacks", "name one with --stack")
    places = Places.find()
    place = given.over(Place.of_outputs(places_of.outputs_in_sandbox(places, stack)))
    with session(places, face=True, jobs=jobs) as environment, _as_own(environment):
        yield connect(place, target=target)


def _of_azure(stack: str | None, given: Place) -> Place:
    if stack is not None and not (given.complete and given.endpoint and given.pipeline):
        return given.over(Place.of_outputs(places_of.outputs_of_pulumi(stack)))
    if not given.complete:
        raise UsageError(
            "no workspace is named", "say --stack, or --subscription with --group and --workspace"
        )
    return given


@contextmanager
def _as_own(environment: Mapping[str, str]) -> Generator[None]:
    """The session's environment as this process's own, without anything that leads to a real account."""
    before = dict(os.environ)
    for name in before:
        if name.upper().startswith(LIVE):
            del os.environ[name]
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
