"""The health of a deployment, and which of its limits it exceeds."""

from __future__ import annotations

import pytest

from roastery.jobs.health import DeploymentHealth, HealthLimits, RequestSample, exceeded_limit, measure


def test_the_health_of_requests_is_their_errors_and_the_time_of_most() -> None:
    samples = [RequestSample(seconds=n / 100) for n in range(1, 20)] + [
        RequestSample(seconds=9, problem="503")
    ]
    assert measure(samples) == DeploymentHealth(requests=20, errors=0.05, p95=0.19, example="503")
    with pytest.raises(ValueError, match="no request"):
        measure([])


@pytest.mark.parametrize(
    ("errors", "p95", "before", "limits", "message"),
    [
        (0.0, 0.9, 0.5, HealthLimits(), None),
        (0.02, 0.9, 0.5, HealthLimits(), None),
        (0.03, 0.9, 0.5, HealthLimits(), "3 % of 100 requests failed"),
        (0.0, 1.1, 0.5, HealthLimits(), "more than 1000 ms, 2 times"),
        (0.0, 0.2, 0.01, HealthLimits(), None),
        (0.0, 0.2, 0.01, HealthLimits(p95=0.1), "100 ms are allowed"),
        (0.0, 99.0, None, HealthLimits(), None),
    ],
)
def test_a_deployment_may_be_so_bad_and_no_worse(
    errors: float, p95: float, before: float | None, limits: HealthLimits, message: str | None
) -> None:
    health = DeploymentHealth(requests=100, errors=errors, p95=p95)
    in_service = DeploymentHealth(requests=100, errors=0.0, p95=before) if before else None
    exceeded = exceeded_limit(health, in_service, limits)
    assert (exceeded is None) if message is None else (exceeded is not None and message in exceeded)
