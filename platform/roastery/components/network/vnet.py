"""The virtual network: subnets, their security groups, and the way out: a NAT gateway or a firewall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TypedDict

import pulumi
from pulumi_azure_native import network

from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network import firewall, rules
from roastery.components.network.address import public_address
from roastery.components.network.firewall import Firewall, FirewallArgs
from roastery.components.network.hosts import HostRule, User
from roastery.components.network.rules import NetworkLayout, SecurityRule
from roastery.components.resource_group import ResourceGroup

# Azure requires these very names.
_FIXED_NAMES = {"bastion": "AzureBastionSubnet", "firewall": firewall.SUBNET}
USERS: tuple[User, ...] = ("cluster", "agents", "jump_box")
"""Subnets whose machines leave the network."""


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """One virtual network.

    Args:
        resource_group: group, names, tags.
        cidr: the VNet's range.
        subnets: `cluster`, `private_endpoints`, `bastion`, `agents`, `jump_box`; `firewall` if there is one.
        layout: what the security rules depend on.
        hosts: what the firewall lets through; used with egress `firewall` only.
        log_workspace_id: where logs and metrics go.
        zones: availability zones of the address that traffic leaves from, and of the firewall.
    """

    resource_group: ResourceGroup
    cidr: IPv4Network
    subnets: Mapping[str, IPv4Network]
    layout: NetworkLayout
    log_workspace_id: pulumi.Input[str]
    hosts: Sequence[HostRule] = ()
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
        groups = {subnet: self._security_group(subnet) for subnet in args.subnets if subnet != "firewall"}
        if args.layout.egress == "firewall":
            way_out = self._firewall()
            vnet = self._vnet(groups, route_table=way_out.route_table_id)
            # Without its default route a subnet has no way out: what starts in one waits for it.
            route = [way_out.attach(self._subnet_id(vnet, "firewall")).id]
        else:
            vnet = self._vnet(groups, gateway=self._nat_gateway())
            route = []
        self.vnet_id = vnet.id
        self.subnet_ids = SubnetIds(
            cluster=self._subnet_id(vnet, "cluster", route),
            private_endpoints=self._subnet_id(vnet, "private_endpoints"),
            bastion=self._subnet_id(vnet, "bastion"),
            agents=self._subnet_id(vnet, "agents", route),
            jump_box=self._subnet_id(vnet, "jump_box", route),
        )
        for subnet, group in groups.items():
            diagnose(f"nsg-{_part(subnet)}", group.id, args.log_workspace_id, self, metrics=False)
        diagnose("vnet", vnet.id, args.log_workspace_id, self)
        self.register_outputs({"vnet_id": self.vnet_id, "subnet_ids": dict(self.subnet_ids)})

    def _subnet_name(self, subnet: str) -> str:
        return _FIXED_NAMES.get(subnet) or self._args.resource_group.names.of("subnet", _part(subnet))

    def _subnet_id(
        self, vnet: network.VirtualNetwork, subnet: str, after: Sequence[pulumi.Output[str]] = ()
    ) -> pulumi.Output[str]:
        name = self._subnet_name(subnet)
        return pulumi.Output.all(vnet.id, *after).apply(lambda ids: f"{ids[0]}/subnets/{name}")

    def _firewall(self) -> Firewall:
        args = self._args
        return Firewall(
            FirewallArgs(
                resource_group=args.resource_group,
                rules=args.hosts,
                ranges={user: args.layout.subnets[user] for user in USERS},
                log_workspace_id=args.log_workspace_id,
                zones=args.zones,
            ),
            self,
        )

    def _security_group(self, subnet: str) -> network.NetworkSecurityGroup:
        resource_group = self._args.resource_group
        return network.NetworkSecurityGroup(
            f"nsg-{_part(subnet)}",
            network_security_group_name=resource_group.names.of("network security group", _part(subnet)),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            security_rules=security_rules(rules.rules_of(subnet, self._args.layout)),
            tags=resource_group.tags,
            opts=self._child,
        )

    def _nat_gateway(self) -> network.NatGateway:
        resource_group, address = (
            self._args.resource_group,
            public_address("nat", self._args.resource_group, self._args.zones, self._child),
        )
        diagnose("pip-nat", address.id, self._args.log_workspace_id, self)
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
        self,
        groups: Mapping[str, network.NetworkSecurityGroup],
        *,
        gateway: network.NatGateway | None = None,
        route_table: pulumi.Output[str] | None = None,
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
                    # Azure supports none on the firewall's subnet.
                    network_security_group=network.NetworkSecurityGroupArgs(id=groups[subnet].id)
                    if subnet in groups
                    else None,
                    # Bastion has a public address of its own; private endpoints start no connections.
                    nat_gateway=network.SubResourceArgs(id=gateway.id)
                    if gateway and subnet in USERS
                    else None,
                    route_table=network.RouteTableArgs(id=route_table)
                    if route_table is not None and subnet in USERS
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
