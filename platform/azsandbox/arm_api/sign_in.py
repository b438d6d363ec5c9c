"""Sign-in, in place of Entra and of the managed identity endpoint of a machine.

A session authenticates with the token file of workload identity (`AZURE_FEDERATED_TOKEN_FILE`), as a pod of
AKS does, so `DefaultAzureCredential` works as in production. A service account of a cluster signs in as an
identity whose federated credential names its issuer, its subject and the audience, exactly.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection
from urllib.parse import parse_qs

import jwt

from azsandbox.access.directory import MANAGED_IDENTITY, Directory
from azsandbox.arm import ids
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api.tokens import EXCHANGE, LIFETIME, SUBJECT, Tokens
from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.errors import SandboxError

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_CHECK = (
    "Check your federated identity credential Subject, Audience and Issuer against the presented assertion."
)


class SignIn:
    """Exchanges federated tokens, and the secrets of jobs and deployments, for access tokens."""

    def __init__(self, tokens: Tokens, directory: Directory) -> None:
        self._tokens = tokens
        self._directory = directory
        self._machines: dict[str, tuple[str, ...]] = {}  # secret → the identities' ids, the default first

    # workload identity

    def exchange(self, call: Call) -> Answer:
        """POST …/oauth2/v2.0/token with a client assertion, as azure-identity sends it."""
        form = {name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
        if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != _ASSERTION:
            return _rejected(
                "unsupported_grant_type",
                "AADSTS70003: the sandbox accepts only a federated token (workload identity).",
            )
        client = form.get("client_id", "")
        identity = None if client == self._tokens.client else self._directory.identity(client)
        if client != self._tokens.client and identity is None:
            return _rejected(
                "unauthorized_client",
                f"AADSTS700016: Application with identifier '{client}' was not found in the directory "
                f"'{self._tokens.tenant}'.",
            )
        try:
            claims = self._tokens.assertion(form.get("client_assertion", ""))
        except jwt.ExpiredSignatureError:
            return _rejected(
                "invalid_client", "AADSTS700024: Client assertion is not within its valid time range."
            )
        except jwt.InvalidTokenError:
            return _rejected(
                "invalid_client", "AADSTS7000222: this sandbox session did not issue the client assertion."
            )
        problem = self._mismatch(claims, identity)
        if problem:
            return _rejected("invalid_client", problem)
        # MSAL for Go adds OpenID Connect's scopes to the one that names the audience.
        audience = form.get("scope", "").partition(" ")[0].removesuffix("/.default").rstrip("/")
        return Answer(
            200,
            {
                "token_type": "Bearer",
                "expires_in": LIFETIME,
                "ext_expires_in": LIFETIME,
                "access_token": self._access(audience, identity),
            },
        )

    def _mismatch(self, claims: Values, identity: Resource | None) -> str:
        """Why no federated credential trusts the assertion, in Entra's words; "" if one does.

        learn.microsoft.com/azure/aks/app-routing-gateway-api-tls names AADSTS700211; all three replaced
        AADSTS70021, which azure.github.io/azure-workload-identity/docs/troubleshooting.html explains.
        """
        issuer, subject, audience = (str(claims.get(key)) for key in ("iss", "sub", "aud"))
        own = {"issuer": self._tokens.issuer, "subject": SUBJECT, "audiences": [EXCHANGE]}
        trusted = [item.inputs for item in self._directory.credentials(identity)] if identity else [own]
        number, name, value = "", "", ""
        if not any(item.get("issuer") == issuer for item in trusted):
            number, name, value = "700211", "issuer", issuer
        elif not any((item.get("issuer"), item.get("subject")) == (issuer, subject) for item in trusted):
            number, name, value = "700213", "subject", subject
        elif not any(
            (item.get("issuer"), item.get("subject")) == (issuer, subject)
            and audience in (item.get("audiences") or ())
            for item in trusted
        ):
            number, name, value = "700212", "audience", audience
        if not number:
            return ""
        return (
            f"AADSTS{number}: No matching federated identity record found for presented assertion {name} "
            f"'{value}'. {_CHECK}"
        )

    def _access(self, audience: str, identity: Resource | None) -> str:
        if identity is None:
            return self._tokens.access(audience)
        principal, client = (str(identity.outputs.get(key)) for key in ("principalId", "clientId"))
        named = {MANAGED_IDENTITY: identity.id}
        return self._tokens.access(audience, LIFETIME, appid=client, oid=principal, sub=principal, **named)

    def service_account(self, account: str, subscription: str | None) -> tuple[str, str]:
        """The client id and the token that a pod with this service account has.

        Args:
            account: `namespace/name`.
            subscription: id, where several subscriptions have such an account.

        Raises:
            SandboxError: no identity trusts the account, or several do.
        """
        namespace, _, name = account.partition("/")
        subject = f"system:serviceaccount:{namespace}:{name}"
        trusting = [
            (str(identity.outputs.get("clientId")), str(item.inputs.get("issuer")))
            for identity, item in self._directory.federated()
            if item.inputs.get("subject") == subject
            and (subscription is None or ids.below(identity.id, f"/subscriptions/{subscription}"))
        ]
        if len(trusting) != 1:
            raise SandboxError(
                f"{len(trusting)} identities in the sandbox trust the service account {account}"
                + (": name the stack with --stack" if trusting else ": deploy the stack first")
            )
        ((client, issuer),) = trusting
        client = self._directory.annotated(namespace, name, issuer) or client
        return client, self._tokens.federated(subject=subject, issuer=issuer)

    # managed identity of a job or of a deployment

    def machine(self, identities: Collection[str]) -> str:
        """A secret with which a process gets tokens of these identities; the first is the default."""
        secret = secrets.token_hex(24)
        self._machines[secret] = tuple(identities)
        return secret

    def machine_of(self, name: str) -> str:
        """The secret for a machine that has one user-assigned identity, named by its name or id.

        Raises:
            SandboxError: there is no such identity.
        """
        resource = self._directory.named(name)
        if resource is None:
            raise SandboxError(f"there is no user-assigned identity {name!r} in the sandbox: deploy it first")
        return self.machine([resource.id])

    def managed_identity(self, call: Call) -> Answer:
        """GET /msi/token, as azure-identity asks in a job of Azure ML (api-version 2017-09-01)."""
        identities = self._machines.get(call.headers.get("secret", ""))
        if identities is None:
            return _failed(401, "the header `secret` is not that of a job or deployment of this session")
        known = [item for name in identities if (item := self._directory.subscription.get(name))]
        client = call.query.get("clientid", "").lower()
        chosen = [item for item in known if client in {"", str(item.outputs.get("clientId")).lower()}]
        if not chosen:
            return _failed(400, f"no identity with client id '{client}' is assigned to this compute")
        resource = call.query.get("resource", "").removesuffix("/.default").rstrip("/")
        return Answer(
            200,
            {
                "access_token": self._access(resource, chosen[0]),
                "expires_on": str(int(time.time()) + LIFETIME),
                "resource": resource,
                "token_type": "Bearer",
            },
        )


def _rejected(error: str, description: str) -> Answer:
    return Answer(401, {"error": error, "error_description": description})


def _failed(status: int, message: str) -> Answer:
    return Answer(status, {"error": {"code": "invalid_request", "message": message}})
