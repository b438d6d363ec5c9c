"""Asking the model in service, with real requests."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roastery.jobs import endpoint as endpoints
from roastery.jobs import model_side, scoring
from roastery.jobs.client import Workspace, silently
from roastery.jobs.errors import JobsError, UsageError, explained
from roastery.jobs.models import Model


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One request and what came back.

    Args:
        endpoint: that was asked.
        deployment: that answered, if the endpoint says which.
        seconds: that it took.
        request: the body sent, as JSON.
        answer: the body received, as JSON.
    """

    endpoint: str
    deployment: str | None
    seconds: float
    request: Any
    answer: Any


def ask(workspace: Workspace, rows: Path | None = None) -> Answer:
    """One request to whom the traffic says.

    Args:
        workspace: where.
        rows: file with the body of a request; by default rows that the model in service knows.

    Raises:
        JobsError: no model is in service, or it does not answer as its contract says.
    """
    at = endpoints.read(workspace)
    live = max(at.traffic, key=lambda name: at.traffic[name], default=None)
    model = at.model(workspace, live) if live and at.traffic[live] else None
    if model is None:
        raise JobsError(f"no model is in service on {at.name}", "roast promote puts one into service")
    with (
        requests(workspace, model, rows, 1) as (bodies, check),
        scoring.asking(workspace, at.name, at.url, bodies, check) as asker,
    ):
        sample, said = asker.ask(bodies[0])
    if sample.problem:
        raise JobsError(f"{at.name} does not answer as it should: {sample.problem}")
    try:
        request, answer = json.loads(bodies[0]), json.loads(said)
    except ValueError:
        raise JobsError(f"{at.name} answers no JSON") from None
    return Answer(
        endpoint=at.name, deployment=sample.deployment, seconds=sample.seconds, request=request, answer=answer
    )


@contextmanager
def requests(
    workspace: Workspace, model: Model, rows: Path | None, count: int
) -> Generator[tuple[Sequence[bytes], scoring.Check]]:
    """Bodies of real requests, and how to judge an answer.

    Raises:
        UsageError: the file of rows can't be read.
        JobsError: the model can't be downloaded.
    """
    if rows is not None:
        try:
            body = rows.read_bytes()
        except OSError as error:
            raise UsageError(f"--rows {rows}: {error.strerror}") from None
        yield [body], scoring.no_check
        return
    side = model_side.model_side()
    with tempfile.TemporaryDirectory(prefix="roast-") as folder:
        with explained(f"the files of {model} can't be downloaded"), silently():
            workspace.ml.models.download(model.name, model.version, Path(folder))
        yield side.requests(Path(folder), count), side.problem
