"""What can go wrong with runs, and what the SDK's errors mean to the user.

```
JobsError                   exit code 1: final, trying again changes nothing
├── UsageError              2: an option, a parameter or an input is wrong; nothing was sent
├── ProgramMissingError     69: a program that the command needs is not installed
├── TransientError          75: throttled, overloaded or unreachable; the same command may succeed later
└── AuthorizationError      77: a service refused the sign-in, or a right is missing
```
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from roastery.errors import RoasteryError

# RFC 6585, RFC 9110: what a server says when the same request may succeed later. 409 is ARM's
# AnotherOperationInProgress.
TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
DENIED = frozenset({401, 403})
"""The sign-in is refused, or a right is missing."""
_MAX_LENGTH = 1200
# DefaultAzureCredential keeps only the text of why each way to sign in failed.
_NO_CONNECTION = re.compile(
    r"NewConnectionError|Connection (refused|reset|aborted)|Failed to (establish|resolve)|Max retries|"
    r"timed out"
)


class JobsError(RoasteryError):
    """It could not be done, and trying again changes nothing."""


class UsageError(JobsError):
    """An option is wrong; nothing was sent."""

    exit_code = 2


class ProgramMissingError(JobsError):
    """A program that the command needs is not installed: EX_UNAVAILABLE."""

    exit_code = 69


class TransientError(JobsError):
    """A service is busy or unreachable: EX_TEMPFAIL, which schedulers try again."""

    exit_code = 75


class AuthorizationError(JobsError):
    """A service refused the sign-in, or a right is missing: EX_NOPERM."""

    exit_code = 77


@contextmanager
def translate_errors(action: str) -> Generator[None]:
    """Turns what the SDK raises into one of our errors.

    Args:
        action: what failed, as the message begins: "the job could not be submitted".
    """
    from azure.ai.ml.exceptions import MlException  # noqa: PLC0415 - seconds to import
    from azure.core import exceptions as core  # noqa: PLC0415
    from requests import RequestException  # noqa: PLC0415

    try:
        yield
    except MlException as error:  # before AzureError, which it is one of
        raise JobsError(f"{action}: {_message(error)}") from error
    except core.ClientAuthenticationError as error:
        raise _denied(action, error) from error
    except core.HttpResponseError as error:
        raise _http_error(action, error) from error
    except (core.AzureError, RequestException) as error:
        raise TransientError(
            f"{action}: {_message(error)}", "the service can't be reached; try again later"
        ) from error


def _denied(action: str, error: Exception) -> JobsError:
    if _NO_CONNECTION.search(str(error)):
        return TransientError(
            f"{action}: {_message(error)}", "the sign-in service can't be reached; try again later"
        )
    return AuthorizationError(
        f"{action}: the sign-in failed: {_message(error)}",
        "sign in again: az login, or a fresh token for the workload identity",
    )


def _http_error(action: str, error: Any) -> JobsError:
    status = error.status_code
    if status in DENIED:
        return _denied(action, error)
    if status in TRANSIENT:
        return TransientError(f"{action}: {status} {_message(error)}", "the service is busy; try again later")
    return JobsError(f"{action}: {_message(error)}")


def _message(error: Any) -> str:
    """The message without the SDK's `(Code)` in front and its `Code: … Message: …` after it."""
    inner = getattr(getattr(error, "error", None), "message", None)
    text = str(inner or getattr(error, "message", None) or error).partition("\nCode: ")[0]
    text = " ".join(text.split())
    return text if len(text) <= _MAX_LENGTH else f"…{text[-_MAX_LENGTH:]}"  # the end of a log matters most
