"""Requests to Azure Resource Manager: with azure-core's retries, signed in from the environment."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from roastery.bootstrap.errors import BootstrapError, OutOfReachError, RightMissingError

CLOUD_METADATA = "ARM_CLOUD_METADATA_URL"
"""Of another cloud than the public one; azure-ai-ml and azure-native know the variable too."""
_PUBLIC = ("https://management.azure.com", "https://management.azure.com")
_NOT_FOUND, _UNAUTHORIZED, _FORBIDDEN, _BAD = 404, 401, 403, 400


@dataclass(frozen=True)
class ManagementReply:
    """Status and JSON of an answer."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict[str, Any])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class ManagementClient:
    """ARM's API with the credential of the environment."""

    def __init__(self, credential: Any, base: str, audience: str) -> None:
        from azure.core import PipelineClient  # noqa: PLC0415 - seconds to import
        from azure.core.pipeline.policies import (  # noqa: PLC0415
            BearerTokenCredentialPolicy,
            HeadersPolicy,
            RetryPolicy,
        )

        self.credential = credential
        self.audience = audience
        self._base = base
        policies = [
            HeadersPolicy(),
            RetryPolicy(retry_total=5),
            BearerTokenCredentialPolicy(credential, f"{audience}/.default"),
        ]
        self._client: Any = PipelineClient(base, policies=policies)

    @classmethod
    def of_environment(cls) -> ManagementClient:
        """Signed in by DefaultAzureCredential, in the cloud that the environment names.

        Raises:
            OutOfReachError: the cloud's description can't be read.
        """
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415

        base, audience = _cloud(os.environ.get(CLOUD_METADATA, ""))
        return cls(DefaultAzureCredential(), base, audience)

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
            OutOfReachError: ARM can't be reached.
            BootstrapError: ARM refuses the request.
        """
        from azure.core import exceptions as core  # noqa: PLC0415
        from azure.core.rest import HttpRequest  # noqa: PLC0415

        request = HttpRequest(method, f"{self._base}{path}", params={"api-version": version}, json=body)
        try:
            response = self._client.send_request(request)
            text = response.text()
        except core.ClientAuthenticationError as error:
            raise RightMissingError(
                f"the sign-in failed: {_first_line(error)}", "az login, as an owner of the subscription"
            ) from None
        except core.AzureError as error:
            raise OutOfReachError(f"Azure Resource Manager can't be reached: {_first_line(error)}") from None
        content: Any = json.loads(text) if text.strip() else {}
        if response.status_code >= _BAD and response.status_code != _NOT_FOUND:
            raise _refusal(response.status_code, content, f"{method} {path}")
        return ManagementReply(response.status_code, content, dict(response.headers))

    def follow(self, location: str) -> ManagementReply:
        """The state of a long-running operation, by the address that its answer named."""
        from azure.core.rest import HttpRequest  # noqa: PLC0415

        response = self._client.send_request(HttpRequest("GET", location))
        text = response.text()
        content: Any = json.loads(text) if text.strip() else {}
        if response.status_code >= _BAD:
            raise _refusal(response.status_code, content, f"GET {location.partition('?')[0]}")
        return ManagementReply(response.status_code, content, dict(response.headers))

    def exists(self, identifier: str, version: str) -> bool:
        """Whether there is such a resource."""
        return self.send("GET", identifier, version).status != _NOT_FOUND

    def token(self, scope: str) -> str:
        """An Entra token for another audience.

        Raises:
            RightMissingError: the sign-in failed.
        """
        from azure.core.exceptions import ClientAuthenticationError  # noqa: PLC0415

        try:
            return str(self.credential.get_token(scope).token)
        except ClientAuthenticationError as error:
            raise RightMissingError(f"the sign-in failed: {_first_line(error)}", "az login") from None


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


def _cloud(metadata: str) -> tuple[str, str]:
    if not metadata:
        return _PUBLIC
    try:
        with urllib.request.urlopen(metadata, timeout=30) as answer:  # noqa: S310 - the user's own setting
            content: Any = json.load(answer)
    except (OSError, ValueError) as error:
        raise OutOfReachError(f"{metadata} can't be read: {error}") from None
    cloud = content[0] if isinstance(content, list) else content
    return cloud["resourceManager"].rstrip("/"), cloud["authentication"]["audiences"][0].rstrip("/")


def _refusal(status: int, content: Any, request: str) -> BootstrapError:
    error = content.get("error", content) if isinstance(content, dict) else {}
    text = f"{error.get('code', status)}: {' '.join(str(error.get('message', 'no message')).split())}"
    kind = RightMissingError if status in (_UNAUTHORIZED, _FORBIDDEN) else BootstrapError
    return kind(f"{request} was refused: {text}")


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
