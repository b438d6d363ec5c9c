"""The errors that a user can meet. Each is one line that says what is wrong, where, and what to do.

```
RoasteryError           exit code 1: it could not be done
```

Rooms hang their own beneath it. The command line knows an error that is meant for the user by its
`exit_code`, whatever package it comes from.
"""

from __future__ import annotations

# What the exit code of every command means; docs/runbook.md and the Argo workflows rely on it.
EXIT_CODES: dict[int, str] = {
    0: "done",
    1: "it could not be finished, or a check failed",
    2: "the data, a file, an option or a setting is wrong",
    3: "the gate was not passed",
    10: "done, and drift was found",
    69: "a program that is needed is missing: the Pulumi CLI",
    70: "a defect of this program",
    75: "a service is busy or unreachable: the same command may succeed later",
    77: "a service refused the sign-in, or a right is missing",
    130: "interrupted by Ctrl-C",
    143: "terminated",
}


class RoasteryError(Exception):
    """A failure with a message for the user; the command line prints it without a traceback.

    Args:
        message: what is wrong and where: the file, key, value or option.
        hint: what to do about it, or what is allowed.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message
