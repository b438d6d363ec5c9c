"""What stands for Entra: a federated token goes in, an access token for one audience comes out.

A session proves itself with the token file that workload identity reads (`AZURE_FEDERATED_TOKEN_FILE`), as a
pod of AKS does: `DefaultAzureCredential` is the production's own. Both tokens are signed with a key that
lives in the API server's process only.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import jwt

from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.errors import ArmError

EXCHANGE = "api://AzureADTokenExchange"
SUBJECT = "system:serviceaccount:sandbox:session"
LIFETIME = 3600
ENDPOINT_LIFETIME = 8 * 3600
_ALGORITHM = "HS256"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Signs and checks; one per session."""

    tenant: str
    client: str
    issuer: str
    key: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)

    def federated(self, lifetime: float = 7 * 24 * 3600) -> str:
        """What a token file holds."""
        return self._sign(EXCHANGE, lifetime, sub=SUBJECT)

    def access(self, audience: str, lifetime: float = LIFETIME) -> str:
        return self._sign(
            audience, lifetime, appid=self.client, oid=self.client, upn="sandbox", sub=self.client
        )

    def _sign(self, audience: str, lifetime: float, **claims: str) -> str:
        now = int(time.time())
        times: Values = {"iat": now, "nbf": now - 5, "exp": int(now + lifetime)}
        return jwt.encode(
            {"aud": audience, "iss": self.issuer, "tid": self.tenant, **times, **claims}, self.key, _ALGORITHM
        )

    def check(self, header: str, audiences: Collection[str]) -> None:
        """Accept a bearer token of this session for one of the audiences.

        Raises:
            ArmError: 401, with ARM's own code.
        """
        token = header.partition(" ")[2] if header.lower().startswith("bearer ") else ""
        if not token:
            raise ArmError(
                401,
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.",
            )
        try:
            found = jwt.decode(token, self.key, [_ALGORITHM], options={"verify_aud": False})
        except jwt.ExpiredSignatureError:
            raise ArmError(
                401, "ExpiredAuthenticationToken", "The access token has expired: sign in again."
            ) from None
        except jwt.InvalidTokenError:
            raise ArmError(
                401, "InvalidAuthenticationToken", "The access token is invalid: not of this sandbox session."
            ) from None
        audience = str(found.get("aud", "")).rstrip("/")
        if audience not in {one.rstrip("/") for one in audiences}:
            allowed = ", ".join(sorted(audiences))
            raise ArmError(
                401,
                "InvalidAuthenticationTokenAudience",
                f"The access token has been obtained for wrong audience or resource '{audience}'. "
                f"It should exactly match with one of the allowed audiences: {allowed}.",
            )

    def exchange(self, call: Call) -> Answer:
        """POST …/oauth2/v2.0/token with a client assertion, as azure-identity sends it."""
        form = {name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
        if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != _ASSERTION:
            return _no("unsupported_grant_type", "AADSTS70003: only a federated token signs in here.")
        if form.get("client_id") != self.client:
            return _no("unauthorized_client", f"AADSTS700016: no application '{form.get('client_id')}' here.")
        try:
            jwt.decode(form.get("client_assertion", ""), self.key, [_ALGORITHM], audience=EXCHANGE)
        except jwt.ExpiredSignatureError:
            return _no("invalid_client", "AADSTS700024: Client assertion is not within its valid time range.")
        except jwt.InvalidTokenError:
            return _no(
                "invalid_client", "AADSTS7000222: the client assertion is not of this sandbox session."
            )
        audience = form.get("scope", "").removesuffix("/.default").rstrip("/")
        token = self.access(audience)
        return Answer(
            200,
            {
                "token_type": "Bearer",
                "expires_in": LIFETIME,
                "ext_expires_in": LIFETIME,
                "access_token": token,
            },
        )


def _no(error: str, description: str) -> Answer:
    return Answer(401, {"error": error, "error_description": description})
