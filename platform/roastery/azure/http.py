"""HTTP through azure-core's own pipeline; every failure becomes one line.

Retry-After is honoured up to `LONGEST_WAIT`; a service that asks for more is reported instead of waited for.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlsplit

from azure.core import PipelineClient
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline.policies import BearerTokenCredentialPolicy, RetryPolicy
from azure.core.rest import HttpRequest
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from roastery.azure.errors import ServiceBusyError, ServiceDeniedError, ServiceError

LONGEST_WAIT = 30  # seconds
RETRIES = 3
_CONNECT_SECONDS, _READ_SECONDS = 10, 60
_THROTTLED = 429
_BUSY = frozenset({408, 500, 502, 503, 504})
_DENIED = frozenset({401, 403})
_NO_CONNECTION = ("NewConnectionError", "Failed to resolve", "Connection refused", "Max retries", "timed out")
_HOST = re.compile(r"host='([\w.-]+)'")
Credential = Any
"""What azure-identity offers: `get_token(scope)`."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """Status, headers by name in lower case, and the body if it is JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any = None


class _PatientRetryPolicy(RetryPolicy[Any, Any]):
    """The usual retries, but never one that the service wants to be long after."""

    def is_retry(self, settings: Any, response: Any) -> bool:
        if (self.get_retry_after(response) or 0) > LONGEST_WAIT:
            return False
        return bool(super().is_retry(settings, response))


@dataclass(frozen=True)
class Http:
    """Sends requests, signed in for the audience of each."""

    create_credential: Callable[[], Credential]
    tenant: str = ""
    retries: int = RETRIES
    _clients: dict[str, Any] = field(default_factory=dict[str, Any], init=False, repr=False)

    @cached_property
    def credential(self) -> Credential:
        logging.getLogger("azure").setLevel(logging.CRITICAL)  # it announces each way to sign in that fails
        return self.create_credential()

    def token(self, scope: str) -> str:
        """An access token for that scope, for exchanges that put it into a body.

        Raises:
            ServiceError: nobody is signed in, or the sign-in service does not answer.
        """
        try:
            return str(self.credential.get_token(scope).token)
        except AzureError as error:
            raise self._translated(error, "the sign-in service") from error

    def send(
        self,
        method: str,
        url: str,
        *,
        scope: str = "",
        json: Any = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        arm: bool = False,
    ) -> Reply:
        """One request; any HTTP status is an answer.

        Args:
            method: of HTTP.
            url: with its query.
            scope: of the token to send; empty for none.
            json: the body, as JSON.
            data: or as a form.
            headers: further headers.
            arm: the request is for Azure Resource Manager, which may ask for another claim.

        Raises:
            ServiceError: there is no answer, or no token.
        """
        request = HttpRequest(
            method, url, json=json, data=dict(data) if data else None, headers=dict(headers or {})
        )
        try:
            response = self._client(scope, arm).send_request(request)
            content = response.read()
        except AzureError as error:
            raise self._translated(error, urlsplit(url).hostname or url) from error
        names = {name.lower(): value for name, value in response.headers.items()}
        body = response.json() if content and "json" in names.get("content-type", "") else None
        return Reply(status=response.status_code, headers=names, body=body)

    def _client(self, scope: str, arm: bool) -> Any:
        key = f"{scope} {arm}"
        if key not in self._clients:
            policies: list[Any] = [_PatientRetryPolicy(retry_total=self.retries, retry_backoff_max=10)]
            if scope:
                policy = ARMChallengeAuthenticationPolicy if arm else BearerTokenCredentialPolicy
                policies.append(policy(self.credential, scope))
            timeouts: dict[str, Any] = {"connection_timeout": _CONNECT_SECONDS, "read_timeout": _READ_SECONDS}
            self._clients[key] = PipelineClient(base_url="https://", policies=policies, **timeouts)
        return self._clients[key]

    def _translated(self, error: AzureError, host: str) -> ServiceError:
        text = " ".join(str(error).split())
        unreachable = any(sign in text for sign in _NO_CONNECTION)
        if isinstance(error, ClientAuthenticationError) and not unreachable:
            command = f"az login --tenant {self.tenant}" if self.tenant else "az login"
            return ServiceDeniedError(
                f"not signed in to Azure: {_first_sentence(text)}",
                f"{command}; in a pipeline, set AZURE_CLIENT_ID, AZURE_TENANT_ID and a federated token file",
            )
        named = _HOST.search(text)  # the host of the sign-in, where that is what is missing
        return ServiceBusyError(
            f"{named[1] if named else host} can't be reached from here",
            f"check DNS, proxy and firewall of this machine ({_proxy()}), then run it again",
        )


def _first_sentence(text: str) -> str:
    head = text.partition(" Attempted credentials")[0].partition(". ")[0]
    return head if len(head) <= 200 else f"{head[:200]}…"  # noqa: PLR2004 - a line of a terminal or two


def _proxy() -> str:
    proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
    return f"HTTPS_PROXY is {proxy.rpartition('@')[2]}" if proxy else "no HTTPS_PROXY is set"


def refuse(reply: Reply, action: str, tenant: str = "") -> ServiceError:
    """The error for an answer that is not a success, with the service's own code and message."""
    code, message = _code_and_message(reply.body)
    text = " ".join(f"{code} {message}".split()) or f"HTTP {reply.status}"
    if reply.status == _THROTTLED:
        wait = reply.headers.get("retry-after", "")
        return ServiceBusyError(
            f"{action}: throttled (429), although {RETRIES} retries kept to Retry-After",
            f"run it again in {wait} seconds" if wait else "run it again in a minute",
            status=reply.status,
            code=code,
        )
    if code == "InvalidAuthenticationTokenTenant":
        return ServiceDeniedError(
            f"{action}: the sign-in is of another tenant than the subscription's",
            f"az login --tenant {tenant}",
            status=reply.status,
            code=code,
        )
    if reply.status in _DENIED:
        return ServiceDeniedError(
            f"{action}: {text}",
            "sign in as somebody with the role Reader or more",
            status=reply.status,
            code=code,
        )
    if reply.status in _BUSY:
        return ServiceBusyError(
            f"{action}: {text}", "run it again in a minute", status=reply.status, code=code
        )
    return ServiceError(f"{action}: {text}", "see the message", status=reply.status, code=code)


def _code_and_message(body: Any) -> tuple[str, str]:
    inner = body.get("error", body) if isinstance(body, dict) else None
    if not isinstance(inner, dict):
        return "", ""
    fields = cast("dict[str, Any]", inner)
    return str(fields.get("code", "")), str(fields.get("message", ""))
