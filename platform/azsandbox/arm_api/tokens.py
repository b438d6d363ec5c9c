"""Tokens, in place of those of Entra and of the OIDC issuers of clusters.

All are signed with a key that exists only in the API server's process.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import jwt

from azsandbox.errors import ArmError

EXCHANGE = "api://AzureADTokenExchange"
SUBJECT = "system:serviceaccount:sandbox:session"
LIFETIME = 3600
ENDPOINT_LIFETIME = 8 * 3600
ALGORITHM = "HS256"


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Signs and checks the tokens of one session."""

    tenant: str
    client: str
    issuer: str
    key: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)

    def federated(
        self, lifetime: float = 7 * 24 * 3600, *, subject: str = SUBJECT, issuer: str | None = None
    ) -> str:
        """The content of a token file: the session's own, or one of a cluster's service account."""
        return self._sign(EXCHANGE, lifetime, iss=issuer or self.issuer, sub=subject)

    def access(self, audience: str, lifetime: float = LIFETIME, **claims: str) -> str:
        """A token for an audience: of the signed-in person, unless the claims are those of an identity."""
        own = {"appid": self.client, "oid": self.client, "upn": "sandbox", "sub": self.client}
        return self._sign(audience, lifetime, iss=self.issuer, **(claims or own))

    def _sign(self, audience: str, lifetime: float, **claims: str) -> str:
        now = int(time.time())
        times: dict[str, Any] = {"iat": now, "nbf": now - 5, "exp": int(now + lifetime)}
        return jwt.encode({"aud": audience, "tid": self.tenant, **times, **claims}, self.key, ALGORITHM)

    def assertion(self, token: str) -> dict[str, Any]:
        """The claims of a federated token.

        Raises:
            jwt.InvalidTokenError: it has expired, or this session did not issue it.
        """
        return jwt.decode(token, self.key, [ALGORITHM], options={"verify_aud": False})

    def check(self, header: str, audiences: Collection[str]) -> dict[str, Any]:
        """The claims of a bearer token of this session for one of the audiences.

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
            claims = jwt.decode(token, self.key, [ALGORITHM], options={"verify_aud": False})
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
        return claims
