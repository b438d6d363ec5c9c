"""Injected faults: errors, throttling and delays of Azure, to test how a program behaves on them."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError, OptionError

SPREADING = "propagation"  # `propagation:60`: a new role or identity takes effect after so many seconds
SLOW = 15  # seconds that a slow operation takes; `slow:5` sets another number
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
class Effect:
    """What a fault does after the request has succeeded."""

    init_fails: bool = False  # the long-running operation ends in state Failed


def inject(subscription: Subscription, operation: str, *names: str) -> Effect:
    """Inject the first pending fault that matches the operation and one of the names.

    Args:
        subscription: holds the pending faults.
        operation: one of OPERATIONS.
        names: id, type, and name in the program; the id first.

    Raises:
        ArmError: the fault is an error response.
    """
    for number, wanted, pattern, kind, _ in subscription.faults():
        if wanted not in {operation, "any"} or not any(pattern in name.lower() for name in names):
            continue
        subscription.use_fault(number)
        if kind.startswith(f"{SPREADING}:"):
            subscription.spread_until(names[0], time.time() + _seconds(kind))
            return Effect()
        if kind.startswith("slow"):
            time.sleep(_seconds(kind))
            return Effect()
        if kind == FAILING:
            return Effect(init_fails=True)
        raise ArmError(*_ERRORS[kind])
    return Effect()


def _seconds(kind: str) -> float:
    """The duration of `slow`, `slow:5` or `propagation:5`."""
    number = kind.partition(":")[2]
    return float(number) if number else SLOW


def add(subscription: Subscription, kind: str, pattern: str, operation: str, times: int) -> None:
    """Inject a fault into the next `times` operations that match.

    Raises:
        OptionError: no such kind, or no such operation.
    """
    if kind not in KINDS and not re.fullmatch(rf"(slow|{SPREADING}):\d+", kind):
        raise OptionError(
            f"{kind!r} is not a fault: choose one of {', '.join(KINDS)}, slow:SECONDS, {SPREADING}:SECONDS"
        )
    if operation not in OPERATIONS:
        raise OptionError(f"{operation!r} is not an operation: choose one of {', '.join(OPERATIONS)}")
    subscription.add_fault(operation, pattern, kind, times)
