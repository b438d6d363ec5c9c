"""Which Snowflake account to use, and how to sign in: for the connector, a step's environment and Azure ML.

Environment variables are `SNOWFLAKE_` and the connector's own parameter name in capitals.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field, SecretStr, ValidationError, model_validator

from ml.errors import InputError
from ml.warehouse.authentication import (
    Authentication,
    Frozen,
    KeyPair,
    OAuthClient,
    OAuthToken,
    Password,
    WorkloadIdentityAuthentication,
)

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PREFIX = "SNOWFLAKE_"
_METHODS: dict[str, type[BaseModel]] = {
    kind.model_fields["authenticator"].default: kind for kind in get_args(get_args(Authentication)[0])
}
# Without SNOWFLAKE_AUTHENTICATOR, the first of these that is set decides; else it is the workload's identity.
_IMPLIED: tuple[tuple[str, type[BaseModel]], ...] = (
    ("private_key_file", KeyPair),
    ("private_key", KeyPair),
    ("oauth_client_id", OAuthClient),
    ("token", OAuthToken),
    ("password", Password),
)
_CONNECTION = (
    "account",
    "database",
    "schema",
    "warehouse",
    "role",
    "user",
    "host",
    "port",
    "protocol",
    "login_timeout",
)


Name = Annotated[str, Field(min_length=1)]


class SnowflakeSettings(Frozen):
    """A Snowflake database and how to sign in. `host`, `port`, `protocol` are for the embedded warehouse."""

    account: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$")]
    """The account identifier: the part before `.snowflakecomputing.com`."""
    database: Name
    schema_: Name = Field(alias="schema")
    warehouse: Name
    role: Name = "PUBLIC"
    user: Name | None = None
    authentication: Authentication
    host: Name | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    protocol: Literal["https", "http"] = "https"
    login_timeout: Annotated[int, Field(ge=1, le=300)] = 15
    """Seconds until an account that does not answer counts as unreachable."""

    @model_validator(mode="after")
    def _complete(self) -> SnowflakeSettings:
        named = isinstance(self.authentication, KeyPair | Password)
        if named and self.user is None:
            raise ValueError(f"user is missing, and {self.authentication.authenticator} needs it")
        if self.protocol == "http" and not self.local:
            raise ValueError(f"protocol http would send secrets unencrypted to {self.host or self.account}")
        return self

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> SnowflakeSettings:
        """The settings in environment variables.

        Raises:
            InputError: a variable is missing or wrong; the message names it and what is allowed.
        """
        connection = {name: env[variable(name)] for name in _CONNECTION if env.get(variable(name))}
        method = _method(env)
        fields = [name for name in method.model_fields if name != "authenticator"]
        secrets = {name: env[variable(name)] for name in fields if env.get(variable(name))}
        if method is WorkloadIdentityAuthentication:
            secrets = _identity(secrets, env)
        authenticator = method.model_fields["authenticator"].default
        try:
            return cls.model_validate(
                connection | {"authentication": {"authenticator": authenticator} | secrets}
            )
        except ValidationError as error:
            raise _explained(error, authenticator) from None

    def to_env(self) -> dict[str, str]:
        """Variables from which `from_env` makes the same settings, to pass them to a step's process."""
        values = {**dict(self), "schema": self.schema_, **dict(self.authentication)}
        values = {name: value for name, value in values.items() if name not in ("schema_", "authentication")}
        return {
            variable(name): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in values.items()
            if value is not None
        }

    @property
    def local(self) -> bool:
        """Whether this is a server on this machine."""
        return self.host in LOOPBACK

    @property
    def address(self) -> str:
        """The host and port to connect to."""
        host = self.host or f"{self.account}.snowflakecomputing.com"
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def warning(self) -> str | None:
        """A warning about these settings for the user, if there is one."""
        if isinstance(self.authentication, Password) and not self.local:
            return (
                "signing in to Snowflake by password, which Snowflake is ending for service users: "
                "change to WORKLOAD_IDENTITY or a key pair (SNOWFLAKE_AUTHENTICATOR)"
            )
        return None

    def connector_arguments(self) -> dict[str, Any]:
        """Keyword arguments of `snowflake.connector.connect`, with the secrets in plain text."""
        arguments: dict[str, Any] = {
            "account": self.account,
            "database": self.database,
            "schema": self.schema_,
            "warehouse": self.warehouse,
            "role": self.role,
            "protocol": self.protocol,
            "login_timeout": self.login_timeout,
        }
        optional = {"user": self.user, "host": self.host, "port": self.port}
        arguments |= {name: value for name, value in optional.items() if value is not None}
        return arguments | self.authentication.arguments()


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def _method(env: Mapping[str, str]) -> type[BaseModel]:
    name = env.get(variable("authenticator"), "").upper()
    if not name:
        return next(
            (kind for field, kind in _IMPLIED if env.get(variable(field))), WorkloadIdentityAuthentication
        )
    if name not in _METHODS:
        raise InputError(
            f"{variable('authenticator')}={name} is not supported", f"one of: {', '.join(_METHODS)}"
        )
    return _METHODS[name]


def _identity(secrets: dict[str, str], env: Mapping[str, str]) -> dict[str, str]:
    """The provider in capitals, and the token file that Kubernetes mounts for Azure."""
    fields = dict(secrets)
    if "workload_identity_provider" in fields:
        fields["workload_identity_provider"] = fields["workload_identity_provider"].upper()
    elif "token_file_path" in fields or "token" in fields:
        fields["workload_identity_provider"] = "OIDC"
    mounted = env.get("AZURE_FEDERATED_TOKEN_FILE")
    # The mounted token is that of the service account; with an Entra resource it is exchanged, not handed on.
    another = {"token", "workload_identity_entra_resource"} & set(fields)
    if fields.get("workload_identity_provider") == "OIDC" and mounted and not another:
        fields.setdefault("token_file_path", mounted)
    return fields


def _explained(error: ValidationError, authenticator: str) -> InputError:
    first = error.errors()[0]
    field = next((str(part) for part in reversed(first["loc"]) if part not in _METHODS), "")
    what = " is not set" if first["type"] == "missing" else f": {first['msg'].removeprefix('Value error, ')}"
    where = variable(field) if field and field != "authentication" else "the Snowflake settings"
    needed = [variable(name) for name in ("account", "database", "schema", "warehouse")]
    return InputError(
        f"{where}{what}",
        f"{authenticator} needs {', '.join([*needed, *_needs(authenticator)])}",
    )


def _needs(authenticator: str) -> list[str]:
    method = _METHODS[authenticator]
    named = ["user"] if method in (KeyPair, Password) else []
    required = [name for name, field in method.model_fields.items() if field.is_required()]
    return [variable(name) for name in (*named, *required)]
