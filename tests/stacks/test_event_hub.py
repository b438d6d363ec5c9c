"""New data through an event hub: one key of the stack file declares everything that it needs."""

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


def test_the_event_hub_comes_with_its_private_endpoint_its_roles_and_its_zone(
    run: Callable[..., Outcome], with_config: Callable[[str, dict[str, Any]], str]
) -> None:
    stack = with_config("dev", {"workload": "hubbed", "workflows.landing": "event_hub"})

    outcome = run("up", stack)

    assert (outcome.exit_code, outcome.errors) == (0, [])
    declared = {
        (resource["type"].removeprefix("azure-native:"), resource["urn"].rpartition("::")[2])
        for resource in outcome.resources
    }
    assert {
        ("eventhub:Namespace", "evhns-landing"),
        ("eventhub:NamespaceNetworkRuleSet", "evhns-landing-network"),
        ("eventhub:EventHub", "evh-landing"),
        ("network:PrivateEndpoint", "pep-evh-landing-namespace"),
        ("privatedns:PrivateZone", "zone-privatelink.servicebus.windows.net"),
        ("authorization:RoleAssignment", "role-landing-send"),
        ("authorization:RoleAssignment", "role-landing-read"),
    } <= declared
    assert ("storage:Queue", "queue-landing") not in declared
