"""What Azure refuses about subnets with a purpose: for Bastion, gateways, firewalls, route servers."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.network import published
from azsandbox.services.network.rules.security_groups import missing_rules

# What the security group of AzureBastionSubnet must allow: learn.microsoft.com/azure/bastion/bastion-nsg
BASTION_RULES = (
    ("Inbound", "Internet", "*", "443"),
    ("Inbound", "GatewayManager", "*", "443"),
    ("Inbound", "AzureLoadBalancer", "*", "443"),
    ("Inbound", "VirtualNetwork", "VirtualNetwork", "8080"),
    ("Inbound", "VirtualNetwork", "VirtualNetwork", "5701"),
    ("Outbound", "*", "VirtualNetwork", "22"),
    ("Outbound", "*", "VirtualNetwork", "3389"),
    ("Outbound", "*", "AzureCloud", "443"),
    ("Outbound", "VirtualNetwork", "VirtualNetwork", "8080"),
    ("Outbound", "VirtualNetwork", "VirtualNetwork", "5701"),
    ("Outbound", "*", "Internet", "80"),
)
# Azure's own refusal for GatewaySubnet: terraform-azurerm-virtual-network, issue 18 on GitHub; for the
# firewall's subnets: learn.microsoft.com/azure/firewall/firewall-faq
_WITHOUT_SECURITY_GROUP = frozenset(
    [published.GATEWAY_SUBNET, published.FIREWALL_SUBNET, published.FIREWALL_MANAGEMENT_SUBNET]
)
_DEDICATED = frozenset([*_WITHOUT_SECURITY_GROUP, published.BASTION_SUBNET, published.ROUTE_SERVER_SUBNET])


def dedicated_subnet_is_left_alone(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    """No security group, NAT gateway or delegation where the service of the subnet does not allow it."""
    name = inputs.get("subnetName") or inputs.get("name")
    if name not in _DEDICATED:
        return
    if name in _WITHOUT_SECURITY_GROUP and inputs.get("networkSecurityGroup"):
        yield Problem(
            f"{prefix}networkSecurityGroup",
            f"a network security group can't be attached to {name}: leave it out "
            f"(NetworkSecurityGroupCannotBeAttachedTo{name})",
        )
    if name == published.ROUTE_SERVER_SUBNET and inputs.get("networkSecurityGroup"):
        yield Problem(
            f"{prefix}networkSecurityGroup", f"is not supported on {name} (Route Server FAQ)", warning=True
        )
    if name == published.GATEWAY_SUBNET and inputs.get("natGateway"):
        yield Problem(
            f"{prefix}natGateway", f"a NAT gateway can't be used with {name} (NAT gateway resource: subnets)"
        )
    if name == published.BASTION_SUBNET and inputs.get("routeTable"):
        yield Problem(
            f"{prefix}routeTable",
            f"a route table can't be attached to {name} (RouteTableCannotBeAttachedForAzureBastionSubnet)",
        )
    if inputs.get("delegations"):
        yield Problem(f"{prefix}delegations", f"{name} is for its own service and can't be delegated")


def bastion_group_complies(request: Request) -> None:
    """The security group of AzureBastionSubnet has all rules of Bastion."""
    if request.name == published.BASTION_SUBNET:
        group = str(request.at("networkSecurityGroup.id") or "")
        _check_bastion_rules(group, rules_of_group(request.subscription, group))


def firewall_table_leads_to_the_internet(request: Request) -> None:
    """Source: aztfmod/terraform-azurerm-caf issue 868."""
    table = str(request.at("routeTable.id") or "")
    if request.name != published.FIREWALL_SUBNET or not table or request.subscription.get(table) is None:
        return
    routes = [
        item.inputs for item in request.subscription.below(table) if item.kind.lower().endswith("/routes")
    ]
    if not any(
        route.get("addressPrefix") == "0.0.0.0/0" and route.get("nextHopType") == "Internet"
        for route in routes
    ):
        raise ArmError(
            400,
            "AzureFirewallSubnetRouteTableMustHaveDefaultRouteToInternet",
            f"Route Table {ids.parse(table).name} on firewall subnet {request.name} must have 0.0.0.0/0 "
            "route with next hop Internet.",
        )


def group_keeps_bastions_rules(request: Request) -> None:
    """A group that AzureBastionSubnet has keeps the rules of Bastion when its own list changes."""
    rules = request.inputs.get("securityRules")
    if request.existing is None or not isinstance(rules, list):
        return
    apart = [
        item.inputs
        for item in request.subscription.below(request.id)
        if item.kind.endswith("/securityrules") and not item.inputs.get("__inline")
    ]
    if _is_bastions(request.subscription, request.id):
        _check_bastion_rules(request.id, [*(item for item in rules if isinstance(item, dict)), *apart])


def rule_keeps_bastions_rules(request: Request) -> None:
    group = ids.parent_of(request.id) or ""
    if (
        request.existing is None
        or request.inputs.get("__inline")
        or not _is_bastions(request.subscription, group)
    ):
        return
    others = [
        item.inputs
        for item in request.subscription.below(group)
        if item.kind.endswith("/securityrules") and ids.key(item.id) != ids.key(request.id)
    ]
    _check_bastion_rules(group, [*others, request.inputs])


def rules_of_group(subscription: Subscription, group: str) -> list[Values] | None:
    """The rules of a group, inline and of their own; None if the group is not in the model."""
    resource = subscription.get(group) if group else None
    if resource is None:
        return None
    children = [item.inputs for item in subscription.below(group) if item.kind.endswith("/securityrules")]
    inline = resource.inputs.get("securityRules")
    return children or (
        [item for item in inline if isinstance(item, dict)] if isinstance(inline, list) else []
    )


def _is_bastions(subscription: Subscription, group: str) -> bool:
    return any(
        ids.parse(source).name == published.BASTION_SUBNET
        and ids.parse(source).kind.lower().endswith("/virtualnetworks/subnets")
        for source, _ in subscription.referring_to(group)
    )


def _check_bastion_rules(group: str, rules: list[Values] | None) -> None:
    missing = missing_rules(rules, BASTION_RULES) if rules is not None else []
    if missing:
        raise ArmError(
            400,
            "NetworkSecurityGroupNotCompliantForAzureBastionSubnet",
            f"Network security group {ids.parse(group).name} does not have necessary rules for Azure "
            "Bastion Subnet "
            f"AzureBastionSubnet. Missing: {'; '.join(missing)}.",
        )
