"""The errors a user can meet. Each is one line that says what is wrong, where, and what to do.

```
MLError                 exit code 1: a step could not finish
├── InputError          2: the user's data, file, option or setting is wrong
├── GateLost            3: `--require MODEL` and MODEL did not win the backtest
└── Unreachable         4: a service (Snowflake, an endpoint) did not answer or refused us
```
"""

from __future__ import annotations


class MLError(Exception):
    """A failure with a message for the user; the command line prints it without a traceback.

    Args:
        message: what is wrong and where: the file, column, row, option or value.
        hint: what to do about it, or what is allowed.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class InputError(MLError):
    """The user's data, file, option or setting is wrong."""

    exit_code = 2


class GateLost(MLError):  # noqa: N818 - it reads as the verdict it is
    """The model that `--require` names did not win the backtest."""

    exit_code = 3


class Unreachable(MLError):  # noqa: N818 - it reads as the state it is
    """A service did not answer, or refused the credentials."""

    exit_code = 4
