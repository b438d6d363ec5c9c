"""A client of the OCI distribution API: manifests and blobs as they are, byte by byte, checked by digest.

Specification: github.com/opencontainers/distribution-spec. Sign-in to Azure's registries:
azure.github.io/acr/AAD-OAuth.html.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests

from roastery.bootstrap.errors import BootstrapError, OutOfReachError, RightMissingError

NOBODY = "00000000-0000-0000-0000-000000000000"
"""The user name that goes with a registry's refresh token."""
_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json"
)
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
_DOCKER, _DOCKER_API = "docker.io", "registry-1.docker.io"
_SECONDS = 120
_OK, _CREATED, _UNAUTHORIZED, _FORBIDDEN, _MISSING = 200, 201, 401, 403, 404


@dataclass(frozen=True)
class Manifest:
    """A manifest as it was served."""

    digest: str
    media: str
    content: bytes

    @property
    def parsed(self) -> dict[str, Any]:
        """Its JSON."""
        return json.loads(self.content)


def digest_of(content: bytes) -> str:
    """As registries name content."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class Repository:
    """One repository of a registry.

    Args:
        host: of the registry; `docker.io` stands for its API's host.
        name: of the repository.
        refresh_token: of an Azure registry, for a sign-in; without one anonymous.
        secure: False for a registry on this machine that speaks HTTP.
    """

    def __init__(self, host: str, name: str, refresh_token: str = "", *, secure: bool = True) -> None:
        self.host, self.name = host, name
        self._api = f"{'https' if secure else 'http'}://{_DOCKER_API if host == _DOCKER else host}"
        self._refresh_token = refresh_token
        self._session = requests.Session()
        self._token = ""

    def __str__(self) -> str:
        return f"{self.host}/{self.name}"

    def manifest(self, reference: str) -> Manifest | None:
        """The manifest of a tag or digest; None if there is none.

        Raises:
            BootstrapError: the content is not what its digest says.
        """
        answer = self._send("GET", f"/manifests/{reference}", headers={"Accept": _MANIFESTS})
        if answer.status_code == _MISSING:
            return None
        digest = digest_of(answer.content)
        named = answer.headers.get("Docker-Content-Digest", digest)
        if digest != named or (reference.startswith("sha256:") and digest != reference):
            raise BootstrapError(f"{self}: the manifest of {reference} has the digest {digest}, not {named}")
        return Manifest(digest, answer.headers.get("Content-Type", ""), answer.content)

    def has_blob(self, digest: str) -> bool:
        """Whether the blob is there."""
        return self._send("HEAD", f"/blobs/{digest}").status_code == _OK

    def blob(self, digest: str) -> bytes:
        """A blob.

        Raises:
            BootstrapError: it is missing, or its content is not what its digest says.
        """
        content = self._send("GET", f"/blobs/{digest}").content
        if digest_of(content) != digest:
            raise BootstrapError(f"{self}: the blob {digest} is missing or damaged")
        return content

    def put_blob(self, digest: str, content: bytes) -> None:
        """Uploads a blob in one piece."""
        started = self._send("POST", "/blobs/uploads/")
        location = urljoin(f"{self._api}/", started.headers.get("Location", ""))
        separator = "&" if "?" in location else "?"
        answer = self._send(
            "PUT",
            f"{location}{separator}digest={digest}",
            headers={"Content-Type": "application/octet-stream"},
            data=content,
        )
        self._expect(answer, _CREATED, f"the blob {digest}")

    def put_manifest(self, reference: str, manifest: Manifest) -> None:
        """Uploads a manifest under a tag or its digest."""
        headers = {"Content-Type": manifest.media}
        answer = self._send("PUT", f"/manifests/{reference}", headers=headers, data=manifest.content)
        self._expect(answer, _CREATED, f"the manifest {reference}")

    def _expect(self, answer: requests.Response, status: int, what: str) -> None:
        if answer.status_code != status:
            raise BootstrapError(f"{self} refused {what}: {answer.status_code} {_message(answer)}")

    def _send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, data: bytes | None = None
    ) -> requests.Response:
        """One request; signs in when the registry asks for it."""
        url = path if path.startswith("http") else f"{self._api}/v2/{self.name}{path}"
        try:
            answer = self._request(method, url, headers, data)
            if answer.status_code == _UNAUTHORIZED:
                self._sign_in(answer.headers.get("WWW-Authenticate", ""), push=method in ("POST", "PUT"))
                answer = self._request(method, url, headers, data)
        except requests.RequestException as error:
            raise OutOfReachError(f"{self.host} can't be reached from here: {_short(error)}") from None
        if answer.status_code in (_UNAUTHORIZED, _FORBIDDEN):
            raise RightMissingError(
                f"{self} refused {method}: {answer.status_code} {_message(answer)}",
                "the registry lets in bootstrap.allowed_addresses and members with AcrPush only",
            )
        return answer

    def _request(
        self, method: str, url: str, headers: Mapping[str, str] | None, data: bytes | None
    ) -> requests.Response:
        signed = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        sent = {**(headers or {}), **signed}
        return self._session.request(method, url, headers=sent, data=data, timeout=_SECONDS)

    def _sign_in(self, challenge: str, *, push: bool) -> None:
        """Takes the token that the challenge asks for."""
        parameters = dict(_PARAMETER.findall(challenge))
        if "realm" not in parameters:
            raise RightMissingError(f"{self} asks for a sign-in that is not OAuth: {challenge or 'nothing'}")
        scope = f"repository:{self.name}:pull{',push' if push else ''}"
        form = {"service": parameters.get("service", ""), "scope": scope}
        if self._refresh_token:
            form |= {"grant_type": "refresh_token", "refresh_token": self._refresh_token}
            answer = self._session.post(parameters["realm"], data=form, timeout=_SECONDS)
        else:
            answer = self._session.get(parameters["realm"], params=form, timeout=_SECONDS)
        if answer.status_code != _OK:
            raise RightMissingError(f"{self}: failed to fetch token: {answer.status_code} {_message(answer)}")
        tokens: dict[str, str] = answer.json()
        self._token = tokens.get("access_token") or tokens.get("token", "")


def refresh_token(login_server: str, entra_token: str, tenant: str) -> str:
    """A registry's refresh token, valid for three hours, for an Entra token.

    Raises:
        OutOfReachError: the registry can't be reached.
        RightMissingError: it refuses the token.
    """
    form = {
        "grant_type": "access_token",
        "service": login_server,
        "tenant": tenant,
        "access_token": entra_token,
    }
    try:
        answer = requests.post(f"https://{login_server}/oauth2/exchange", data=form, timeout=_SECONDS)
    except requests.RequestException as error:
        raise OutOfReachError(f"{login_server} can't be reached from here: {_short(error)}") from None
    if answer.status_code != _OK:
        raise RightMissingError(
            f"{login_server} refused the sign-in: {answer.status_code} {_message(answer)}"
        )
    return str(answer.json()["refresh_token"])


def copy(source: Repository, target: Repository, manifest: Manifest, reference: str) -> int:
    """Copies what a manifest names, and then the manifest; returns how many blobs were uploaded."""
    uploaded = 0
    parsed = manifest.parsed
    for child in parsed.get("manifests", []):
        below = source.manifest(str(child["digest"]))
        if below is None:
            raise BootstrapError(f"{source} has no manifest {child['digest']}, which {reference} names")
        uploaded += copy(source, target, below, below.digest)
    blobs = [*parsed.get("layers", []), *([parsed["config"]] if "config" in parsed else [])]
    for blob in blobs:
        digest = str(blob["digest"])
        if not target.has_blob(digest):
            target.put_blob(digest, source.blob(digest))
            uploaded += 1
    target.put_manifest(reference, manifest)
    return uploaded


def _message(answer: requests.Response) -> str:
    return " ".join(answer.text.split())[:300]


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
