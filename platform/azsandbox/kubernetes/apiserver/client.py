"""A small client of the Kubernetes API for applying objects, over HTTPS with a verified certificate."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from azsandbox.errors import ArmError

Values = dict[str, Any]
MANAGER = "azsandbox"
APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
_WARNING = re.compile(r'\d{3} \S+ "((?:[^"\\]|\\.)*)"')


class UnreachableError(Exception):
    """The server could not be reached; never shown to a user."""


@dataclass(frozen=True, kw_only=True)
class ApiResponse:
    """The status, the body and the warnings of a response."""

    status: int
    body: Values
    warnings: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        return str(self.body.get("message") or self.body)

    @property
    def refused(self) -> bool:
        return self.status >= 300  # noqa: PLR2004 - HTTP

    def refusal(self) -> ArmError:
        """The response as an error, in the server's own words."""
        return ArmError(self.status, str(self.body.get("reason") or "InternalError"), self.message)


@dataclass
class Api:
    """The client of one API server, as its administrator."""

    address: str
    token: str
    certificate: Path
    _paths: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._context = ssl.create_default_context(cafile=str(self.certificate))

    def request(
        self, method: str, path: str, body: Values | None = None, *, content: str = "application/json"
    ) -> ApiResponse:
        """Send one request; a response of any status is returned.

        Raises:
            UnreachableError: there was no response.
        """
        host = urllib.parse.urlsplit(self.address)
        connection = http.client.HTTPSConnection(
            host.hostname or "", host.port, context=self._context, timeout=60
        )
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = content
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise UnreachableError(str(error)) from error
        finally:
            connection.close()
        return ApiResponse(
            status=response.status,
            body=json.loads(text) if text.startswith("{") else {"message": text},
            warnings=tuple(warnings(response.headers.get_all("Warning") or [])),
        )

    def serves(self, api: str, kind: str) -> bool:
        """Whether the server serves this type.

        Raises:
            ArmError: the server can't say.
        """
        if (api, kind) not in self._paths:
            response = self.request("GET", base(api))
            if response.refused and response.status != 404:  # noqa: PLR2004 - HTTP
                raise response.refusal()
            for resource in response.body.get("resources") or []:
                if "/" not in resource["name"]:  # not a subresource
                    self._paths[api, str(resource["kind"])] = (
                        str(resource["name"]),
                        bool(resource["namespaced"]),
                    )
        return (api, kind) in self._paths

    def is_namespaced(self, api: str, kind: str) -> bool | None:
        """Whether objects of a type are in a namespace; None if the server does not know the type."""
        return self._paths[api, kind][1] if self.serves(api, kind) else None

    def forget(self, api: str, kind: str) -> None:
        """Ask the server for this type again, since its definition has changed."""
        self._paths.pop((api, kind), None)

    def collection(self, manifest: Values) -> str | None:
        """The URL path of all objects of a type, in a namespace; None if the type is unknown."""
        api, kind = str(manifest["apiVersion"]), str(manifest["kind"])
        if not self.serves(api, kind):
            return None
        plural, namespaced = self._paths[api, kind]
        metadata: Values = manifest["metadata"]
        namespace = f"/namespaces/{metadata.get('namespace') or 'default'}" if namespaced else ""
        return f"{base(api)}{namespace}/{plural}"

    def path(self, manifest: Values) -> str | None:
        """The URL path of an object; None if the server does not know its type."""
        collection = self.collection(manifest)
        return collection and f"{collection}/{urllib.parse.quote(str(manifest['metadata']['name']), safe='')}"

    def apply(
        self,
        manifest: Values,
        path: str,
        *,
        dry_run: bool = False,
        manager: str = MANAGER,
        force: bool = False,
    ) -> ApiResponse:
        """Server-side apply; an unknown field is an error."""
        query = options(manager, dry_run=dry_run, force=force)
        return self.request("PATCH", f"{path}?{query}", manifest, content=APPLY)


def options(manager: str, *, dry_run: bool, force: bool = False) -> str:
    """The query of a request that writes, with strict validation of fields."""
    values = {"fieldManager": manager, "fieldValidation": "Strict"}
    return urllib.parse.urlencode(
        {**values, **({"dryRun": "All"} if dry_run else {}), **({"force": "true"} if force else {})}
    )


def base(api: str) -> str:
    return f"/apis/{api}" if "/" in api else f"/api/{api}"


def warnings(headers: list[str]) -> list[str]:
    """The texts of `Warning: 299 - "…"` headers; one header may contain several."""
    return [re.sub(r"\\(.)", r"\1", text) for header in headers for text in _WARNING.findall(header)]
