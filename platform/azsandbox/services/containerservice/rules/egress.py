"""What AKS refuses about egress: the outbound type, its companions, and what the subnets have.

Sources, read on 2026-12-01: learn.microsoft.com/azure/aks (egress-outboundtype, nat-gateway,
load-balancer-standard), the Azure CLI's get_outbound_type.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.containerservice.rules.agent_pools import inline_pools, is_automatic
from azsandbox.services.containerservice.rules.network_profiles import cidr, profile_of
from azsandbox.services.containerservice.rules.pool_fields import number
from azsandbox.services.network.addresses import address_space, subnet_ranges

_OWN_NETWORK = {  # outboundType in lower case → what the subnet needs
    "userassignednatgateway": ("natGateway", "a NAT gateway"),
    "userdefinedrouting": ("routeTable", "a route table"),
}
_BALANCER_EGRESS = (
    "managedOutboundIPs",
    "outboundIPs",
    "outboundIPPrefixes",
    "idleTimeoutInMinutes",
    "allocatedOutboundPorts",
)
_PORTS_PER_ADDRESS = 64000


def outbound_type_has_its_companions(inputs: Values) -> Iterator[Problem]:
    profile = profile_of(inputs)
    outbound = profile.get("outboundType", "loadBalancer")
    if not isinstance(outbound, str):
        return
    kind, path = outbound.lower(), "networkProfile.outboundType"
    pools = inline_pools(inputs)
    outside = bool(pools) and all(pool.get("vnetSubnetID") is None for pool in pools)
    if kind in _OWN_NETWORK and outside and not is_automatic(inputs):
        need = _OWN_NETWORK[kind][1]
        yield Problem(path, f"is {outbound}, which needs vnetSubnetID in every pool, a subnet with {need}")
    if kind == "managednatgateway" and any(isinstance(pool.get("vnetSubnetID"), str) for pool in pools):
        yield Problem(
            path, f"is {outbound}, which AKS provides in its own network only: use userAssignedNATGateway"
        )
    if any(pool.get("type") == "AvailabilitySet" for pool in pools) and kind != "loadbalancer":
        yield Problem(path, f"is {outbound}, which needs pools of type VirtualMachineScaleSets")
    balancer = profile.get("loadBalancerProfile")
    settings: Values = balancer if kind != "loadbalancer" and isinstance(balancer, dict) else {}
    for name in _BALANCER_EGRESS:
        if settings.get(name) is not None:
            yield Problem(
                f"networkProfile.loadBalancerProfile.{name}",
                f"goes with outboundType loadBalancer only, but it is {outbound!r}",
            )
    gateway = profile.get("natGatewayProfile")
    if isinstance(gateway, dict) and gateway and not kind.startswith("managednatgateway"):
        yield Problem(
            "networkProfile.natGatewayProfile",
            f"needs outboundType managedNATGateway, but it is {outbound!r}",
        )


def load_balancer_has_one_kind_of_address(inputs: Values) -> Iterator[Problem]:
    balancer = profile_of(inputs).get("loadBalancerProfile")
    if not isinstance(balancer, dict):
        return
    kinds = [name for name in _BALANCER_EGRESS[:3] if balancer.get(name) is not None]
    if len(kinds) > 1:
        yield Problem(
            "networkProfile.loadBalancerProfile",
            f"has {' and '.join(kinds)}, but the addresses are of one kind: managed, own, or of own prefixes",
        )


def load_balancer_has_ports_for_all_nodes(inputs: Values) -> Iterator[Problem]:
    """Nodes times allocated ports within 64,000 for each outbound address."""
    balancer = profile_of(inputs).get("loadBalancerProfile")
    ports = number(balancer.get("allocatedOutboundPorts")) if isinstance(balancer, dict) else None
    if not isinstance(balancer, dict) or not ports or balancer.get("outboundIPPrefixes") is not None:
        return
    managed, own = balancer.get("managedOutboundIPs"), balancer.get("outboundIPs")
    count = number(managed.get("count")) if isinstance(managed, dict) else None
    if isinstance(own, dict):
        listed = own.get("publicIPs")
        count = len(listed) if isinstance(listed, list) else None
        if count is None:
            return
    addresses = count or 1
    nodes = sum(
        number(pool.get("maxCount")) or number(pool.get("count")) or 1 for pool in inline_pools(inputs)
    )
    if nodes * ports > addresses * _PORTS_PER_ADDRESS:
        yield Problem(
            "networkProfile.loadBalancerProfile.allocatedOutboundPorts",
            f"is {ports:g} for {nodes:g} nodes, more than the {_PORTS_PER_ADDRESS} ports of each of "
            f"{addresses:g} "
            "outbound addresses: lower it, or add addresses",
        )


def subnets_of(request: Request) -> list[str]:
    """The ids of the subnets that a cluster's pools are in."""
    return sorted(
        {str(pool["vnetSubnetID"]) for pool in inline_pools(request.inputs) if pool.get("vnetSubnetID")}
    )


def ranges_outside_virtual_network(request: Request) -> None:
    """Services stay out of every subnet of the network, pods out of its whole address space."""
    profile = profile_of(request.inputs)
    services, pods = cidr(profile, "serviceCidr"), cidr(profile, "podCidr")
    for network_id in sorted({ids.parent_of(subnet) or "" for subnet in subnets_of(request)}):
        subnets = [
            item
            for resource in request.subscription.below(network_id)
            if resource.kind.endswith("/subnets")
            for item in subnet_ranges(resource.inputs)
        ]
        _stays_out(services, "serviceCidr", "ServiceCidrOverlapExistingSubnetsCidr", subnets, network_id)
        space = address_space(request.subscription.get(network_id))
        _stays_out(pods, "podCidr", "PodCidrOverlapExistingSubnetsCidr", space, network_id)


def _stays_out(
    own: ipaddress.IPv4Network | None,
    name: str,
    code: str,
    others: list[ipaddress.IPv4Network],
    network_id: str,
) -> None:
    for other in others:
        if own and own.overlaps(other):
            raise ArmError(
                400, code, f"The specified {name} {own} conflicts with the range {other} of {network_id}."
            )


def subnets_have_egress(request: Request) -> None:
    outbound_type = request.at("networkProfile.outboundType")
    if str(outbound_type).lower() not in _OWN_NETWORK:
        return
    name, description = _OWN_NETWORK[str(outbound_type).lower()]
    for subnet_id in subnets_of(request):
        subnet = request.subscription.get(subnet_id)
        attached = subnet.inputs.get(name) if subnet else None
        identifier = attached.get("id") if isinstance(attached, dict) else None
        if subnet and not identifier:
            raise ArmError(
                400,
                "SubnetMissingEgress",
                f"outboundType {outbound_type} needs {description} on subnet '{subnet_id}', which has none.",
            )
        if subnet and name == "routeTable":
            _default_route_leads_to_an_appliance(request.subscription, str(identifier))


def _default_route_leads_to_an_appliance(subscription: Subscription, table_id: str) -> None:
    """The wording is that of hashicorp/terraform-provider-azurerm issue 8609."""
    if subscription.get(table_id) is None:
        return
    routes = [item.inputs for item in subscription.below(table_id) if item.kind.endswith("/routes")]
    default = next((route for route in routes if route.get("addressPrefix") == "0.0.0.0/0"), None)
    if default is None:
        raise ArmError(
            400,
            "SubnetMissingEgress",
            f"outboundType userDefinedRouting needs a route for 0.0.0.0/0 in route table '{table_id}', which "
            "has none. Please see http://aka.ms/aks/outboundtype for more details",
        )
    hop = default.get("nextHopType")
    if hop not in ("VirtualAppliance", "VirtualNetworkGateway"):
        raise ArmError(
            400,
            "RouteTableInvalidNextHop",
            f"Default route 0.0.0.0/0 has a next hop of {hop} but only next hops of VirtualAppliance or "
            "VirtualNetworkGateway are allowed. Please see http://aka.ms/aks/outboundtype for more details",
        )
