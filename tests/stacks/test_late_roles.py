"""A role of the cluster's identity that takes effect late: the program waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.arm import faults
from azsandbox.arm.subscription import Subscription
from azsandbox.commands import Outcome
from azsandbox.paths import Project

pytestmark = pytest.mark.xdist_group("late roles")
_LATE = 8  # seconds
_OUTSIDE = {"cluster.reachable": False}  # the cluster itself is enough


@pytest.mark.parametrize(("wait", "survives"), [(12, True), (0, False)])
def test_the_cluster_is_created_when_the_roles_of_its_identity_hold(
    project: Project,
    run: Callable[..., Outcome],
    with_config: Callable[[str, dict[str, Any]], str],
    *,
    wait: int,
    survives: bool,
) -> None:
    project.model.parent.mkdir(parents=True, exist_ok=True)
    subscription = Subscription.open(project.model)
    faults.add(subscription, f"propagation:{_LATE}", "role-aks-dns", "create", 1)
    stack = with_config("dev", {**_OUTSIDE, "workload": f"late{wait}", "cluster.role_wait": wait})

    outcome = run("up", stack)

    assert (outcome.exit_code == 0) is survives, outcome.errors
    if not survives:
        assert any("CustomPrivateDNSZoneMissingPermissionError" in error for error in outcome.errors)
        subscription.clear_faults()
        time.sleep(_LATE)  # on a fast machine the role would not hold yet
        assert run("up", stack).exit_code == 0  # run again, as the error of Azure says
    subscription.close()
    run("destroy", stack, unprotect=True)
