"""The virtual network: a security group for each subnet, one way out, everything logged."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any

import pytest

from roastery.components.network.hosts import HostRule
from roastery.components.network.rules import DENY_ALL, Egress, NetworkLayout, inbound, outbound
from roastery.components.network.vnet import Network, NetworkArgs, security_rules
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]
SUBNETS = {
    "cluster": IPv4Network("10.0.0.0/22"),
    "private_endpoints": IPv4Network("10.0.4.0/24"),
    "bastion": IPv4Network("10.0.5.0/26"),
    "agents": IPv4Network("10.0.5.64/26"),
    "jump_box": IPv4Network("10.0.5.128/28"),
}
FIREWALL = {"firewall": IPv4Network("10.0.5.192/26")}
WITH_WAY_OUT = {
    "snet-roastery-cluster-prod-eus2",
    "snet-roastery-agents-prod-eus2",
    "snet-roastery-jump-box-prod-eus2",
}


RULES = (
    HostRule(
        name="aks", users=("cluster",), tag="AzureKubernetesService", ports=(80, 443), why="w", page="p"
    ),
    HostRule(name="hosts", users=("agents", "jump_box"), hosts=("a.example",), why="w", page="p"),
)


@pytest.fixture
def network_of(declare: Declare, group: ResourceGroup) -> Callable[[Egress], Any]:
    """Declares the network of production with that way out."""

    def build(egress: Egress) -> Any:
        subnets = SUBNETS | FIREWALL if egress == "firewall" else SUBNETS
        args = NetworkArgs(
            resource_group=group,
            cidr=IPv4Network("10.0.0.0/20"),
            subnets=subnets,
            layout=NetworkLayout(
                region="eastus2",
                subnets={name: str(range_) for name, range_ in subnets.items()},
                pods="10.61.0.0/16",
                egress=egress,
                forge=("198.51.100.0/24",),
            ),
            hosts=RULES,
            log_workspace_id="logs-id",
            zones=("1", "2", "3"),
        )
        return declare(lambda: Network("network", args))

    return build


@pytest.fixture
def declared(network_of: Callable[[Egress], Any]) -> Any:
    """A network whose way out is a NAT gateway."""
    return network_of("tags")


@pytest.fixture
def behind_firewall(network_of: Callable[[Egress], Any]) -> Any:
    """A network whose way out is a firewall."""
    return network_of("firewall")


def test_every_subnet_has_its_range_and_a_security_group(declared: Any) -> None:
    subnets = declared.inputs("vnet")["subnets"]

    assert [subnet["addressPrefix"] for subnet in subnets] == [str(range_) for range_ in SUBNETS.values()]
    assert [subnet["networkSecurityGroup"]["id"] for subnet in subnets] == [
        f"nsg-{name.replace('_', '-')}-id" for name in SUBNETS
    ]


def test_bastions_subnet_has_the_name_that_azure_requires(declared: Any) -> None:
    assert "AzureBastionSubnet" in {subnet["name"] for subnet in declared.inputs("vnet")["subnets"]}


def test_the_nat_gateway_is_the_only_way_out(declared: Any) -> None:
    subnets = declared.inputs("vnet")["subnets"]

    assert {subnet["defaultOutboundAccess"] for subnet in subnets} == {False}
    assert {subnet["name"] for subnet in subnets if subnet.get("natGateway")} == WITH_WAY_OUT
    assert declared.inputs("nat")["publicIpAddresses"] == [{"id": "pip-nat-id"}]


def test_security_rules_apply_to_private_endpoints_too(declared: Any) -> None:
    policies = {
        subnet["addressPrefix"]: subnet["privateEndpointNetworkPolicies"]
        for subnet in declared.inputs("vnet")["subnets"]
    }

    assert policies.pop("10.0.4.0/24") == "NetworkSecurityGroupEnabled"
    assert set(policies.values()) == {"Disabled"}


def test_network_and_security_groups_are_logged(declared: Any) -> None:
    assert declared.names("DiagnosticSetting") == {
        "diag-vnet",
        "diag-pip-nat",
        *(f"diag-nsg-{name.replace('_', '-')}" for name in SUBNETS),
    }
    assert {setting.inputs["workspaceId"] for setting in declared.of_type("DiagnosticSetting")} == {"logs-id"}
    assert {setting.parent for setting in declared.of_type("DiagnosticSetting")} == {"network"}


def test_behind_a_firewall_every_machine_is_routed_to_it(behind_firewall: Any) -> None:
    subnets = behind_firewall.inputs("vnet")["subnets"]

    assert {s["name"] for s in subnets if s.get("routeTable") == {"id": "routes-id"}} == WITH_WAY_OUT
    assert not [subnet for subnet in subnets if subnet.get("natGateway")]
    assert not behind_firewall.names("NatGateway")
    route = behind_firewall.named("route-firewall")
    assert (route.inputs["addressPrefix"], route.inputs["nextHopType"]) == ("0.0.0.0/0", "VirtualAppliance")
    assert "firewall" in route.depends_on


def test_no_learned_route_leads_past_the_firewall(behind_firewall: Any) -> None:
    assert behind_firewall.inputs("routes")["disableBgpRoutePropagation"] is True


def test_the_firewall_is_in_its_own_subnet_without_a_security_group(behind_firewall: Any) -> None:
    (subnet,) = [s for s in behind_firewall.inputs("vnet")["subnets"] if s["name"] == "AzureFirewallSubnet"]
    (configuration,) = behind_firewall.inputs("firewall")["ipConfigurations"]

    assert "networkSecurityGroup" not in subnet
    assert configuration["subnet"]["id"].endswith("/subnets/AzureFirewallSubnet")
    assert configuration["publicIPAddress"] == {"id": "pip-firewall-id"}
    assert behind_firewall.inputs("firewall")["zones"] == ["1", "2", "3"]


def test_the_firewall_allows_hosts_to_the_subnets_that_need_them_and_nothing_else(
    behind_firewall: Any,
) -> None:
    (collection,) = behind_firewall.inputs("firewall-egress")["ruleCollections"]
    aks, hosts = collection["rules"]

    assert collection["action"] == {"type": "Allow"}
    assert (aks["fqdnTags"], aks["sourceAddresses"]) == (["AzureKubernetesService"], ["10.0.0.0/22"])
    assert [(p["protocolType"], p["port"]) for p in aks["protocols"]] == [("Http", 80), ("Https", 443)]
    assert (hosts["targetFqdns"], hosts["sourceAddresses"]) == (
        ["a.example"],
        ["10.0.5.64/26", "10.0.5.128/28"],
    )
    assert hosts["description"] == "w"


def test_the_firewall_is_there_before_what_starts_behind_it(
    declare: Declare, group: ResourceGroup, network_of: Callable[[Egress], Any]
) -> None:
    del declare, group
    firewall = network_of("firewall").named("firewall")

    # Azure refuses changes of a policy and of its firewall at the same time.
    assert {"firewall-egress", "firewall-policy"} <= firewall.depends_on


def test_every_connection_through_the_firewall_is_logged(behind_firewall: Any) -> None:
    assert {"diag-firewall", "diag-pip-firewall"} <= behind_firewall.names("DiagnosticSetting")


def test_rules_are_numbered_by_direction_and_the_denials_come_last() -> None:
    table = [inbound("A", "x", "443"), outbound("B", "y", "443"), inbound("C", "z", "22")]

    numbered = {str(rule.name): rule.priority for rule in security_rules(table)}

    assert numbered == {"In-A": 100, "In-C": 110, "Out-B": 100, **{rule.name: 4096 for rule in DENY_ALL}}


def test_one_value_and_several_are_different_properties_of_azure() -> None:
    single, several, *_ = security_rules([inbound("A", "x", "443"), inbound("B", ("x", "y"), "1", "2")])

    assert (single.source_address_prefix, single.source_address_prefixes) == ("x", None)
    assert (single.destination_port_range, single.destination_port_ranges) == ("443", None)
    assert (several.source_address_prefix, several.source_address_prefixes) == (None, ["x", "y"])
    assert (several.destination_port_range, several.destination_port_ranges) == (None, ["1", "2"])
