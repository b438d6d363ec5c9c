"""Sign-in, in place of Entra: exchanges a federated token for an access token for one audience.

A session authenticates with the token file of workload identity (`AZURE_FEDERATED_TOKEN_FILE`), as a pod of
AKS does, so `DefaultAzureCredential` works as in production. Both tokens are signed with a key that exists
only in the API server's process.
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
    """Signs and checks the tokens of one session."""

    tenant: str
    client: str
    issuer: str
    key: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)

    def federated(self, lifetime: float = 7 * 24 * 3600) -> str:
        """The content of a token file."""
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
        """Accept only a bearer token of this session for one of the audiences.

        Raises:
            ArmError: 401, with ARM's own code, for any other header.
        """
        token = header.partition(" ")[2] if header.lower().startswith("bearer ") else ""
        if not token:
            raise ArmError(
                401,
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.",
            )
        try:
            claims = jwt.decode(token, self.key, [_ALGORITHM], options={"verify_aud": False})
        except jwt.ExpiredSignatureError:
            raise ArmError(
                401, "ExpiredAuthenticationToken", "The access token has expired: sign in again."
            ) from None
        except jwt.InvalidTokenError:
            raise ArmError(
                401,
                "InvalidAuthenticationToken",
                "The access token is invalid: this sandbox session did not issue it.",
            ) from None
        audience = str(claims.get("aud", "")).rstrip("/")
        if audience not in {allowed.rstrip("/") for allowed in audiences}:
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
            return _rejected(
                "unsupported_grant_type",
                "AADSTS70003: the sandbox accepts only a federated token (workload identity).",
            )
        if form.get("client_id") != self.client:
            return _rejected(
                "unauthorized_client",
                f"AADSTS700016: application '{form.get('client_id')}' was not found in the sandbox.",
            )
        try:
            jwt.decode(form.get("client_assertion", ""), self.key, [_ALGORITHM], audience=EXCHANGE)
        except jwt.ExpiredSignatureError:
            return _rejected(
                "invalid_client", "AADSTS700024: Client assertion is not within its valid time range."
            )
        except jwt.InvalidTokenError:
            return _rejected(
                "invalid_client", "AADSTS7000222: this sandbox session did not issue the client assertion."
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


def _rejected(error: str, description: str) -> Answer:
    return Answer(401, {"error": error, "error_description": description})
