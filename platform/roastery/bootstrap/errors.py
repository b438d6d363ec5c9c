"""What can go wrong before the platform stands.

```
BootstrapError              exit code 1: it could not be done
├── OutOfReachError         75: a service is busy, or can't be reached from here
├── PlanError               2: the stack file is wrong, or the folder is not a checkout
├── RightMissingError       77: a service refused the sign-in, or a right is missing
└── ToolMissingError        69: a program that the command needs is not installed
```
"""

from __future__ import annotations

from roastery.errors import RoasteryError


class BootstrapError(RoasteryError):
    """It could not be done."""


class PlanError(BootstrapError):
    """The stack file is wrong, or there is no project in the folder."""

    exit_code = 2


class ToolMissingError(BootstrapError):
    """A program that the command needs is not installed."""

    exit_code = 69


class OutOfReachError(BootstrapError):
    """A service is busy, or can't be reached from here."""

    exit_code = 75


class RightMissingError(BootstrapError):
    """A service refused the sign-in, or a right is missing."""

    exit_code = 77
