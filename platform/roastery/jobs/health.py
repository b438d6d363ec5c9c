"""Errors and latency of the requests that a promotion sends, and when they are too bad: pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RequestSample:
    """One request: what was wrong with its answer, and how many seconds it took."""

    seconds: float
    problem: str | None = None
    deployment: str | None = None


@dataclass(frozen=True, kw_only=True)
class HealthLimits:
    """What a new deployment may do.

    Args:
        errors: share of requests that may fail.
        p95: seconds that 95 % of requests may take; None compares with the one in service alone.
        slower: how many times slower than the one in service it may be.
    """

    errors: float = 0.02
    p95: float | None = None
    slower: float = 2.0


# Seconds; a smaller latency shows the machine, not the model.
_NOISE = 0.25


@dataclass(frozen=True, kw_only=True)
class DeploymentHealth:
    """Of some requests; `p95` in seconds, by the nearest rank."""

    requests: int
    errors: float
    p95: float
    example: str | None = None

    def __str__(self) -> str:
        return f"{self.requests} requests, {100 * self.errors:.0f} % errors, p95 {1000 * self.p95:.0f} ms"


def measure(samples: Sequence[RequestSample]) -> DeploymentHealth:
    """The health that these requests show.

    Raises:
        ValueError: there are none.
    """
    if not samples:
        raise ValueError("no request was sent")
    problems = [sample.problem for sample in samples if sample.problem is not None]
    seconds = sorted(sample.seconds for sample in samples)
    rank = math.ceil(0.95 * len(seconds)) - 1
    return DeploymentHealth(
        requests=len(samples),
        errors=len(problems) / len(samples),
        p95=seconds[rank],
        example=problems[0] if problems else None,
    )


def exceeded_limit(
    health: DeploymentHealth, in_service: DeploymentHealth | None, limits: HealthLimits
) -> str | None:
    """Which limit a deployment exceeds, as a sentence; None if it exceeds none.

    Args:
        health: of the new deployment.
        in_service: of the deployment in service, if there is one.
        limits: what is allowed.
    """
    if health.errors > limits.errors:
        failed = f"{100 * health.errors:.0f} % of {health.requests} requests failed"
        return f"{failed}, {100 * limits.errors:g} % are allowed: {health.example}"
    if limits.p95 is not None and health.p95 > limits.p95:
        return f"p95 is {1000 * health.p95:.0f} ms, {1000 * limits.p95:.0f} ms are allowed"
    allowed = max(_NOISE, limits.slower * in_service.p95) if in_service else math.inf
    if health.p95 > allowed:
        return (
            f"p95 is {1000 * health.p95:.0f} ms, more than {1000 * allowed:.0f} ms, "
            f"{limits.slower:g} times that of the one in service"
        )
    return None
