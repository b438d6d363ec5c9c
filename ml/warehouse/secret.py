"""What a sign-in needs and no variable holds: a secret of Azure Key Vault, or the identity's own token.

A job gets the address of the secret, never its value: `SNOWFLAKE_SECRET_URL=https://<vault>/secrets/<name>`.
SNOWFLAKE_AUTHENTICATOR decides which setting it fills. It is read with the job's own identity and stays in
this process. Tokens are sent to Azure's vaults only. For a vault on the loopback address, which tests use, it
is not verified that the token is meant for the vault that asks for it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ml.errors import AccessDeniedError, InputError, MLError, UnreachableError
from ml.warehouse.identity import line, own_identity, with_token
from ml.warehouse.settings import LOOPBACK, variable

URL = variable("secret_url")
# By authenticator, the setting that its secret fills.
FILLS = {
    "SNOWFLAKE_JWT": "private_key",
    "OAUTH_CLIENT_CREDENTIALS": "oauth_client_secret",
    "SNOWFLAKE": "password",
}
VAULTS = (".vault.azure.net", ".vault.azure.cn", ".vault.usgovcloudapi.net")
_LIMITS = {"retry_total": 3, "connection_timeout": 10, "read_timeout": 30}
_FORBIDDEN, _NOT_FOUND = 403, 404


def resolved(env: Mapping[str, str], credential: Any = None) -> Mapping[str, str]:
    """The variables with the secret, or the identity's token, filled in; unchanged if none is asked for.

    Args:
        env: environment variables.
        credential: a token credential; by default the one that Azure's own clients find.

    Raises:
        InputError: the address is not that of a secret, or SNOWFLAKE_AUTHENTICATOR takes none.
        UnreachableError: the vault, or Entra ID, does not answer.
        AccessDeniedError: the vault refuses, or there is no identity to sign in with.
    """
    url = env.get(URL)
    if not url:
        return with_token(env, credential)
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
    # The client logs each failure that it also raises, at length.
    logging.getLogger("azure").setLevel(logging.CRITICAL + 1)
    try:
        from azure.core import exceptions  # noqa: PLC0415 - only where a secret is named
        from azure.keyvault.secrets import KeyVaultSecretIdentifier, SecretClient  # noqa: PLC0415
    except ImportError as error:
        raise InputError(
            f"{URL} needs the package {error.name}, which is not installed", "install the extra `vault`"
        ) from None
    try:
        named = KeyVaultSecretIdentifier(url)
    except ValueError:
        raise _not_an_address(url) from None
    what = f"secret {named.name} of {host}"
    try:
        with SecretClient(
            named.vault_url,
            credential or own_identity(),
            verify_challenge_resource=host not in LOOPBACK,
            **_LIMITS,
        ) as client:
            value = client.get_secret(named.name, named.version).value
    except exceptions.ClientAuthenticationError as error:
        raise AccessDeniedError(
            f"no identity to read {what} with: {line(error)}",
            "a job uses its managed identity; elsewhere run: az login",
        ) from None
    except exceptions.HttpResponseError as error:
        raise _refused(error, what) from None
    except exceptions.AzureError as error:
        raise UnreachableError(
            f"{host} does not answer: {line(error)}",
            "check that this network reaches the vault's private endpoint",
        ) from None
    if not value or not value.strip():
        raise InputError(f"{what} is empty", "store the credential in it")
    return value.strip()


def _host(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or not (host in LOOPBACK or host.endswith(VAULTS)):
        raise _not_an_address(url)
    return host


def _not_an_address(url: str) -> InputError:
    return InputError(
        f"{URL}={url} is not the address of a secret", "such as https://VAULT.vault.azure.net/secrets/NAME"
    )


def _refused(error: Any, what: str) -> MLError:
    code = getattr(getattr(error, "error", None), "code", None) or error.reason
    if error.status_code == _NOT_FOUND:
        return InputError(
            f"{what} does not exist", "create it, or name another in the stack file: snowflake.secret"
        )
    if error.status_code == _FORBIDDEN:
        return AccessDeniedError(
            f"{what} may not be read: {line(error)}",
            "grant this identity Key Vault Secrets User on it; check that the secret is enabled",
        )
    return UnreachableError(f"{what} cannot be read: {error.status_code} {code}", "try again later")
