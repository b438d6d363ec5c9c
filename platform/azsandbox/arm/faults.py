"""Faults on request: what Azure does on a bad day, so that the program's behaviour on it can be seen."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError, SandboxError

SLOW = 15  # seconds that a slow operation takes; `slow:5` says otherwise
FAILING = "fail"

_ERRORS = {
    "409": (
        409,
        "AnotherOperationInProgress",
        "Another operation on this or a dependent resource is in progress.",
    ),
    "429": (
        429,
        "TooManyRequests",
        "The request is being throttled as the limit has been reached. Retry after 17 s.",
    ),
    "500": (500, "InternalServerError", "An unexpected error occurred while processing the request."),
    "timeout": (
        504,
        "GatewayTimeout",
        "The gateway did not receive a response within the specified time period.",
    ),
}
KINDS = (*_ERRORS, "slow", FAILING)
OPERATIONS = ("create", "read", "update", "delete", "any")


@dataclass(frozen=True)
class Trouble:
    """What still has to happen after the request went through."""

    init_fails: bool = False


def inject(subscription: Subscription, operation: str, *names: str) -> Trouble:
    """Apply the first fault that matches the operation and one of the names (id, type, name in the program).

    Raises:
        ArmError: the fault is an answer.
    """
    for number, asked, pattern, kind, _ in subscription.faults():
        if asked not in {operation, "any"} or not any(pattern in name.lower() for name in names):
            continue
        subscription.use_fault(number)
        if kind.startswith("slow"):
            time.sleep(_seconds(kind))
            return Trouble()
        if kind == FAILING:
            return Trouble(init_fails=True)
        raise ArmError(*_ERRORS[kind])
    return Trouble()


def _seconds(kind: str) -> float:
    """How long `slow` or `slow:5` takes."""
    number = kind.partition(":")[2]
    return float(number) if number else SLOW


def order(subscription: Subscription, kind: str, pattern: str, operation: str, times: int) -> None:
    """Ask for a fault at the next `times` matching operations."""
    if kind not in KINDS and not re.fullmatch(r"slow:\d+", kind):
        raise SandboxError(f"no fault {kind!r}: choose one of {', '.join(KINDS)}")
    if operation not in OPERATIONS:
        raise SandboxError(f"no operation {operation!r}: choose one of {', '.join(OPERATIONS)}")
    subscription.add_fault(operation, pattern, kind, times)
