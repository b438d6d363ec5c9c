"""Invoking the endpoint: the model in service answers real requests."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roastery.jobs.client import WorkspaceClient, silence_sdk
from roastery.jobs.endpoint import read_endpoint
from roastery.jobs.errors import JobsError, UsageError, translate_errors
from roastery.jobs.model_interface import load_model_interface
from roastery.jobs.models import ModelVersion
from roastery.jobs.scoring import AnswerCheck, accept_any_answer, open_scoring_client


@dataclass(frozen=True, kw_only=True)
class EndpointAnswer:
    """One request and its answer.

    Args:
        endpoint: that was invoked.
        deployment: that answered, if the endpoint names it.
        seconds: that it took.
        request: the body sent, as JSON.
        answer: the body received, as JSON.
    """

    endpoint: str
    deployment: str | None
    seconds: float
    request: Any
    answer: Any


def invoke(workspace: WorkspaceClient, rows: Path | None = None) -> EndpointAnswer:
    """Sends one request, which the endpoint routes by its traffic.

    Args:
        workspace: the client of the endpoint's workspace.
        rows: file with the body of a request; by default rows that the model in service knows.

    Raises:
        JobsError: no model is in service, or its answer is not as its contract says.
    """
    endpoint = read_endpoint(workspace)
    live = max(endpoint.traffic, key=lambda name: endpoint.traffic[name], default=None)
    model = endpoint.model(workspace, live) if live and endpoint.traffic[live] else None
    if model is None:
        raise JobsError(
            f"no model is in service on {endpoint.name}", "roast model promote puts one into service"
        )
    with (
        request_bodies(workspace, model, rows, 1) as (bodies, check),
        open_scoring_client(workspace, endpoint.name, endpoint.url, bodies, check) as client,
    ):
        sample, body = client.send(bodies[0])
    if sample.problem:
        raise JobsError(f"{endpoint.name} does not answer as it should: {sample.problem}")
    try:
        request, answer = json.loads(bodies[0]), json.loads(body)
    except ValueError:
        raise JobsError(f"the answer of {endpoint.name} is not JSON") from None
    return EndpointAnswer(
        endpoint=endpoint.name,
        deployment=sample.deployment,
        seconds=sample.seconds,
        request=request,
        answer=answer,
    )


@contextmanager
def request_bodies(
    workspace: WorkspaceClient, model: ModelVersion, rows: Path | None, count: int
) -> Generator[tuple[Sequence[bytes], AnswerCheck]]:
    """Bodies of real requests, and the check of their answers.

    Raises:
        UsageError: the file of rows can't be read.
        JobsError: the model can't be downloaded.
    """
    if rows is not None:
        try:
            body = rows.read_bytes()
        except OSError as error:
            raise UsageError(f"--rows {rows}: {error.strerror}") from None
        yield [body], accept_any_answer
        return
    interface = load_model_interface()
    with tempfile.TemporaryDirectory(prefix="roast-") as folder:
        with translate_errors(f"the files of {model} can't be downloaded"), silence_sdk():
            workspace.ml.models.download(model.name, model.version, Path(folder))
        yield interface.requests(Path(folder), count), interface.problem
