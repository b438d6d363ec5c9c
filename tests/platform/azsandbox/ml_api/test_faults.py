"""Injected faults: what azure-ai-ml does when the service throttles, fails or is slow."""

from __future__ import annotations

import time
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from azsandbox.arm import faults

pytestmark = pytest.mark.xdist_group("api")


def test_a_throttled_call_succeeds_after_the_time_that_the_response_names(ml: Any, sandbox: Any) -> None:
    faults.add(sandbox.subscription, "429", "workspaces/mlw", "read", 2)
    started = time.monotonic()
    assert ml.workspaces.get("mlw").name == "mlw"
    assert time.monotonic() - started > 2
    assert sandbox.subscription.faults() == []


def test_a_conflict_is_reported_as_an_error(ml: Any, sandbox: Any) -> None:
    faults.add(sandbox.subscription, "409", "workspaces/mlw", "read", 1)
    with pytest.raises(HttpResponseError, match="Another operation on this"):
        ml.workspaces.get("mlw")
    assert ml.workspaces.get("mlw").name == "mlw"


def test_a_server_error_is_retried(ml: Any, sandbox: Any) -> None:
    faults.add(sandbox.subscription, "500", "/computes/aks", "read", 1)
    assert ml.compute.get("aks").name == "aks"
    assert sandbox.subscription.faults() == []


def test_a_slow_response_is_waited_for(ml: Any, sandbox: Any) -> None:
    faults.add(sandbox.subscription, "slow:2", "/computes/aks", "read", 1)
    started = time.monotonic()
    ml.compute.get("aks")
    assert time.monotonic() - started > 2


def test_a_long_operation_can_end_in_failure(entities: Any, ml: Any, sandbox: Any, unique: str) -> None:
    name = f"e-{unique}"
    faults.add(sandbox.subscription, "fail", name, "create", 1)
    endpoint = entities.KubernetesOnlineEndpoint(name=name, compute="aks", auth_mode="key")
    with pytest.raises(HttpResponseError, match="ended in state Failed"):
        ml.online_endpoints.begin_create_or_update(endpoint).result()
