"""AKS node pools that are resources of their own."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State

POOL = "containerservice:AgentPool"


def pool(**changes: Any) -> dict[str, Any]:
    return {
        "resourceGroupName": "rg",
        "resourceName": "aks",
        "agentPoolName": "jobs",
        "vmSize": "Standard_D4s_v5",
        "count": 1,
        **changes,
    }


@pytest.fixture
def subnet(cluster: State) -> str:
    """The id of the subnet that the cluster's system pool is in."""
    return cluster.inputs["agentPoolProfiles"][0]["vnetSubnetID"]


def test_a_pool_in_the_clusters_network_is_accepted(azure: Any, subnet: str) -> None:
    state = azure.make(POOL, **pool(vnetSubnetID=subnet, enableAutoScaling=True, minCount=0, maxCount=4))
    assert state.outputs["currentOrchestratorVersion"] == "1.35.1"


@pytest.mark.usefixtures("cluster")
def test_all_pools_are_in_one_network(azure: Any) -> None:
    other = azure.network({"name": "jobs", "addressPrefix": "10.9.0.0/24"}, space="10.9.0.0/16", name="other")
    inputs = pool(vnetSubnetID=f"{other.id}/subnets/jobs")
    with pytest.raises(ArmError, match="must be in one virtual network") as refusal:
        azure.make(POOL, **inputs)
    assert refusal.value.code == "InvalidParameter"


def test_a_subnet_has_room_for_all_nodes(azure: Any, subnet: str) -> None:
    azure.make(POOL, **pool(vnetSubnetID=subnet, count=250))  # and one node of the system pool
    inputs = pool(vnetSubnetID=subnet, count=1, agentPoolName="more")
    with pytest.raises(ArmError, match="252 exceed the 251 IPs available") as refusal:
        azure.make(POOL, **inputs)
    assert refusal.value.code == "InsufficientSubnetSize"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"minCount": 1}, "minCount and maxCount go with enableAutoScaling only"),
        ({"enableAutoScaling": True}, "minCount and maxCount are required with enableAutoScaling"),
        (
            {"enableAutoScaling": True, "minCount": 2, "maxCount": 3},
            "count is 1, outside of minCount 2 to maxCount 3",
        ),
        (
            {"mode": "System", "osType": "Windows"},
            "osType 'Windows' can't be combined with mode 'System' (AKS, use-system-pools)",
        ),
    ],
)
def test_pools_that_azure_refuses(azure: Any, changes: dict[str, Any], words: str) -> None:
    assert words in azure.errors(POOL, **pool(**changes))
