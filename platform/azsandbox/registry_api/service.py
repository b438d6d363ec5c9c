"""The OCI distribution API of a registry, and its sign-in with a token of Entra.

Sources: github.com/opencontainers/distribution-spec; azure.github.io/acr/AAD-OAuth.html: an Entra token is
exchanged for a refresh token, that for an access token.
"""

from __future__ import annotations

import base64
import re
from urllib.parse import parse_qs

from azsandbox.access.directory import MANAGED_IDENTITY
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api import names
from azsandbox.arm_api.access import Access
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.tokens import LIFETIME, Tokens
from azsandbox.arm_api.wire import Answer, Call, Values, not_modelled
from azsandbox.errors import ArmError
from azsandbox.registry_api.store import Store

_REGISTRIES = "Microsoft.ContainerRegistry/registries"
_PATH = re.compile(r"/v2/(?P<repository>.+)/(?P<kind>manifests|blobs/uploads|blobs|tags)/?(?P<reference>.*)")
_NOBODY = "00000000-0000-0000-0000-000000000000"  # the user name that goes with a refresh token

OPERATIONS = ("oauth2/exchange", "oauth2/token", "blobs", "blob uploads", "manifests", "tags")


class RegistryService:
    """One host name per registry: `<registry>.azurecr.io`."""

    def __init__(self, resources: Resources, tokens: Tokens, store: Store, access: Access) -> None:
        self._resources = resources
        self._access = access
        self._tokens = tokens
        self.store = store

    def exists(self, host: str) -> bool:
        """Whether a registry of this login server was created."""
        return self._find(host) is not None

    def _find(self, host: str) -> Resource | None:
        name = host.removesuffix(names.REGISTRY)
        known = self._resources.subscription.of_kind(_REGISTRIES)
        return next((resource for resource in known if resource.name.lower() == name), None)

    def serve(self, call: Call) -> Answer:
        try:
            return self._serve(call)
        except ArmError as error:  # the distribution API's own form of errors
            body = {"errors": [{"code": error.code, "message": error.message}]}
            headers = {"WWW-Authenticate": _challenge(call.host)} if error.status == 401 else {}  # noqa: PLR2004
            return Answer(error.status, body, headers)

    def _serve(self, call: Call) -> Answer:
        registry = self._find(call.host)
        if registry is None:
            raise ArmError(404, "NAME_UNKNOWN", f"the registry '{call.host}' does not exist")
        if call.path.startswith("/oauth2/"):
            return self._exchange(call) if call.path == "/oauth2/exchange" else self._token(call)
        claims = self._check(call)
        if call.path.rstrip("/") == "/v2":
            return Answer(200, {})
        match = _PATH.fullmatch(call.path)
        if match is None:
            return not_modelled(call)
        action = "pull/read" if call.method in ("GET", "HEAD") else "push/write"
        self._access.require_registry(claims, action, registry.id)
        handlers = {
            "manifests": self._manifest,
            "tags": self._tags,
            "blobs/uploads": self._upload,
            "blobs": self._blob,
        }
        where = (registry.name.lower(), match["repository"])
        return handlers[match["kind"]](call, where, match["reference"])

    def _tags(self, _: Call, where: tuple[str, str], __: str) -> Answer:
        return Answer(200, {"name": where[1], "tags": self.store.tags(*where)})

    def _exchange(self, call: Call) -> Answer:
        form = _form(call)
        claims = self._tokens.check(
            f"Bearer {form.get('access_token', '')}", {*self._audiences(), f"https://{call.host}"}
        )
        return Answer(200, {"refresh_token": self._of(claims, f"refresh:{call.host}")})

    def _of(self, claims: Values, audience: str) -> str:
        """A token for the same caller."""
        same = {key: str(claims[key]) for key in ("appid", "oid", "sub", MANAGED_IDENTITY) if key in claims}
        return self._tokens.access(audience, LIFETIME, **same)

    def _audiences(self) -> set[str]:
        return {"https://management.azure.com", "https://containerregistry.azure.net", self._tokens.issuer}

    def _token(self, call: Call) -> Answer:
        if call.method == "GET":  # as Docker's clients ask: user name and refresh token as a password
            refresh = _password(call.headers.get("authorization", ""))
        else:
            form = _form(call)
            refresh = form.get("refresh_token") or form.get("password", "")
        claims = self._tokens.check(f"Bearer {refresh}", {f"refresh:{call.host}"})
        token = self._of(claims, f"access:{call.host}")
        return Answer(200, {"access_token": token, "token": token, "expires_in": 3600})

    def _check(self, call: Call) -> Values:
        """The claims of the caller."""
        header = call.headers.get("authorization", "")
        if header.lower().startswith("basic "):
            return self._tokens.check(f"Bearer {_password(header)}", {f"refresh:{call.host}"})
        try:
            return self._tokens.check(header, {f"access:{call.host}"})
        except ArmError:
            raise ArmError(
                401,
                "UNAUTHORIZED",
                "authentication required, visit https://aka.ms/acr/authorization for more information.",
            ) from None

    def _manifest(self, call: Call, where: tuple[str, str], reference: str) -> Answer:
        if call.method == "PUT":
            media = call.headers.get("content-type", "")
            digest = self.store.put_manifest(*where, reference, call.body, media)
            location = f"/v2/{where[1]}/manifests/{digest}"
            return Answer(201, None, {"Docker-Content-Digest": digest, "Location": location})
        digest, media, content = self.store.manifest(*where, reference)
        headers = {"Docker-Content-Digest": digest}
        if call.method == "HEAD":
            return Answer(200, None, {**headers, "x-content-length": str(len(content))}, media)
        return Answer(200, content, headers, media)

    def _blob(self, call: Call, where: tuple[str, str], digest: str) -> Answer:
        path = self.store.blob(*where, digest)
        if not path.is_file():
            raise ArmError(404, "BLOB_UNKNOWN", "blob unknown to registry")
        headers = {"Docker-Content-Digest": digest}
        if call.method == "HEAD":
            length = str(path.stat().st_size)
            return Answer(200, None, {**headers, "x-content-length": length}, "application/octet-stream")
        return Answer(200, path.read_bytes(), headers, "application/octet-stream")

    def _upload(self, call: Call, where: tuple[str, str], identifier: str) -> Answer:
        digest = call.query.get("digest", "")
        name, path = self.store.upload(*where, identifier)
        if call.body:
            with path.open("ab") as stream:
                stream.write(call.body)
        if digest:
            self.store.put_blob(*where, path.read_bytes(), digest)
            path.unlink()
            location = f"/v2/{where[1]}/blobs/{digest}"
            return Answer(201, None, {"Docker-Content-Digest": digest, "Location": location})
        end = max(path.stat().st_size - 1, 0)
        headers = {"Location": f"/v2/{where[1]}/blobs/uploads/{name}", "Range": f"0-{end}"}
        return Answer(202, None, {**headers, "Docker-Upload-UUID": name})


def _challenge(host: str) -> str:
    return f'Bearer realm="https://{host}/oauth2/token",service="{host}"'


def _form(call: Call) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}


def _password(header: str) -> str:
    """The refresh token of a Basic header; empty for any other user."""
    try:
        user, _, password = base64.b64decode(header.partition(" ")[2]).decode().partition(":")
    except ValueError:
        return ""
    return password if user == _NOBODY else ""
