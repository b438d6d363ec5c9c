"""A session with Snowflake through its own connector, with its log off and its errors turned into ours."""

from __future__ import annotations

import logging
import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from snowflake.connector import errors
from snowflake.connector.connection import SnowflakeConnection
from snowflake.connector.vendored.requests.exceptions import RequestException

from ml.errors import AccessDeniedError, InputError, MLError, UnreachableError
from ml.warehouse.authentication import WorkloadIdentityAuthentication
from ml.warehouse.settings import SnowflakeSettings

# It logs its own retries and every failure that it also raises, tracebacks included.
logging.getLogger("snowflake").setLevel(logging.CRITICAL + 1)

FAILURES = (errors.Error, RequestException)
"""The connector has no error of its own for a connection that breaks within an answer."""

_HOUR = 3600
_REFUSED = range(390_100, 390_500)  # Snowflake's codes of a failed sign-in
_NO_SUCH_OBJECT = (2003, 2043)
_CODES = re.compile(r"^(\d{6}(?: \(\w+\))?: )+(None: )?")  # what the connector puts before a message
_NO_DATABASE = (90_105, 90_106)


class _Session(SnowflakeConnection):
    """A connection that gives up on a host which accepts it and then does not answer.

    The connector waits a minute for each answer, which a long query needs and a sign-in does not.
    """

    patience: int

    @property
    def socket_timeout(self) -> int | None:
        signed_in = self.rest is not None and self.rest.token
        return super().socket_timeout if signed_in else self.patience


@contextmanager
def connected(settings: SnowflakeSettings) -> Generator[SnowflakeConnection]:
    """Yields an open session and closes it.

    Raises:
        UnreachableError: Snowflake does not answer.
        AccessDeniedError: Snowflake refuses the sign-in.
        InputError: the credentials cannot be used: a key file that is absent, a passphrase that is wrong.
    """
    session = _open(settings)
    try:
        yield session
    except FAILURES as error:
        raise explain(error, settings) from None
    finally:
        session.close(retry=False)


def _open(settings: SnowflakeSettings) -> SnowflakeConnection:
    arguments: dict[str, Any] = settings.connector_arguments() | {
        "application": "Roastery",
        "platform_detection_timeout_seconds": 0.0,  # no calls to metadata services
        "client_prefetch_threads": 2,  # batches held in memory while one is written
        "network_timeout": _HOUR,  # without a limit it would retry a failing request for ever
        "log_imported_packages_in_telemetry": False,
        "session_parameters": {"QUERY_TAG": "roastery import", "CLIENT_TELEMETRY_ENABLED": False},
    }
    kind = type("Session", (_Session,), {"patience": settings.login_timeout})
    try:
        return kind(**arguments)
    except FAILURES as error:
        raise _refused(error, settings) from None
    except OSError as error:
        raise InputError(
            f"cannot read {error.filename}, needed to sign in to Snowflake: {error.strerror}",
            "see SNOWFLAKE_PRIVATE_KEY_FILE or SNOWFLAKE_TOKEN_FILE_PATH",
        ) from None
    except (TypeError, ValueError) as error:  # of the key's format, or its passphrase
        raise InputError(
            f"the key in SNOWFLAKE_PRIVATE_KEY_FILE cannot be used: {_line(error)}",
            "PEM, PKCS#8; its passphrase in SNOWFLAKE_PRIVATE_KEY_FILE_PWD",
        ) from None


def _refused(error: errors.Error | RequestException, settings: SnowflakeSettings) -> MLError:
    who = f"user {settings.user}" if settings.user else "the workload's identity"
    where = f"account {settings.account} ({settings.address})"
    if isinstance(error, errors.MissingDependencyError):
        return InputError(
            f"signing in to {where} needs a package that is not installed: {_line(error)}",
            "install it, or use SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER=OIDC with a token file",
        )
    if error.errno in _REFUSED:
        why = re.sub(r"^Failed to connect to DB: \S+ ", "", _line(error))
        return AccessDeniedError(f"Snowflake refused {who} of {where}: {why}", _compare(settings))
    if isinstance(error, errors.ForbiddenError):
        return AccessDeniedError(f"Snowflake does not know {where}", "check SNOWFLAKE_ACCOUNT")
    if isinstance(error, errors.ProgrammingError):
        return InputError(f"the Snowflake settings for {where} cannot be used: {_line(error)}")
    return UnreachableError(
        f"Snowflake does not answer for {where} within {settings.login_timeout} s: {_line(error)}",
        "check SNOWFLAKE_ACCOUNT and that this machine's network reaches it",
    )


def _compare(settings: SnowflakeSettings) -> str:
    """What to compare with Snowflake's user after a sign-in by token: Snowflake does not say what differs."""
    identity = settings.authentication
    claims = identity.claims if isinstance(identity, WorkloadIdentityAuthentication) else None
    return f"its token has {claims}: compare with WORKLOAD_IDENTITY of Snowflake's user" if claims else ""


def explain(
    error: errors.Error | RequestException, settings: SnowflakeSettings, table: str | None = None
) -> MLError:
    """The error to raise for a query that failed."""
    schema = f"database {settings.database}, schema {settings.schema_}, account {settings.account}"
    if error.errno in _NO_SUCH_OBJECT and table is not None:
        return InputError(
            f"table {table} does not exist in {schema}, or role {settings.role} may not read it",
            "name another with --table, or grant SELECT on it",
        )
    if error.errno in _NO_DATABASE:
        return InputError(
            f"{schema} does not exist, or role {settings.role} may not use it",
            "check SNOWFLAKE_DATABASE and SNOWFLAKE_SCHEMA",
        )
    if isinstance(error, errors.ProgrammingError | errors.NotSupportedError):
        return InputError(f"Snowflake refused the query ({schema}): {_line(error)}")
    return UnreachableError(f"the connection to {settings.address} broke: {_line(error)}", "run it again")


def _line(error: Exception) -> str:
    text = error.msg if isinstance(error, errors.Error) and error.msg else str(error)
    return _CODES.sub("", " ".join(text.split())).rstrip(".")
