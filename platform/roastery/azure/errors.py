"""Why a service of Azure did not answer what was asked; each is one line with what to do."""

from __future__ import annotations

from roastery.errors import RoasteryError


class ServiceError(RoasteryError):
    """A service did not answer what was asked; `status` is that of HTTP, 0 without an answer."""

    def __init__(self, message: str, hint: str = "", *, status: int = 0, code: str = "") -> None:
        super().__init__(message, hint)
        self.status = status
        self.code = code


class ServiceDeniedError(ServiceError):
    """A service refused the sign-in, or a right is missing."""

    exit_code = 77


class ServiceBusyError(ServiceError):
    """A service is throttled, overloaded or can't be reached."""

    exit_code = 75
