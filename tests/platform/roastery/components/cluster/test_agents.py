"""Build agents inside the VNet."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from roastery.components.cluster.agents import Agents, AgentsArgs
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]


@pytest.fixture
def declared(declare: Declare, group: ResourceGroup) -> Any:
    """The agents of production."""
    args = AgentsArgs(
        resource_group=group,
        subnet_id="agents-subnet-id",
        identity_id="id-runner-id",
        size="Standard_D2s_v5",
        public_key="ssh-rsa AAAA",
        zones=("1",),
    )
    return declare(lambda: Agents("agents", args))


def test_build_agents_are_scaled_by_azure_devops_and_take_no_password(declared: Any) -> None:
    registration = declared.named("vmss-agents")

    profile = registration.inputs["virtualMachineProfile"]
    linux = profile["osProfile"]["linuxConfiguration"]
    assert registration.inputs["sku"]["capacity"] == 0
    assert registration.ignore_changes == ("sku.capacity",)
    assert registration.inputs["identity"]["userAssignedIdentities"] == ["id-runner-id"]
    assert linux["disablePasswordAuthentication"] is True
    assert "publicIPAddressConfiguration" not in str(profile["networkProfile"])


def test_agents_run_jobs_in_containers_so_they_get_docker(declared: Any) -> None:
    extension = declared.named("vmss-agents-docker")
    script = base64.b64decode(extension.inputs["settings"]["script"]).decode()

    assert extension.inputs["vmScaleSetName"].startswith("vmss-")
    assert "docker.io docker-buildx" in script
    # Azure Pipelines adds its extension to the scale set: a list in the profile would remove it.
    assert "extensionProfile" not in declared.inputs("vmss-agents")["virtualMachineProfile"]
