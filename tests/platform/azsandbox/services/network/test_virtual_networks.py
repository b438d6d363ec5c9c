"""Virtual networks, subnets and peerings: the address plan."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.services.network.addresses import allocate

VNET = {"resourceGroupName": "rg", "virtualNetworkName": "vnet"}


def subnet(name: str, prefix: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "addressPrefix": prefix, **more}


@pytest.mark.parametrize(
    ("space", "subnets", "words"),
    [
        (
            "10.0.0.0/16",
            [subnet("a", "10.0.0.0/24"), subnet("b", "10.0.0.128/25")],
            "overlaps 10.0.0.0/24 of 'a'",
        ),
        ("10.0.0.0/16", [subnet("a", "10.1.0.0/24")], "lies outside of 10.0.0.0/16"),
        ("10.0.0.0/16", [subnet("a", "10.0.0.0/30")], "too small"),
        ("10.0.0.0/16", [subnet("AzureBastionSubnet", "10.0.0.0/27")], "needs /26 or larger"),
        ("10.0.0.1/16", [subnet("a", "10.0.0.0/24")], "is not a CIDR range"),
    ],
)
def test_an_address_plan_that_can_not_work_is_refused_before_anything_is_deployed(
    azure: Any, space: str, subnets: list[dict[str, Any]], words: str
) -> None:
    problems = azure.errors(
        "network:VirtualNetwork", **VNET, addressSpace={"addressPrefixes": [space]}, subnets=subnets
    )
    assert any(words in problem for problem in problems), problems


def test_a_subnet_of_its_own_is_checked_against_the_others(azure: Any) -> None:
    azure.network(subnet("a", "10.0.0.0/24"))
    assert azure.refusal("network:Subnet", **VNET, subnetName="b", addressPrefix="10.0.0.0/25") == (
        "NetcfgSubnetRangesOverlap"
    )
    assert (
        azure.refusal("network:Subnet", **VNET, subnetName="b", addressPrefix="10.9.0.0/25")
        == "NetcfgSubnetRangeOutsideVnet"
    )
    azure.make("network:Subnet", **VNET, subnetName="b", addressPrefix="10.0.1.0/24")


def test_inline_subnets_are_resources_with_ids(azure: Any) -> None:
    network = azure.network(subnet("a", "10.0.0.0/24"))
    assert network.outputs["subnets"][0]["id"] == f"{network.id}/subnets/a"
    assert azure.subscription.get(f"{network.id}/subnets/a") is not None


def test_taking_an_inline_subnet_away_deletes_it_unless_it_is_in_use(azure: Any) -> None:
    network = azure.network(subnet("a", "10.0.0.0/24"), subnet("b", "10.0.1.0/24"))
    azure.update("network:VirtualNetwork", network, subnets=[subnet("b", "10.0.1.0/24")])
    assert azure.subscription.get(f"{network.id}/subnets/a") is None
    azure.make(
        "network:NetworkInterface",
        resourceGroupName="rg",
        networkInterfaceName="nic",
        ipConfigurations=[{"name": "one", "subnet": {"id": f"{network.id}/subnets/b"}}],
    )
    with pytest.raises(ArmError, match="InUseSubnetCannotBeDeleted"):
        azure.update("network:VirtualNetwork", network, subnets=[])


def test_a_network_that_shrinks_still_contains_its_subnets(azure: Any) -> None:
    network = azure.make("network:VirtualNetwork", **VNET, addressSpace={"addressPrefixes": ["10.0.0.0/16"]})
    azure.make("network:Subnet", **VNET, subnetName="a", addressPrefix="10.0.128.0/24")
    azure.update("network:VirtualNetwork", network, addressSpace={"addressPrefixes": ["10.0.128.0/17"]})
    with pytest.raises(ArmError, match="is outside the IP address range of virtual network") as refusal:
        azure.update("network:VirtualNetwork", network, addressSpace={"addressPrefixes": ["10.0.0.0/17"]})
    assert refusal.value.code == "NetcfgSubnetRangeOutsideVnet"


def test_addresses_are_allocated_in_order_after_the_four_that_azure_reserves(azure: Any) -> None:
    network = azure.network(subnet("a", "10.0.0.0/29"))
    subnet_id = f"{network.id}/subnets/a"
    assert allocate(azure.subscription, subnet_id, "owner", 3) == ["10.0.0.4", "10.0.0.5", "10.0.0.6"]
    with pytest.raises(ArmError, match="SubnetIsFull"):
        allocate(azure.subscription, subnet_id, "owner", 4)


def peering(remote: str) -> dict[str, Any]:
    return {**VNET, "virtualNetworkPeeringName": "hub", "remoteVirtualNetwork": {"id": remote}}


def test_peered_networks_do_not_overlap(azure: Any) -> None:
    azure.network()
    apart = azure.network(subnet("a", "10.1.0.0/24"), space="10.1.0.0/16", name="apart")
    state = azure.make("network:VirtualNetworkPeering", **peering(apart.id))
    assert state.outputs["peeringState"] == "Connected"
    same = azure.network(name="same")
    twin = {**peering(same.id), "virtualNetworkPeeringName": "same"}
    assert azure.refusal("network:VirtualNetworkPeering", **twin) == "VnetAddressSpacesOverlap"
