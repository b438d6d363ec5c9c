"""Errors and latency of the requests that a promotion sends, and when they are too bad: pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One request: what was wrong with its answer, and how many seconds it took."""

    seconds: float
    problem: str | None = None
    deployment: str | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a new deployment may do.

    Args:
        errors: share of requests that may fail.
        p95: seconds that 95 % of requests may take; None compares with the one in service alone.
        slower: how many times slower than the one in service it may be.
    """

    errors: float = 0.02
    p95: float | None = None
    slower: float = 2.0


# Below this a difference is that of the machine, not of the model.
_NOISE = 0.25


@dataclass(frozen=True, kw_only=True)
class Health:
    """Of some requests; `p95` in seconds, by the nearest rank."""

    requests: int
    errors: float
    p95: float
    example: str | None = None

    def __str__(self) -> str:
        return f"{self.requests} requests, {100 * self.errors:.0f} % errors, p95 {1000 * self.p95:.0f} ms"


def of(samples: Sequence[Sample]) -> Health:
    """The health that these requests show.

    Raises:
        ValueError: there are none.
    """
    if not samples:
        raise ValueError("no request was sent")
    problems = [one.problem for one in samples if one.problem is not None]
    seconds = sorted(one.seconds for one in samples)
    rank = math.ceil(0.95 * len(seconds)) - 1
    return Health(
        requests=len(samples),
        errors=len(problems) / len(samples),
        p95=seconds[rank],
        example=problems[0] if problems else None,
    )


def worse(now: Health, before: Health | None, limits: Limits) -> str | None:
    """Why a deployment must not go on; None if it may.

    Args:
        now: of the new deployment.
        before: of the one in service, if there is one.
        limits: what is allowed.
    """
    if now.errors > limits.errors:
        allowed = f"{100 * limits.errors:g} % are allowed"
        return f"{100 * now.errors:.0f} % of {now.requests} requests failed, {allowed}: {now.example}"
    if limits.p95 is not None and now.p95 > limits.p95:
        return f"p95 is {1000 * now.p95:.0f} ms, {1000 * limits.p95:.0f} ms are allowed"
    allowed = max(_NOISE, limits.slower * before.p95) if before else math.inf
    if now.p95 > allowed:
        return (
            f"p95 is {1000 * now.p95:.0f} ms, more than {1000 * allowed:.0f} ms, "
            f"{limits.slower:g} times that of the one in service"
        )
    return None
