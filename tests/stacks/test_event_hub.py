"""New data through an event hub: one word in the stack file, everything that belongs to it comes along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.commands import Outcome
from azsandbox.pulumi import toolchain

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("event hub"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]


def test_the_event_hub_comes_with_its_door_its_roles_and_its_zone(
    run: Callable[..., Outcome], with_config: Callable[[str, dict[str, Any]], str]
) -> None:
    stack = with_config("dev", {"workload": "hubbed", "workflows.landing": "event_hub"})

    done = run("up", stack)

    assert (done.exit_code, done.errors) == (0, [])
    found = {
        (one["type"].removeprefix("azure-native:"), one["urn"].rpartition("::")[2]) for one in done.resources
    }
    assert {
        ("eventhub:Namespace", "evhns-landing"),
        ("eventhub:NamespaceNetworkRuleSet", "evhns-landing-network"),
        ("eventhub:EventHub", "evh-landing"),
        ("network:PrivateEndpoint", "pep-evh-landing-namespace"),
        ("privatedns:PrivateZone", "zone-privatelink.servicebus.windows.net"),
        ("authorization:RoleAssignment", "role-landing-send"),
        ("authorization:RoleAssignment", "role-landing-read"),
    } <= found
    assert ("storage:Queue", "queue-landing") not in found
