"""The one secret of a sign-in, read from Azure Key Vault when it is needed.

A job is told where the secret is, never what it is: `SNOWFLAKE_SECRET_URL=https://<vault>/secrets/<name>`.
SNOWFLAKE_AUTHENTICATOR says what it is for. It is read as the job's own identity and stays in this process.
Tokens go to vaults of Azure only. On this machine's own address, for tests, there is no check that a token is
for the vault that asks for it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ml.errors import InputError, MLError, Unreachable
from ml.warehouse.settings import LOOPBACK, variable

URL = variable("secret_url")
# What the secret of each way to sign in is: its setting.
FILLS = {
    "SNOWFLAKE_JWT": "private_key",
    "OAUTH_CLIENT_CREDENTIALS": "oauth_client_secret",
    "SNOWFLAKE": "password",
}
VAULTS = (".vault.azure.net", ".vault.azure.cn", ".vault.usgovcloudapi.net")
_LIMITS = {"retry_total": 3, "connection_timeout": 10, "read_timeout": 30}
_FORBIDDEN, _NOT_FOUND = 403, 404


def resolved(env: Mapping[str, str], credential: Any = None) -> Mapping[str, str]:
    """The variables with the secret in its place; the same if none is named.

    Args:
        env: environment variables.
        credential: a token credential; the one that Azure's own clients would find, by default.

    Raises:
        InputError: the address is none of a secret, or nothing asks for one.
        Unreachable: the vault does not answer, or refuses.
    """
    url = env.get(URL)
    if not url:
        return env
    method = env.get(variable("authenticator"), "").upper()
    if method not in FILLS:
        raise InputError(
            f"{URL} is set, but {variable('authenticator')} is {method or 'not set'}",
            f"it goes with {', '.join(FILLS)}",
        )
    others = {name: value for name, value in env.items() if name != URL}
    return {**others, variable(FILLS[method]): _read(url, credential)}


def _read(url: str, credential: Any) -> str:
    host = _host(url)
    # It logs each failure that it also raises, at length.
    logging.getLogger("azure").setLevel(logging.CRITICAL + 1)
    try:
        from azure.core import exceptions  # noqa: PLC0415 - only where a secret is named
        from azure.keyvault.secrets import KeyVaultSecretIdentifier, SecretClient  # noqa: PLC0415
    except ImportError as error:
        raise InputError(
            f"{URL} needs the package {error.name}, which is absent", "install the extra `vault`"
        ) from None
    try:
        named = KeyVaultSecretIdentifier(url)
    except ValueError:
        raise _no_address(url) from None
    what = f"secret {named.name} of {host}"
    try:
        with SecretClient(
            named.vault_url,
            credential or _own_identity(),
            verify_challenge_resource=host not in LOOPBACK,
            **_LIMITS,
        ) as client:
            value = client.get_secret(named.name, named.version).value
    except exceptions.ClientAuthenticationError as error:
        raise Unreachable(
            f"no identity to read {what} with: {_line(error)}",
            "in a job, its managed identity; else: az login",
        ) from None
    except exceptions.HttpResponseError as error:
        raise _refused(error, what) from None
    except exceptions.AzureError as error:
        raise Unreachable(
            f"{host} does not answer: {_line(error)}", "is there a private way to it from here?"
        ) from None
    if not value or not value.strip():
        raise InputError(f"{what} is empty", "put the credential there")
    return value.strip()


def _host(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or not (host in LOOPBACK or host.endswith(VAULTS)):
        raise _no_address(url)
    return host


def _no_address(url: str) -> InputError:
    return InputError(
        f"{URL}={url} is no address of a secret", "such as https://VAULT.vault.azure.net/secrets/NAME"
    )


def _own_identity() -> Any:
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - see above

    # So Azure ML tells a job its identity: learn.microsoft.com, "Set up service authentication".
    return DefaultAzureCredential(managed_identity_client_id=os.environ.get("DEFAULT_IDENTITY_CLIENT_ID"))


def _refused(error: Any, what: str) -> MLError:
    code = getattr(getattr(error, "error", None), "code", None) or error.reason
    if error.status_code == _NOT_FOUND:
        return InputError(
            f"there is no {what}", "put it there, or name another: snowflake.secret in the stack file"
        )
    if error.status_code == _FORBIDDEN:
        return Unreachable(
            f"{what} may not be read: {_line(error)}",
            "grant this identity Key Vault Secrets User on it; is it enabled, and the vault open to us?",
        )
    return Unreachable(f"{what} can't be read: {error.status_code} {code}", "try again later")


def _line(error: Any) -> str:
    return " ".join(str(getattr(error, "message", None) or error).split())[:200]
