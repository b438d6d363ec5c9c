"""The virtual network: a security group for each subnet, one way out, everything logged."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any

import pytest

from roastery.components.network.rules import DENY_ALL, inbound, outbound
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
BEHIND_NAT = {
    "snet-roastery-cluster-prod-eus2",
    "snet-roastery-agents-prod-eus2",
    "snet-roastery-jump-box-prod-eus2",
}


@pytest.fixture
def declared(declare: Declare, group: ResourceGroup) -> Any:
    """The network of production."""

    def program() -> Network:
        args = NetworkArgs(
            resource_group=group,
            cidr=IPv4Network("10.0.0.0/20"),
            subnets=SUBNETS,
            pod_cidr=IPv4Network("10.61.0.0/16"),
            log_workspace_id="logs-id",
        )
        return Network("network", args)

    return declare(program)


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
    assert {subnet["name"] for subnet in subnets if subnet.get("natGateway")} == BEHIND_NAT
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


def test_a_subnet_without_rules_is_refused(declare: Declare, group: ResourceGroup) -> None:
    args = NetworkArgs(
        resource_group=group,
        cidr=IPv4Network("10.0.0.0/20"),
        subnets={"guests": IPv4Network("10.0.6.0/24")},
        pod_cidr=IPv4Network("10.61.0.0/16"),
        log_workspace_id="logs-id",
    )
    with pytest.raises(ValueError, match="no rules for subnet guests"):
        declare(lambda: Network("network", args))


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
