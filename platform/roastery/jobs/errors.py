"""What can go wrong with runs, and what the SDK's errors mean to the user.

```
JobsError                   exit code 1: final, trying again changes nothing
├── UsageError              2: an option, a parameter or an input is wrong; nothing was sent
└── TransientError          75: throttled, overloaded or unreachable; the same command may succeed later
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
_SIGN_IN = frozenset({401, 403})
_LONGEST = 1200
# DefaultAzureCredential keeps only the text of why each way to sign in failed.
_UNREACHED = re.compile(
    r"NewConnectionError|Connection (refused|reset|aborted)|Failed to (establish|resolve)|Max retries|"
    r"timed out"
)


class JobsError(RoasteryError):
    """It could not be done, and trying again changes nothing."""


class UsageError(JobsError):
    """An option is wrong; nothing was sent."""

    exit_code = 2


class TransientError(JobsError):
    """A service is busy or unreachable: EX_TEMPFAIL, which schedulers try again."""

    exit_code = 75


@contextmanager
def explained(what: str) -> Generator[None]:
    """Turns what the SDK raises into one of our errors.

    Args:
        what: what was being done, as in "the job could not be submitted".
    """
    from azure.ai.ml.exceptions import MlException  # noqa: PLC0415 - seconds to import
    from azure.core import exceptions as core  # noqa: PLC0415
    from requests import RequestException  # noqa: PLC0415

    try:
        yield
    except MlException as error:  # before AzureError, which it is one of
        raise JobsError(f"{what}: {_text(error)}") from error
    except core.ClientAuthenticationError as error:
        raise _denied(what, error) from error
    except core.HttpResponseError as error:
        raise _refused(what, error) from error
    except (core.AzureError, RequestException) as error:
        raise TransientError(f"{what}: {_text(error)}", "the service can't be reached; try again") from error


def _denied(what: str, error: Exception) -> JobsError:
    if _UNREACHED.search(str(error)):
        return TransientError(f"{what}: {_text(error)}", "the sign-in can't be reached; try again")
    return JobsError(
        f"{what}: the sign-in failed: {_text(error)}",
        "sign in again: az login, or a fresh token for the workload identity",
    )


def _refused(what: str, error: Any) -> JobsError:
    status = error.status_code
    if status in _SIGN_IN:
        return _denied(what, error)
    if status in TRANSIENT:
        return TransientError(f"{what}: {status} {_text(error)}", "the service is busy; try again later")
    return JobsError(f"{what}: {_text(error)}")


def _text(error: Any) -> str:
    """The message without the SDK's `(Code)` in front and its `Code: … Message: …` after it."""
    known = getattr(getattr(error, "error", None), "message", None)
    said = str(known or getattr(error, "message", None) or error).partition("\nCode: ")[0]
    said = " ".join(said.split())
    return said if len(said) <= _LONGEST else f"…{said[-_LONGEST:]}"  # a log is worth most at its end
