"""The virtual network: subnets, their security groups, the NAT gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TypedDict

import pulumi
from pulumi_azure_native import network

from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network import rules
from roastery.components.network.rules import SecurityRule
from roastery.components.resource_group import ResourceGroup

BASTION_SUBNET = "AzureBastionSubnet"  # Azure requires this very name


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """One virtual network.

    Args:
        resource_group: group, names, tags.
        cidr: the VNet's range.
        subnets: `cluster`, `private_endpoints`, `bastion`, `agents`, `jump_box`.
        pod_cidr: range of the pods' overlay, which the rules of the cluster's subnet allow.
        log_workspace_id: where logs and metrics go.
        open_egress: whether nodes and agents may reach the Internet on 443.
        zones: availability zones of the NAT gateway's address; a NAT gateway itself takes at most one.
    """

    resource_group: ResourceGroup
    cidr: IPv4Network
    subnets: Mapping[str, IPv4Network]
    pod_cidr: IPv4Network
    log_workspace_id: pulumi.Input[str]
    open_egress: bool = False
    zones: Sequence[str] = ()


class SubnetIds(TypedDict):
    """ARM ids of the subnets."""

    cluster: pulumi.Output[str]
    private_endpoints: pulumi.Output[str]
    bastion: pulumi.Output[str]
    agents: pulumi.Output[str]
    jump_box: pulumi.Output[str]


class Network(pulumi.ComponentResource):
    """VNet, subnets with a security group each, NAT gateway, their logs."""

    vnet_id: pulumi.Output[str]
    subnet_ids: SubnetIds

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:network:Network", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        groups = {subnet: self._security_group(subnet) for subnet in args.subnets}
        address = self._address()
        gateway = self._nat_gateway(address)
        vnet = self._vnet(groups, gateway)
        self.vnet_id = vnet.id
        self.subnet_ids = SubnetIds(
            cluster=self._subnet_id(vnet, "cluster"),
            private_endpoints=self._subnet_id(vnet, "private_endpoints"),
            bastion=self._subnet_id(vnet, "bastion"),
            agents=self._subnet_id(vnet, "agents"),
            jump_box=self._subnet_id(vnet, "jump_box"),
        )
        for subnet, group in groups.items():
            diagnose(f"nsg-{_part(subnet)}", group.id, args.log_workspace_id, self, metrics=False)
        diagnose("vnet", vnet.id, args.log_workspace_id, self)
        diagnose("pip-nat", address.id, args.log_workspace_id, self)
        self.register_outputs({"vnet_id": self.vnet_id, "subnet_ids": dict(self.subnet_ids)})

    def _subnet_name(self, subnet: str) -> str:
        return (
            BASTION_SUBNET
            if subnet == "bastion"
            else self._args.resource_group.names.of("subnet", _part(subnet))
        )

    def _subnet_id(self, vnet: network.VirtualNetwork, subnet: str) -> pulumi.Output[str]:
        name = self._subnet_name(subnet)
        return vnet.id.apply(lambda id_: f"{id_}/subnets/{name}")

    def _rules(self, subnet: str) -> tuple[SecurityRule, ...]:
        args = self._args
        match subnet:
            case "cluster":
                ranges = [str(args.subnets["cluster"]), str(args.pod_cidr)]
                return rules.cluster(args.resource_group.region, ranges, open_egress=args.open_egress)
            case "private_endpoints":
                return rules.private_endpoints()
            case "bastion":
                return rules.BASTION
            case "agents":
                return rules.agents(open_egress=args.open_egress)
            case "jump_box":
                return rules.jump_box(str(args.subnets["bastion"]))
            case _:
                raise ValueError(f"no rules for subnet {subnet}")

    def _security_group(self, subnet: str) -> network.NetworkSecurityGroup:
        resource_group = self._args.resource_group
        return network.NetworkSecurityGroup(
            f"nsg-{_part(subnet)}",
            network_security_group_name=resource_group.names.of("network security group", _part(subnet)),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            security_rules=security_rules(self._rules(subnet)),
            tags=resource_group.tags,
            opts=self._child,
        )

    def _address(self) -> network.PublicIPAddress:
        args, resource_group = self._args, self._args.resource_group
        return network.PublicIPAddress(
            "pip-nat",
            public_ip_address_name=resource_group.names.of("public ip address", "nat"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            sku=network.PublicIPAddressSkuArgs(name=network.PublicIPAddressSkuName.STANDARD),
            public_ip_allocation_method=network.IPAllocationMethod.STATIC,
            zones=list(args.zones) or None,
            tags=resource_group.tags,
            opts=self._child,
        )

    def _nat_gateway(self, address: network.PublicIPAddress) -> network.NatGateway:
        resource_group = self._args.resource_group
        return network.NatGateway(
            "nat",
            nat_gateway_name=resource_group.names.of("nat gateway"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            sku=network.NatGatewaySkuArgs(name=network.NatGatewaySkuName.STANDARD),
            public_ip_addresses=[network.SubResourceArgs(id=address.id)],
            idle_timeout_in_minutes=10,
            tags=resource_group.tags,
            opts=self._child,
        )

    def _vnet(
        self, groups: Mapping[str, network.NetworkSecurityGroup], gateway: network.NatGateway
    ) -> network.VirtualNetwork:
        args, resource_group = self._args, self._args.resource_group
        return network.VirtualNetwork(
            "vnet",
            virtual_network_name=resource_group.names.of("virtual network"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            address_space=network.AddressSpaceArgs(address_prefixes=[str(args.cidr)]),
            # Part of the VNet and not resources of their own: Azure answers parallel requests with 409.
            subnets=[
                network.SubnetArgs(
                    name=self._subnet_name(subnet),
                    address_prefix=str(range_),
                    default_outbound_access=False,
                    network_security_group=network.NetworkSecurityGroupArgs(id=groups[subnet].id),
                    # Bastion has a public address of its own; private endpoints start no connections.
                    nat_gateway=network.SubResourceArgs(id=gateway.id)
                    if subnet in ("cluster", "agents", "jump_box")
                    else None,
                    private_endpoint_network_policies="NetworkSecurityGroupEnabled"
                    if subnet == "private_endpoints"
                    else "Disabled",
                )
                for subnet, range_ in args.subnets.items()
            ],
            tags=resource_group.tags,
            opts=self._child,
        )


def security_rules(table: Sequence[SecurityRule]) -> list[network.SecurityRuleArgs]:
    """The table as Azure takes it: priorities by position from 100 in steps of 10, the denials last."""
    prioritized: list[tuple[int, SecurityRule]] = []
    for direction in ("Inbound", "Outbound"):
        of_direction = [rule for rule in table if rule.direction == direction]
        prioritized += [(100 + 10 * i, rule) for i, rule in enumerate(of_direction)]
    prioritized += [(4096, rule) for rule in rules.DENY_ALL]
    return [_security_rule(priority, rule) for priority, rule in prioritized]


def _security_rule(priority: int, rule: SecurityRule) -> network.SecurityRuleArgs:
    source = [rule.source] if isinstance(rule.source, str) else list(rule.source)
    target = [rule.target] if isinstance(rule.target, str) else list(rule.target)
    return network.SecurityRuleArgs(
        name=rule.name,
        priority=priority,
        direction=rule.direction,
        access=rule.access,
        protocol=rule.protocol,
        source_port_range="*",
        # Azure takes one value and several in different properties, and service tags only in the first.
        source_address_prefix=source[0] if len(source) == 1 else None,
        source_address_prefixes=source if len(source) > 1 else None,
        destination_address_prefix=target[0] if len(target) == 1 else None,
        destination_address_prefixes=target if len(target) > 1 else None,
        destination_port_range=rule.ports[0] if len(rule.ports) == 1 else None,
        destination_port_ranges=list(rule.ports) if len(rule.ports) > 1 else None,
    )


def _part(subnet: str) -> str:
    return subnet.replace("_", "-")
