"""A promotion through the genuine SDK, against inference servers that run: forward, and back by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from azsandbox.arm import faults
from roastery.jobs import promotion
from roastery.jobs.client import connect
from roastery.jobs.errors import TransientError
from roastery.jobs.reference import WorkspaceReference

pytestmark = pytest.mark.xdist_group("api")

QUICK = ("--watch", "0", "--requests", "10")


@pytest.fixture
def promote(roast: Any, rows: str) -> Callable[..., tuple[int, str, str]]:
    def run(endpoint: str, *arguments: str) -> tuple[int, str, str]:
        return roast("model", "promote", "--endpoint", endpoint, "--rows", rows, "--json", *QUICK, *arguments)

    return run


def traffic(ml: Any, endpoint: str) -> dict[str, int]:
    return {name: share for name, share in ml.online_endpoints.get(endpoint).traffic.items() if share}


def outcome(ml: Any, endpoint: str, colour: str) -> str:
    return ml.online_deployments.get(colour, endpoint).tags["roast-outcome"]


def test_a_champion_goes_into_service_and_comes_back(
    ml: Any, roast: Any, promote: Any, endpoint: Any, model: Any, rows: str
) -> None:
    name = endpoint("blue", "green")
    first = model("fine", role="retired", wape="0.2")
    code, out, err = promote(name, "--model", first)
    assert code == 0, err
    assert json.loads(out)["traffic"] == {"blue": 100, "green": 0}
    second = model("fine", role="champion", wape="0.1")
    code, out, err = promote(name, "--model", second)
    assert code == 0, err
    result = json.loads(out)
    assert (result["deployment"], result["before"], result["changed"]) == ("green", first, True)
    shares = [line.split(" has ")[1].split(" of ")[0] for line in err.splitlines() if " has " in line]
    assert shares == ["10 %", "50 %", "100 %"]
    assert traffic(ml, name) == {"green": 100}
    tags = ml.online_deployments.get("green", name).tags
    assert (tags["roast-outcome"], tags["roast-in-service-before"]) == ("in service", first)
    code, out, _ = promote(name, "--model", second)
    assert (code, json.loads(out)["changed"]) == (0, False)

    worse = model("fine", wape="0.3")
    code, _, err = promote(name, "--model", worse)
    assert code == 1
    assert f"its wape is 0.3, that of {second} in service 0.1" in err
    assert "--force REASON" in err

    code, out, err = roast("model", "rollback", "--endpoint", name, "--rows", rows, "--json")
    assert code == 0, err
    assert json.loads(out)["model"] == first
    assert traffic(ml, name) == {"blue": 100}
    assert outcome(ml, name, "green").startswith("rolled back by hand")


def test_a_promotion_goes_back_by_itself_when_requests_begin_to_fail(
    ml: Any, promote: Any, endpoint: Any, model: Any
) -> None:
    name = endpoint("blue", "green")
    assert promote(name, "--model", model("fine"))[0] == 0
    code, out, err = promote(name, "--model", model("late"))
    assert (code, out) == (1, "")
    assert "went back: blue 100 % of the traffic" in err
    assert "requests failed" in err.splitlines()[-1]
    assert traffic(ml, name) == {"blue": 100}
    assert outcome(ml, name, "green").startswith("went back: green at")

    code, _, err = promote(name, "--model", model("slow"))
    assert code == 1
    assert "2 times that of the one in service" in err.splitlines()[-1]
    assert traffic(ml, name) == {"blue": 100}


def test_a_deployment_that_never_gets_ready_leaves_the_traffic_alone(
    ml: Any, promote: Any, endpoint: Any, model: Any
) -> None:
    name = endpoint("blue", "green")
    code, _, err = promote(name, "--model", model("dead"))
    assert code == 1
    assert "ValueError: these weights are of another release" in err
    assert "traffic is as it was" in err.splitlines()[-1]
    assert traffic(ml, name) == {}
    code, _, err = promote(name, "--model", model("wrong"))
    assert code == 1
    assert "blue does not answer real rows: 503" in err
    assert traffic(ml, name) == {}
    assert outcome(ml, name, "blue").startswith("failed: blue does not answer")


def test_a_call_that_is_throttled_midway_takes_the_traffic_back(
    ml: Any, sandbox: Any, here: WorkspaceReference, promote: Any, endpoint: Any, model: Any, rows: str
) -> None:
    name = endpoint("blue", "green")
    assert promote(name, "--model", model("fine"))[0] == 0
    lines: list[str] = []

    def on_progress(line: str) -> None:
        lines.append(line)
        if "has 10 %" in line:
            faults.add(sandbox.subscription, "429", f"/onlineEndpoints/{name}", "update", 1)

    workspace = connect(replace(here, endpoint=name), retries=0)
    plan = promotion.PromotionPlan(watch=0, requests=4, rows=Path(rows))
    with pytest.raises(TransientError, match=r"green 50 %: 429") as caught:
        promotion.promote(workspace, model("fine"), plan, on_progress)
    assert caught.value.exit_code == 75
    assert lines[-1] == "went back: blue 100 % of the traffic"
    assert traffic(ml, name) == {"blue": 100}
    assert outcome(ml, name, "green").startswith("went back")


def test_an_endpoint_without_a_deployment_is_an_error_that_says_so(
    roast: Any, promote: Any, endpoint: Any, model: Any, rows: str
) -> None:
    name = endpoint()
    code, _, err = promote(name, "--model", model("fine"))
    assert (code, f"endpoint {name} has no deployment" in err) == (1, True)
    code, _, err = roast("model", "rollback", "--endpoint", name, "--rows", rows)
    assert (code, f"endpoint {name} has no deployment" in err) == (1, True)
    code, _, err = promote("nowhere", "--model", "m:1")
    assert (code, "endpoint nowhere can't be read" in err) == (1, True)


@pytest.mark.parametrize("steps", ["10,50", "50,10,100", "0,100", "10,10,100", "ten", "10,100,110"])
def test_steps_that_would_lose_traffic_are_refused(promote: Any, steps: str) -> None:
    code, _, err = promote("anywhere", "--steps", steps)
    assert (code, "--steps" in err) == (2, True)
