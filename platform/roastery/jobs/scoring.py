"""Requests to an endpoint, as its callers send them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from roastery.jobs.client import Workspace
from roastery.jobs.errors import explained
from roastery.jobs.health import Sample

DEPLOYMENT = "azureml-model-deployment"  # the header that names one, asked and answered
SECONDS = 30.0
_SHOWN = 300

Check = Callable[[bytes, bytes], str | None]
"""What is wrong with an answer (second) to a request (first)."""


def no_check(_body: bytes, _answer: bytes) -> None:
    """Any answer with status 200 will do."""


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Sends requests one after the other, each a real one, over and over."""

    url: str
    key: str = field(repr=False)
    bodies: Sequence[bytes]
    check: Check = no_check
    session: requests.Session = field(default_factory=requests.Session)

    def ask(self, body: bytes, deployment: str | None = None) -> tuple[Sample, bytes]:
        """One request to a deployment, or to whom the traffic says; and the answer."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        if deployment:
            headers[DEPLOYMENT] = deployment
        started = time.perf_counter()
        try:
            said = self.session.post(self.url, data=body, headers=headers, timeout=SECONDS)
        except requests.RequestException as error:
            took = time.perf_counter() - started
            return Sample(seconds=took, problem=type(error).__name__, deployment=deployment), b""
        took = time.perf_counter() - started
        problem = self.check(body, said.content) if said.ok else f"{said.status_code} {said.text[:_SHOWN]}"
        answered = said.headers.get(DEPLOYMENT, deployment)
        return Sample(seconds=took, problem=problem, deployment=answered), said.content

    def some(self, count: int, deployment: str | None = None, *, over: float = 0.0) -> Iterator[Sample]:
        """So many requests, spread over so many seconds, to a deployment or to whom the traffic says."""
        started = time.monotonic()
        for number, body in enumerate(itertools.islice(itertools.cycle(self.bodies), count)):
            pause = started + over * number / count - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            yield self.ask(body, deployment)[0]


@contextmanager
def asking(
    workspace: Workspace, endpoint: str, url: str, bodies: Sequence[bytes], check: Check
) -> Generator[Asker]:
    """An asker, signed in as the endpoint wants it: by key, or by a token of ours."""
    with explained(f"the key of endpoint {endpoint} can't be read"):
        granted = workspace.ml.online_endpoints.get_keys(endpoint)
    key = getattr(granted, "primary_key", None) or granted.access_token
    with requests.Session() as session:
        yield Asker(url=url, key=key, bodies=bodies, check=check, session=session)
