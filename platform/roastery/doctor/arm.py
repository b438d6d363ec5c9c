"""Azure Resource Manager, as the checks ask it: one subscription, GET and POST only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from roastery.azure.cloud import Cloud
from roastery.azure.errors import ServiceError
from roastery.azure.http import Http, refuse

_OK = 200


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One subscription."""

    http: Http
    cloud: Cloud
    subscription: str
    tenant: str

    def get(self, path: str, version: str, query: str = "") -> dict[str, Any]:
        """The body of a GET below the subscription, or of its own.

        Raises:
            ServiceError: ARM refuses it, is busy, or does not answer; `status` and `code` are ARM's.
        """
        return self._ask("GET", self._url(path, version, query))

    def find(self, path: str, version: str) -> dict[str, Any] | None:
        """As `get`; None for what does not exist."""
        try:
            return self.get(path, version)
        except ServiceError as error:
            if error.status == 404:  # noqa: PLR2004 - HTTP
                return None
            raise

    def listed(self, path: str, version: str, query: str = "") -> Iterator[dict[str, Any]]:
        """The items of a list, page by page; a list may be called `value` or `values`."""
        url = self._url(path, version, query)
        while url:
            page = self._ask("GET", url)
            yield from page.get("value") or page.get("values") or ()
            url = str(page.get("nextLink") or "")

    def post(self, path: str, version: str, body: Any) -> dict[str, Any]:
        """The body of the answer to a POST that changes nothing, such as checkNameAvailability."""
        return self._ask("POST", self._url(path, version, ""), body)

    def _url(self, path: str, version: str, query: str) -> str:
        more = f"&{query}" if query else ""
        scope = f"{self.cloud.manager}/subscriptions/{self.subscription}"
        return f"{scope}{path}?api-version={version}{more}"

    def _ask(self, method: str, url: str, body: Any = None) -> dict[str, Any]:
        scope = f"{self.cloud.audience}/.default"
        reply = self.http.send(method, url, scope=scope, json=body, arm=True)
        if reply.status != _OK or not isinstance(reply.body, dict):
            what = url.partition("?")[0].partition(self.subscription)[2].lstrip("/") or "the subscription"
            raise refuse(reply, f"ARM on {what}", self.tenant)
        return reply.body
