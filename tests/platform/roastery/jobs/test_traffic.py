"""The rules of an endpoint's traffic, apart from any cloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roastery.jobs.errors import JobsError, UsageError
from roastery.jobs.traffic import BlueGreen, choose_deployments, rollback_target, split_traffic

BOTH = ("blue", "green")


@pytest.mark.parametrize(
    ("shares", "idle", "live"),
    [({}, "blue", None), ({"blue": 0, "green": 0}, "blue", None), ({"blue": 100}, "green", "blue")],
)
def test_the_idle_colour_is_the_one_without_traffic(
    shares: dict[str, int], idle: str, live: str | None
) -> None:
    assert choose_deployments("e", BOTH, shares) == BlueGreen(idle=idle, live=live)


@pytest.mark.parametrize(
    ("deployments", "shares", "message"),
    [
        ((), {}, "has no deployment"),
        (("blue",), {"blue": 100}, "has blue only"),
        (BOTH, {"blue": 90, "green": 10}, "roast model rollback"),
        (BOTH, {"blue": 90}, "adds to 90, not to 100"),
        (BOTH, {"blue": 90, "green": 20}, "adds to 110, not to 100"),
    ],
)
def test_an_endpoint_that_can_not_be_promoted_to_says_why(
    deployments: tuple[str, ...], shares: dict[str, int], message: str
) -> None:
    with pytest.raises(JobsError, match=message):
        choose_deployments("e", deployments, shares)


@given(st.integers(0, 100))
def test_shares_always_add_to_a_hundred(part: int) -> None:
    shares = split_traffic(BlueGreen(idle="green", live="blue"), part, BOTH)
    assert sum(shares.values()) == 100
    assert shares["green"] == part


def test_traffic_is_never_sent_to_no_deployment() -> None:
    with pytest.raises(ValueError, match="90 % of the traffic would go nowhere"):
        split_traffic(BlueGreen(idle="green", live=None), 10, BOTH)


def test_a_rollback_goes_to_the_one_that_was_promoted_before() -> None:
    promoted_at = {"blue": "2026-11-01", "green": "2026-11-02"}
    assert rollback_target(promoted_at, {"green": 100}, None) == "blue"
    assert rollback_target(promoted_at, {"blue": 90, "green": 10}, None) == "blue"
    assert rollback_target(promoted_at, {"green": 100}, "green") == "green"
    with pytest.raises(JobsError, match="no deployment has traffic"):
        rollback_target(promoted_at, {}, None)
    with pytest.raises(UsageError, match="there is no deployment red"):
        rollback_target(promoted_at, {"green": 100}, "red")
    with pytest.raises(JobsError, match="the only deployment"):
        rollback_target({"blue": ""}, {"blue": 100}, None)
