"""Build agents inside the VNet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from roastery.components.cluster.agents import Agents, AgentsArgs
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]


def test_build_agents_are_scaled_by_azure_devops_and_take_no_password(
    declare: Declare, group: ResourceGroup
) -> None:
    args = AgentsArgs(
        resource_group=group,
        subnet_id="agents-subnet-id",
        identity_id="id-runner-id",
        size="Standard_D2s_v5",
        public_key="ssh-rsa AAAA",
        zones=("1",),
    )
    registration = declare(lambda: Agents("agents", args)).named("vmss-agents")

    profile = registration.inputs["virtualMachineProfile"]
    linux = profile["osProfile"]["linuxConfiguration"]
    assert registration.inputs["sku"]["capacity"] == 0
    assert registration.ignore_changes == ("sku.capacity",)
    assert registration.inputs["identity"]["userAssignedIdentities"] == ["id-runner-id"]
    assert linux["disablePasswordAuthentication"] is True
    assert "publicIPAddressConfiguration" not in str(profile["networkProfile"])
