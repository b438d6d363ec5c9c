"""Azure Firewall: the only way out, by name of host; and the routes that lead to it.

Sources: learn.microsoft.com "Limit network traffic with Azure Firewall in AKS", "Azure Firewall FAQ".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network

from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network.address import public_address
from roastery.components.network.hosts import HostRule, User
from roastery.components.outputs import value_from_azure
from roastery.components.resource_group import ResourceGroup

SUBNET = "AzureFirewallSubnet"  # Azure requires this very name
_TIER = "Standard"  # Basic has no web categories and 250 Mbit/s; Premium would only add TLS inspection


@dataclass(frozen=True, kw_only=True)
class FirewallArgs:
    """One firewall.

    Args:
        resource_group: group, names, tags.
        rules: what it lets through.
        ranges: ranges of the subnets that the rules name.
        log_workspace_id: where its logs go: every connection, allowed or denied.
        zones: availability zones.
    """

    resource_group: ResourceGroup
    rules: Sequence[HostRule]
    ranges: Mapping[User, str]
    log_workspace_id: pulumi.Input[str]
    zones: Sequence[str] = ()


class Firewall:
    """The firewall of a network; its resources are children of the network's component.

    The subnets name the route table, the firewall is in a subnet, and the route names the firewall's address:
    so the table comes first, and its route last.
    """

    route_table_id: pulumi.Output[str]

    def __init__(self, args: FirewallArgs, parent: pulumi.Resource) -> None:
        self._args = args
        self._parent = parent
        self._child = pulumi.ResourceOptions(parent=parent)
        self._table = self._route_table()
        self.route_table_id = self._table.id

    def attach(self, subnet_id: pulumi.Input[str]) -> network.Route:
        """Declares the firewall in its subnet, and the default route to it.

        Args:
            subnet_id: of `AzureFirewallSubnet`.
        """
        args, resource_group = self._args, self._args.resource_group
        policy, group = self._policy()
        address = public_address("firewall", self._args.resource_group, self._args.zones, self._child)
        firewall = network.AzureFirewall(
            "firewall",
            azure_firewall_name=resource_group.names.of("firewall"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            sku=network.AzureFirewallSkuArgs(name="AZFW_VNet", tier=_TIER),
            firewall_policy=network.SubResourceArgs(id=policy.id),
            ip_configurations=[
                network.AzureFirewallIPConfigurationArgs(
                    name="default",
                    subnet=network.SubResourceArgs(id=subnet_id),
                    public_ip_address=network.SubResourceArgs(id=address.id),
                )
            ],
            zones=list(args.zones) or None,
            tags=resource_group.tags,
            # Azure refuses changes of a policy and of its firewall at the same time.
            opts=pulumi.ResourceOptions(parent=self._parent, depends_on=[group]),
        )
        diagnose("firewall", firewall.id, args.log_workspace_id, self._parent)
        diagnose("pip-firewall", address.id, args.log_workspace_id, self._parent)
        return self._default_route(firewall)

    def _policy(self) -> tuple[network.FirewallPolicy, network.FirewallPolicyRuleCollectionGroup]:
        resource_group = self._args.resource_group
        policy = network.FirewallPolicy(
            "firewall-policy",
            firewall_policy_name=resource_group.names.of("firewall policy"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            sku=network.FirewallPolicySkuArgs(tier=_TIER),
            threat_intel_mode="Deny",
            tags=resource_group.tags,
            opts=self._child,
        )
        group = network.FirewallPolicyRuleCollectionGroup(
            "firewall-egress",
            rule_collection_group_name="egress",
            firewall_policy_name=policy.name,
            resource_group_name=resource_group.name,
            priority=200,
            rule_collections=[
                network.FirewallPolicyFilterRuleCollectionArgs(
                    rule_collection_type="FirewallPolicyFilterRuleCollection",
                    name="hosts",
                    priority=200,
                    action=network.FirewallPolicyFilterRuleCollectionActionArgs(type="Allow"),
                    rules=[_application_rule(rule, self._args.ranges) for rule in self._args.rules],
                )
            ],
            opts=pulumi.ResourceOptions(parent=policy),
        )
        return policy, group

    def _route_table(self) -> network.RouteTable:
        resource_group = self._args.resource_group
        return network.RouteTable(
            "routes",
            route_table_name=resource_group.names.of("route table"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            disable_bgp_route_propagation=True,  # a learned default route would lead past the firewall
            tags=resource_group.tags,
            opts=self._child,
        )

    def _default_route(self, firewall: network.AzureFirewall) -> network.Route:
        return network.Route(
            "route-firewall",
            route_name="firewall",
            route_table_name=self._table.name,
            resource_group_name=self._args.resource_group.name,
            address_prefix="0.0.0.0/0",
            next_hop_type="VirtualAppliance",
            next_hop_ip_address=value_from_azure(
                firewall,
                firewall.ip_configurations,
                lambda configurations: configurations[0].private_ip_address if configurations else None,
            ),
            opts=pulumi.ResourceOptions(parent=self._table),
        )


def _application_rule(rule: HostRule, ranges: Mapping[User, str]) -> network.ApplicationRuleArgs:
    return network.ApplicationRuleArgs(
        rule_type="ApplicationRule",
        name=rule.name,
        description=rule.why,
        source_addresses=[ranges[user] for user in rule.users],
        target_fqdns=list(rule.hosts) or None,
        fqdn_tags=[rule.tag] if rule.tag else None,
        protocols=[
            network.FirewallPolicyRuleApplicationProtocolArgs(
                protocol_type="Https" if port == 443 else "Http",  # noqa: PLR2004
                port=port,
            )
            for port in rule.ports
        ],
    )
