"""Requests to an endpoint, as its callers send them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from roastery.jobs.client import WorkspaceClient
from roastery.jobs.errors import translate_errors
from roastery.jobs.health import RequestSample

DEPLOYMENT = "azureml-model-deployment"  # the header that names a deployment, in requests and in answers
SECONDS = 30.0
_SHOWN = 300

AnswerCheck = Callable[[bytes, bytes], str | None]
"""What is wrong with an answer (second) to a request (first)."""


def accept_any_answer(_body: bytes, _answer: bytes) -> None:
    """Any answer with status 200 will do."""


@dataclass(frozen=True, kw_only=True)
class ScoringClient:
    """Sends real requests one after the other, over and over."""

    url: str
    key: str = field(repr=False)
    bodies: Sequence[bytes]
    check: AnswerCheck = accept_any_answer
    session: requests.Session = field(default_factory=requests.Session)

    def send(self, body: bytes, deployment: str | None = None) -> tuple[RequestSample, bytes]:
        """One request and its answer; the traffic decides who answers if no deployment is named."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        if deployment:
            headers[DEPLOYMENT] = deployment
        started = time.perf_counter()
        try:
            response = self.session.post(self.url, data=body, headers=headers, timeout=SECONDS)
        except requests.RequestException as error:
            seconds = time.perf_counter() - started
            return RequestSample(seconds=seconds, problem=type(error).__name__, deployment=deployment), b""
        seconds = time.perf_counter() - started
        if response.ok:
            problem = self.check(body, response.content)
        else:
            problem = f"{response.status_code} {response.text[:_SHOWN]}"
        answered = response.headers.get(DEPLOYMENT, deployment)
        return RequestSample(seconds=seconds, problem=problem, deployment=answered), response.content

    def send_many(
        self, count: int, deployment: str | None = None, *, over: float = 0.0
    ) -> Iterator[RequestSample]:
        """So many requests, spread over so many seconds; the traffic decides if no deployment is named."""
        started = time.monotonic()
        for number, body in enumerate(itertools.islice(itertools.cycle(self.bodies), count)):
            pause = started + over * number / count - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            yield self.send(body, deployment)[0]


@contextmanager
def open_scoring_client(
    workspace: WorkspaceClient, endpoint: str, url: str, bodies: Sequence[bytes], check: AnswerCheck
) -> Generator[ScoringClient]:
    """A client that is signed in as the endpoint demands: by key, or by a token of ours."""
    with translate_errors(f"the key of endpoint {endpoint} can't be read"):
        credentials = workspace.ml.online_endpoints.get_keys(endpoint)
    key = getattr(credentials, "primary_key", None) or credentials.access_token
    with requests.Session() as session:
        yield ScoringClient(url=url, key=key, bodies=bodies, check=check, session=session)
