"""What leads out of a network, and into it: routes, public addresses, NAT gateways, Bastion hosts."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State
from azsandbox.schema.values import UNKNOWN


def public_ip(azure: Any, name: str = "pip", sku: str = "Standard") -> State:
    return azure.make(
        "network:PublicIPAddress",
        resourceGroupName="rg",
        publicIpAddressName=name,
        sku={"name": sku},
        publicIPAllocationMethod="Static",
    )


@pytest.mark.parametrize(
    ("route", "words"),
    [
        ({"addressPrefix": "10.0.0.1/8", "nextHopType": "VnetLocal"}, "is not a CIDR range"),
        (
            {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance"},
            "nextHopIpAddress must be set for nextHopType VirtualAppliance",
        ),
        (
            {"addressPrefix": "0.0.0.0/0", "nextHopType": "Internet", "nextHopIpAddress": "10.0.0.4"},
            "and for no other type",
        ),
    ],
)
def test_routes_that_azure_refuses(azure: Any, route: dict[str, Any], words: str) -> None:
    table = {"resourceGroupName": "rg", "routeTableName": "rt", "routeName": "out"}
    (problem,) = azure.errors("network:Route", **table, **route)
    assert words in problem


def test_a_route_table_that_a_subnet_uses_can_not_be_deleted(azure: Any) -> None:
    route = {
        "name": "out",
        "addressPrefix": "0.0.0.0/0",
        "nextHopType": "VirtualAppliance",
        "nextHopIpAddress": "10.0.0.4",
    }
    table = azure.make("network:RouteTable", resourceGroupName="rg", routeTableName="rt", routes=[route])
    azure.network({"name": "a", "addressPrefix": "10.0.0.0/24", "routeTable": {"id": table.id}})
    assert azure.delete_refusal("network:RouteTable", table) == "InUseRouteTableCannotBeDeleted"


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({}, "sku.name is Basic (or missing), which Azure retired in September 2025: use Standard"),
        (
            {"sku": {"name": "Standard"}, "publicIPAllocationMethod": "Dynamic"},
            "publicIPAllocationMethod is Dynamic, but addresses of SKU Standard are Static",
        ),
    ],
)
def test_public_addresses_that_azure_refuses(azure: Any, inputs: dict[str, Any], words: str) -> None:
    address = {"resourceGroupName": "rg", "publicIpAddressName": "pip"}
    assert azure.errors("network:PublicIPAddress", **address, **inputs) == [words]


def test_a_public_address_is_one_that_is_reserved_for_documentation(azure: Any) -> None:
    assert public_ip(azure).outputs["ipAddress"].startswith("203.0.113.")


def test_a_nat_gateway_is_in_one_zone_and_holds_on_to_its_address(azure: Any) -> None:
    gateway = {"resourceGroupName": "rg", "natGatewayName": "nat", "sku": {"name": "Standard"}}
    (problem,) = azure.errors("network:NatGateway", **gateway, zones=["1", "2"])
    assert problem == "zones names 2 zones, but a NAT gateway is in one zone or in none"
    address = public_ip(azure)
    azure.make("network:NatGateway", **gateway, zones=["1"], publicIpAddresses=[{"id": address.id}])
    code = azure.delete_refusal("network:PublicIPAddress", address)
    assert code == "PublicIPAddressCannotBeDeleted"


def test_a_nat_gateway_without_an_address_is_a_warning(azure: Any) -> None:
    gateway = {"resourceGroupName": "rg", "natGatewayName": "nat", "sku": {"name": "Standard"}}
    (problem,) = azure.check("network:NatGateway", **gateway)
    assert problem.warning


def bastion(name: str, subnet: str, address: str, **more: Any) -> dict[str, Any]:
    configuration = {"name": "c", "subnet": {"id": subnet}, "publicIPAddress": {"id": address}}
    return {
        "resourceGroupName": "rg",
        "bastionHostName": name,
        "sku": {"name": "Standard"},
        "ipConfigurations": [configuration],
        **more,
    }


def test_a_network_has_one_bastion_host_in_its_own_subnet(azure: Any) -> None:
    network = azure.network(
        {"name": "nodes", "addressPrefix": "10.0.0.0/24"},
        {"name": "AzureBastionSubnet", "addressPrefix": "10.0.1.0/26"},
    )
    token, subnet = "network:BastionHost", f"{network.id}/subnets/AzureBastionSubnet"
    address = public_ip(azure).id
    with pytest.raises(ArmError, match="must be placed in a subnet named AzureBastionSubnet") as refusal:
        azure.make(token, **bastion("bas", f"{network.id}/subnets/nodes", address))
    assert refusal.value.code == "BastionHostSubnetNameInvalid"
    state = azure.make(token, **bastion("bas", subnet, address))
    assert state.outputs["dnsName"].endswith(".bastion.azure.com")
    second = bastion("second", subnet, public_ip(azure, "pip-2").id)
    assert azure.refusal(token, **second) == "BastionHostAlreadyExists"


def test_bastions_features_need_their_sku(azure: Any) -> None:
    host: dict[str, Any] = {"resourceGroupName": "rg", "bastionHostName": "bas", "sku": {"name": "Basic"}}
    host["ipConfigurations"] = [{"name": "c", "subnet": {"id": UNKNOWN}, "publicIPAddress": {"id": UNKNOWN}}]
    problems = azure.errors("network:BastionHost", **host, enableTunneling=True, scaleUnits=3)
    assert problems == [
        "enableTunneling needs SKU Standard or Premium, but the host's is Basic",
        "scaleUnits is 3, but SKU Basic always has 2",
    ]
