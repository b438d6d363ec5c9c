"""A container registry: sign-in by an Entra token, and manifests of the OCI distribution API.

Sources: azure.github.io/acr/AAD-OAuth (the exchange of tokens); opencontainers/distribution-spec (manifests).
Only what is needed to know whether an image is there: layers are neither kept nor asked for.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qs

from azsandbox.arm.subscription import Subscription
from azsandbox.arm_api import names
from azsandbox.arm_api.tokens import Tokens
from azsandbox.arm_api.wire import Answer, Call
from azsandbox.errors import ArmError

_MANIFEST = re.compile(r"/v2/(?P<name>[a-z0-9._/-]+)/manifests/(?P<reference>[\w.:-]+)")
_MEDIA = "application/vnd.oci.image.manifest.v1+json"
_REGISTRIES = "Microsoft.ContainerRegistry/registries"


class Registry:
    """The registries of the subscription, each on its host."""

    def __init__(self, subscription: Subscription, tokens: Tokens, audience: str) -> None:
        self._subscription = subscription
        self._tokens = tokens
        self._audience = audience

    def exists(self, host: str) -> bool:
        """Whether a registry of this login server was created."""
        name = host.removesuffix(names.REGISTRY)
        return any(item.name.lower() == name for item in self._subscription.of_kind(_REGISTRIES))

    def serve(self, call: Call) -> Answer:
        if call.path == "/oauth2/exchange" and call.method == "POST":
            return self._token(call, "access_token", {self._audience}, "refresh_token")
        if call.path == "/oauth2/token" and call.method == "POST":
            return self._token(call, "refresh_token", {f"https://{call.host}/refresh"}, "access_token")
        try:
            self._tokens.check(call.headers.get("authorization", ""), {f"https://{call.host}/access"})
        except ArmError:
            realm = f'Bearer realm="https://{call.host}/oauth2/token",service="{call.host}"'
            return _refused(401, "UNAUTHORIZED", "authentication required", {"WWW-Authenticate": realm})
        match = _MANIFEST.fullmatch(call.path)
        if match is None:
            return Answer(200, {}) if call.path == "/v2/" else _refused(404, "NAME_UNKNOWN", "not modelled")
        return self._manifest(call, match["name"], match["reference"])

    def _token(self, call: Call, parameter: str, audiences: set[str], result: str) -> Answer:
        form = {name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
        try:
            self._tokens.check(f"Bearer {form.get(parameter, '')}", audiences)
        except ArmError as error:
            return _refused(401, "UNAUTHORIZED", error.message)
        audience = f"https://{call.host}/{result.removesuffix('_token')}"
        return Answer(200, {result: self._tokens.access(audience)})

    def _manifest(self, call: Call, name: str, reference: str) -> Answer:
        key = f"manifest:{call.host}/{name}"
        if call.method == "PUT":
            digest = f"sha256:{hashlib.sha256(call.body).hexdigest()}"
            if reference.startswith("sha256:") and reference != digest:
                return _refused(400, "DIGEST_INVALID", f"the content has the digest {digest}")
            for known in (reference, digest):
                self._subscription.write_setting(f"{key}@{known}", digest)
            return Answer(201, None, {"Docker-Content-Digest": digest})
        digest = self._subscription.read_setting(f"{key}@{reference}")
        if digest is None:
            return _refused(404, "MANIFEST_UNKNOWN", f"manifest of {reference} is not known")
        return Answer(200, None, {"Docker-Content-Digest": digest}, _MEDIA)


def _refused(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"errors": [{"code": code, "message": message}]}, headers or {})
