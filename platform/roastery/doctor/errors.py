"""Why a check could not look. The doctor makes one line of each; only a wrong stack file ends it."""

from __future__ import annotations

from roastery.errors import RoasteryError


class ProbeError(RoasteryError):
    """A service did not answer what a check asked for; `status` is that of HTTP, 0 without an answer."""

    def __init__(self, message: str, hint: str = "", *, status: int = 0, code: str = "") -> None:
        super().__init__(message, hint)
        self.status = status
        self.code = code


class ProbeDeniedError(ProbeError):
    """A service refused the sign-in, or a right is missing."""

    exit_code = 77


class ProbeBusyError(ProbeError):
    """A service is throttled, overloaded or can't be reached."""

    exit_code = 75
