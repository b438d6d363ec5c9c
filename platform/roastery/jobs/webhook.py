"""The webhook that takes an event: a POST that proves itself with a shared secret."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from roastery.jobs.errors import DENIED, TRANSIENT, AuthorizationError, JobsError, TransientError, UsageError

SECRET = "ROAST_WEBHOOK_SECRET"  # noqa: S105 - a variable's name
_TIMEOUTS = (10, 30)  # seconds to connect, and to wait for an answer
_TRIES = 4


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """Where events go; Argo Events compares the secret with the request's bearer token (`authSecret`)."""

    url: str
    secret: str = field(repr=False)

    @classmethod
    def read(cls, url: str, file: Path | None) -> Webhook:
        """With the secret from a file, or else from the environment.

        Raises:
            UsageError: there is no secret, or it would be sent unencrypted.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(f"--webhook {url}: is not a web address", "such as https://events.example/drift")
        if parts.scheme == "http" and not _is_local(parts.hostname):
            raise UsageError(f"--webhook {url}: would send the secret in the clear", "use https")
        try:
            secret = file.read_text(encoding="utf-8") if file else os.environ.get(SECRET, "")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--webhook-secret {file}: can't be read: {type(error).__name__}") from None
        if not secret.strip():
            raise UsageError("the webhook needs a secret", f"--webhook-secret FILE, or {SECRET}")
        return cls(url=url, secret=secret.strip())

    def send(self, event: Mapping[str, Any]) -> None:
        """Posts the event.

        Raises:
            AuthorizationError: the secret is refused.
            JobsError: the event is refused.
            TransientError: nothing answers at the address, or it is busy.
        """
        retry = Retry(
            total=_TRIES - 1,
            backoff_factor=0.5,
            status_forcelist=sorted(TRANSIENT),
            allowed_methods=None,
            raise_on_status=False,
            respect_retry_after_header=True,
        )
        with requests.Session() as session:
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(max_retries=retry))
            try:
                response = session.post(
                    self.url,
                    json=dict(event),
                    headers={"Authorization": f"Bearer {self.secret}"},
                    timeout=_TIMEOUTS,
                    allow_redirects=False,  # the secret is for this address alone
                )
            except requests.RequestException as error:
                raise TransientError(
                    f"the retrain event did not reach {self.url}: {type(error).__name__}", "try again later"
                ) from None
        status = response.status_code
        if status in TRANSIENT:
            raise TransientError(f"{self.url} answered {status} to the retrain event", "try again later")
        if not response.ok or response.is_redirect:
            kind = AuthorizationError if status in DENIED else JobsError
            raise kind(
                f"{self.url} refused the retrain event with {status}", "check the address and the secret"
            )


def _is_local(host: str) -> bool:
    """Whether a request stays on this machine or inside the cluster."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith((".svc", ".svc.cluster.local"))
