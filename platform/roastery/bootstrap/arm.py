"""Azure Resource Manager, as the bootstrap asks it: any method, and long-running operations."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from roastery.azure.cloud import Cloud, cloud
from roastery.azure.errors import ServiceBusyError, ServiceDeniedError, ServiceError
from roastery.azure.http import Http, Reply, refuse
from roastery.bootstrap.errors import BootstrapError, OutOfReachError, RightMissingError

_NOT_FOUND, _BAD = 404, 400
T = TypeVar("T")


@dataclass(frozen=True)
class ManagementReply:
    """Status and JSON of an answer; headers by name in lower case."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict[str, Any])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class ManagementClient:
    """ARM's API with the credential of the environment."""

    def __init__(self, http: Http, addresses: Cloud) -> None:
        self._http = http
        self._cloud = addresses

    @classmethod
    def of_environment(cls) -> ManagementClient:
        """Signed in by DefaultAzureCredential, in the cloud that the environment names.

        Raises:
            OutOfReachError: the cloud's description can't be read.
        """
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - seconds to import

        http = Http(DefaultAzureCredential)
        return cls(http, _translated(lambda: cloud(http)))

    def send(
        self, method: str, path: str, version: str, body: Mapping[str, Any] | None = None
    ) -> ManagementReply:
        """One request; 404 is an answer, every other refusal an error.

        Args:
            method: of HTTP.
            path: ARM id, perhaps with an action.
            version: the API version.
            body: JSON.

        Raises:
            RightMissingError: the sign-in or a right is refused.
            OutOfReachError: ARM can't be reached, or is busy.
            BootstrapError: ARM refuses the request.
        """
        url = f"{self._cloud.manager}{path}?api-version={version}"
        return self._ask(method, url, f"{method} {path}", body)

    def follow(self, location: str) -> ManagementReply:
        """The state of a long-running operation, by the address that its answer named."""
        return self._ask("GET", location, f"GET {location.partition('?')[0]}")

    def exists(self, identifier: str, version: str) -> bool:
        """Whether there is such a resource."""
        return self.send("GET", identifier, version).status != _NOT_FOUND

    def token(self, scope: str) -> str:
        """An Entra token for another audience.

        Raises:
            RightMissingError: the sign-in failed.
        """
        return _translated(lambda: self._http.token(scope))

    def _ask(
        self, method: str, url: str, request: str, body: Mapping[str, Any] | None = None
    ) -> ManagementReply:
        scope = f"{self._cloud.audience}/.default"
        reply: Reply = _translated(lambda: self._http.send(method, url, scope=scope, json=body, arm=True))
        if reply.status >= _BAD and reply.status != _NOT_FOUND:
            raise _of_service(refuse(reply, f"{request} was refused"))
        content = reply.body if isinstance(reply.body, dict) else {}
        return ManagementReply(reply.status, content, reply.headers)


def wait(finished: Callable[[], bool], *, what: str, seconds: float, every: float) -> None:
    """Asks until it is done.

    Raises:
        OutOfReachError: not within that time; `what` says what was waited for.
    """
    end = time.monotonic() + seconds
    while not finished():
        if time.monotonic() >= end:
            raise OutOfReachError(f"{what} within {seconds:.0f} seconds", "run the same command again")
        time.sleep(every)


def _translated(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except ServiceError as error:
        raise _of_service(error) from None


def _of_service(error: ServiceError) -> BootstrapError:
    """The same words, with what the command's caller distinguishes: wait, become an owner, or give up."""
    if isinstance(error, ServiceDeniedError):
        return RightMissingError(error.message, "az login, as an owner of the subscription")
    kind = OutOfReachError if isinstance(error, ServiceBusyError) else BootstrapError
    return kind(error.message, error.hint)
