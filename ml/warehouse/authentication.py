"""The ways to sign in to Snowflake, each with its arguments for the connector."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from ml.errors import InputError


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class WorkloadIdentityAuthentication(Frozen):
    """No stored secret: the workload's own identity.

    With provider AZURE the connector fetches the token. With OIDC it is handed one: that of a file, or what
    `ml.warehouse.identity` fetched for the Entra resource.
    """

    authenticator: Literal["WORKLOAD_IDENTITY"] = "WORKLOAD_IDENTITY"
    workload_identity_provider: Literal["AZURE", "OIDC"] = "AZURE"
    token: SecretStr | None = None
    token_file_path: Path | None = None
    workload_identity_entra_resource: str | None = None

    @model_validator(mode="after")
    def _token_belongs_to_oidc(self) -> WorkloadIdentityAuthentication:
        sources = [source for source in (self.token, self.token_file_path) if source is not None]
        if self.workload_identity_provider == "OIDC" and len(sources) != 1:
            raise ValueError(
                "provider OIDC needs token_file_path, the file that holds the identity's token, or token; a "
                "job of Azure ML fetches its token for workload_identity_entra_resource"
            )
        if self.workload_identity_provider == "AZURE" and sources:
            raise ValueError("provider AZURE fetches a token itself; token and token_file_path are for OIDC")
        return self

    @property
    def claims(self) -> str | None:
        """Who the token says it is: Snowflake compares this with its user. Names and ids, no secret."""
        if self.token is None:
            return None
        import jwt  # noqa: PLC0415 - comes with the connector

        try:
            claims = jwt.decode(self.token.get_secret_value(), options={"verify_signature": False})
        except jwt.InvalidTokenError:
            return None
        named = {"iss": "issuer", "sub": "subject", "aud": "audience"}
        return ", ".join(f"{name} {claims.get(key, 'missing')}" for key, name in named.items())

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of `snowflake.connector.connect`."""
        # The connector declares this parameter as an enumeration and warns about plain text.
        from snowflake.connector.wif_util import AttestationProvider  # noqa: PLC0415 - only where it is installed

        arguments = _plain(self)
        if self.workload_identity_provider == "OIDC":
            arguments.pop("workload_identity_entra_resource", None)  # what the token was fetched for
        return arguments | {
            "workload_identity_provider": AttestationProvider.from_string(self.workload_identity_provider)
        }


class KeyPair(Frozen):
    """A private key, in a file or as text; the Snowflake user has its public key."""

    authenticator: Literal["SNOWFLAKE_JWT"] = "SNOWFLAKE_JWT"
    private_key_file: Path | None = None
    private_key: SecretStr | None = None
    private_key_file_pwd: SecretStr | None = None

    @model_validator(mode="after")
    def _one_key(self) -> KeyPair:
        if (self.private_key is None) == (self.private_key_file is None):
            raise ValueError("give either private_key_file or private_key")
        return self

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of `snowflake.connector.connect`."""
        if self.private_key is None:
            return _plain(self)
        return {"authenticator": self.authenticator, "private_key": self._der(self.private_key)}

    def _der(self, key: SecretStr) -> bytes:
        """The key in the form that the connector takes it without a file."""
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - comes with the connector

        phrase = self.private_key_file_pwd
        try:
            loaded = serialization.load_pem_private_key(
                key.get_secret_value().encode(), phrase.get_secret_value().encode() if phrase else None
            )
        except (TypeError, ValueError) as error:
            why = " ".join(str(error).split()).rstrip(".")
            raise InputError(
                f"the key in SNOWFLAKE_PRIVATE_KEY cannot be used: {why}",
                "PEM, PKCS#8; its passphrase in SNOWFLAKE_PRIVATE_KEY_FILE_PWD",
            ) from None
        return loaded.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


class OAuthToken(Frozen):
    """An OAuth access token."""

    authenticator: Literal["OAUTH"] = "OAUTH"
    token: SecretStr | None = None
    token_file_path: Path | None = None

    @model_validator(mode="after")
    def _one_token(self) -> OAuthToken:
        if (self.token is None) == (self.token_file_path is None):
            raise ValueError("give either token or token_file_path")
        return self

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of `snowflake.connector.connect`."""
        return _plain(self)


class OAuthClient(Frozen):
    """OAuth client credentials; the connector fetches the token."""

    authenticator: Literal["OAUTH_CLIENT_CREDENTIALS"] = "OAUTH_CLIENT_CREDENTIALS"
    oauth_client_id: str
    oauth_client_secret: SecretStr
    oauth_token_request_url: str | None = None
    oauth_scope: str | None = None

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of `snowflake.connector.connect`."""
        return _plain(self)


class Password(Frozen):
    """User name and password. Snowflake is ending this for service users; the embedded warehouse uses it."""

    authenticator: Literal["SNOWFLAKE"] = "SNOWFLAKE"
    password: SecretStr

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of `snowflake.connector.connect`."""
        return _plain(self)


Authentication = Annotated[
    WorkloadIdentityAuthentication | KeyPair | OAuthToken | OAuthClient | Password,
    Field(discriminator="authenticator"),
]
"""Preferred first."""


def _plain(model: BaseModel) -> dict[str, Any]:
    """The fields that are set, in the connector's types: secrets and paths as text."""
    values: dict[str, Any] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, SecretStr):
            values[name] = value.get_secret_value()
        elif value is not None:
            values[name] = str(value)
    return values
