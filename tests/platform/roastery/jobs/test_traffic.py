"""The rules of a promotion, apart from any cloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roastery.jobs import health, traffic
from roastery.jobs.errors import JobsError, UsageError
from roastery.jobs.health import Health, Limits, Sample
from roastery.jobs.models import Model
from roastery.jobs.promote import refusal

BOTH = ("blue", "green")


@pytest.mark.parametrize(
    ("shares", "idle", "live"),
    [({}, "blue", None), ({"blue": 0, "green": 0}, "blue", None), ({"blue": 100}, "green", "blue")],
)
def test_the_idle_colour_is_the_one_without_traffic(
    shares: dict[str, int], idle: str, live: str | None
) -> None:
    assert traffic.colours("e", BOTH, shares) == traffic.Colours(idle=idle, live=live)


@pytest.mark.parametrize(
    ("deployments", "shares", "said"),
    [
        ((), {}, "has no deployment"),
        (("blue",), {"blue": 100}, "has blue only"),
        (BOTH, {"blue": 90, "green": 10}, "roast rollback"),
        (BOTH, {"blue": 90}, "adds to 90, not to 100"),
        (BOTH, {"blue": 90, "green": 20}, "adds to 110, not to 100"),
    ],
)
def test_an_endpoint_that_can_not_be_promoted_to_says_why(
    deployments: tuple[str, ...], shares: dict[str, int], said: str
) -> None:
    with pytest.raises(JobsError, match=said):
        traffic.colours("e", deployments, shares)


@given(st.integers(0, 100))
def test_shares_always_add_to_a_hundred(part: int) -> None:
    shares = traffic.share(traffic.Colours(idle="green", live="blue"), part, BOTH)
    assert sum(shares.values()) == 100
    assert shares["green"] == part


def test_traffic_is_never_sent_to_nobody() -> None:
    with pytest.raises(ValueError, match="90 % of the traffic would go nowhere"):
        traffic.share(traffic.Colours(idle="green", live=None), 10, BOTH)


def test_a_rollback_goes_to_the_one_that_was_promoted_before() -> None:
    when = {"blue": "2026-11-01", "green": "2026-11-02"}
    assert traffic.back(when, {"green": 100}, None) == "blue"
    assert traffic.back(when, {"blue": 90, "green": 10}, None) == "blue"
    assert traffic.back(when, {"green": 100}, "green") == "green"
    with pytest.raises(JobsError, match="no deployment has traffic"):
        traffic.back(when, {}, None)
    with pytest.raises(UsageError, match="there is no deployment red"):
        traffic.back(when, {"green": 100}, "red")
    with pytest.raises(JobsError, match="the only deployment"):
        traffic.back({"blue": ""}, {"blue": 100}, None)


def test_the_health_of_requests_is_their_errors_and_the_time_of_most() -> None:
    samples = [Sample(seconds=n / 100) for n in range(1, 20)] + [Sample(seconds=9, problem="503")]
    assert health.of(samples) == Health(requests=20, errors=0.05, p95=0.19, example="503")
    with pytest.raises(ValueError, match="no request"):
        health.of([])


@pytest.mark.parametrize(
    ("errors", "p95", "before", "limits", "said"),
    [
        (0.0, 0.9, 0.5, Limits(), None),
        (0.02, 0.9, 0.5, Limits(), None),
        (0.03, 0.9, 0.5, Limits(), "3 % of 100 requests failed"),
        (0.0, 1.1, 0.5, Limits(), "more than 1000 ms, 2 times"),
        (0.0, 0.2, 0.01, Limits(), None),
        (0.0, 0.2, 0.01, Limits(p95=0.1), "100 ms are allowed"),
        (0.0, 99.0, None, Limits(), None),
    ],
)
def test_a_deployment_may_be_so_bad_and_no_worse(
    errors: float, p95: float, before: float | None, limits: Limits, said: str | None
) -> None:
    now = Health(requests=100, errors=errors, p95=p95)
    then = Health(requests=100, errors=0.0, p95=before) if before else None
    found = health.worse(now, then, limits)
    assert (found is None) if said is None else (found is not None and said in found)


def model(version: str, **tags: str) -> Model:
    return Model(name="m", version=version, id="", tags=tags)


@pytest.mark.parametrize(
    ("new", "live", "refused"),
    [
        (model("2", wape="0.3"), None, False),
        (model("2", wape="0.1"), model("1", wape="0.2"), False),
        (model("2", wape="0.2"), model("1", wape="0.2"), False),
        (model("2", wape="0.3"), model("1", wape="0.2"), True),
        (model("2"), model("1", wape="0.2"), True),
        (model("2", wape="nan"), model("1", wape="0.2"), True),
        (model("2"), model("1"), False),
        # the gate has compared them on the same months
        (model("2", wape="0.3", role="champion", predecessor="1"), model("1", wape="0.2"), False),
        (model("2", wape="0.3", role="retired", predecessor="1"), model("1", wape="0.2"), True),
        (model("3", wape="0.3", role="champion", predecessor="2"), model("1", wape="0.2"), True),
    ],
)
def test_a_worse_model_is_refused(new: Model, live: Model | None, refused: bool) -> None:
    assert (refusal(new, live, "wape") is not None) == refused
