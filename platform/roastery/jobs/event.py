"""The event that starts a retrain: a POST to a webhook that proves itself with a shared secret."""

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

from roastery.jobs.errors import TRANSIENT, JobsError, TransientError, UsageError

SECRET = "ROAST_WEBHOOK_SECRET"  # noqa: S105 - a variable's name
_SECONDS = (10, 30)
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
            UsageError: there is no secret, or it would travel in the clear.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(f"--webhook {url}: is no address", "such as https://events.example/drift")
        if parts.scheme == "http" and not _near(parts.hostname):
            raise UsageError(f"--webhook {url}: would send the secret in the clear", "use https")
        try:
            secret = file.read_text(encoding="utf-8") if file else os.environ.get(SECRET, "")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--webhook-secret {file}: can't be read: {type(error).__name__}") from None
        if not secret.strip():
            raise UsageError("the webhook needs a secret", f"--webhook-secret FILE, or {SECRET}")
        return cls(url=url, secret=secret.strip())

    def send(self, event: Mapping[str, Any]) -> None:
        """Raises the event.

        Raises:
            JobsError: it is refused: a wrong secret, a wrong address.
            TransientError: nothing answers there, or it is busy.
        """
        again = Retry(
            total=_TRIES - 1,
            backoff_factor=0.5,
            status_forcelist=sorted(TRANSIENT),
            allowed_methods=None,
            raise_on_status=False,
            respect_retry_after_header=True,
        )
        with requests.Session() as session:
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(max_retries=again))
            try:
                said = session.post(
                    self.url,
                    json=dict(event),
                    headers={"Authorization": f"Bearer {self.secret}"},
                    timeout=_SECONDS,
                    allow_redirects=False,  # the secret is for this address alone
                )
            except requests.RequestException as error:
                raise TransientError(
                    f"the retrain event did not reach {self.url}: {type(error).__name__}", "try again later"
                ) from None
        if said.status_code in TRANSIENT:
            raise TransientError(
                f"{self.url} answered {said.status_code} to the retrain event", "try again later"
            )
        if not said.ok or said.is_redirect:
            raise JobsError(
                f"{self.url} refused the retrain event with {said.status_code}",
                "check the address and the secret",
            )


def _near(host: str) -> bool:
    """Whether a request stays on this machine or inside the cluster."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith((".svc", ".svc.cluster.local"))
