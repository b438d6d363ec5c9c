"""The little of the Kubernetes API that applying objects takes, over HTTPS with a verified certificate."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Values = dict[str, Any]
MANAGER = "azsandbox"
_WARNING = re.compile(r'\d{3} \S+ "((?:[^"\\]|\\.)*)"')


class Unanswered(Exception):  # noqa: N818 - the field's word; never shown to a user
    """The server could not be reached."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status, body and what the server warned about."""

    status: int
    body: Values
    warnings: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        return str(self.body.get("message") or self.body)


@dataclass
class Api:
    """One API server, as its administrator."""

    address: str
    token: str
    certificate: Path
    _paths: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._context = ssl.create_default_context(cafile=str(self.certificate))

    def request(
        self, method: str, path: str, body: Values | None = None, *, content: str = "application/json"
    ) -> Answer:
        """One call; any status is an answer."""
        host = urllib.parse.urlsplit(self.address)
        connection = http.client.HTTPSConnection(
            host.hostname or "", host.port, context=self._context, timeout=60
        )
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = content
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(str(error)) from error
        finally:
            connection.close()
        return Answer(
            status=answer.status,
            body=json.loads(text) if text.startswith("{") else {"message": text},
            warnings=tuple(warnings(answer.headers.get_all("Warning") or [])),
        )

    def serves(self, api: str, kind: str) -> bool:
        """Whether the server has this type by now."""
        if (api, kind) not in self._paths:
            for held in self.request("GET", _base(api)).body.get("resources") or []:
                if "/" not in held["name"]:  # no subresource
                    self._paths[api, str(held["kind"])] = (str(held["name"]), bool(held["namespaced"]))
        return (api, kind) in self._paths

    def path(self, one: Values) -> str | None:
        """Where an object lies; None if the server does not know its type."""
        api, kind = str(one["apiVersion"]), str(one["kind"])
        if not self.serves(api, kind):
            return None
        plural, namespaced = self._paths[api, kind]
        metadata: Values = one["metadata"]
        inside = f"/namespaces/{metadata.get('namespace') or 'default'}" if namespaced else ""
        return f"{_base(api)}{inside}/{plural}/{metadata['name']}"

    def apply(self, one: Values, path: str, *, dry: bool = False) -> Answer:
        """Server-side apply; a field that the type does not have is an error."""
        options = {"fieldManager": MANAGER, "fieldValidation": "Strict", **({"dryRun": "All"} if dry else {})}
        query = urllib.parse.urlencode(options)
        return self.request("PATCH", f"{path}?{query}", one, content="application/apply-patch+yaml")


def _base(api: str) -> str:
    return f"/apis/{api}" if "/" in api else f"/api/{api}"


def warnings(headers: list[str]) -> list[str]:
    """The texts of `Warning: 299 - "…"` headers, several of which may share one line."""
    return [re.sub(r"\\(.)", r"\1", text) for header in headers for text in _WARNING.findall(header)]
