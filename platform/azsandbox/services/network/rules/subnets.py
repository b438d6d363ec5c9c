"""What Azure refuses about subnets."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.facts import subnets as facts
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services import kinds
from azsandbox.services.network.addresses import (
    RESERVED_ADDRESSES,
    address_space,
    malformed_ranges,
    subnet_prefixes,
    subnet_ranges,
)
from azsandbox.services.network.rules.security_groups import missing_rules

_LONGEST_PREFIX = 29
BASTION_SUBNET = "AzureBastionSubnet"
_LONGEST_BASTION_PREFIX = 26

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


def prefixes_are_large_enough(inputs: Values, path: str = "addressPrefix") -> Iterator[Problem]:
    yield from malformed_ranges(path, subnet_prefixes(inputs))
    name = inputs.get("subnetName") or inputs.get("name")
    for subnet_range in subnet_ranges(inputs):
        if subnet_range.prefixlen > _LONGEST_PREFIX:
            yield Problem(
                path,
                f"{subnet_range} is too small: Azure reserves {RESERVED_ADDRESSES} addresses, so "
                f"/{_LONGEST_PREFIX} is the smallest subnet",
                code="cidr",
            )
        if name == BASTION_SUBNET and subnet_range.prefixlen > _LONGEST_BASTION_PREFIX:
            yield Problem(
                path,
                f"{subnet_range} is too small: {BASTION_SUBNET} needs /{_LONGEST_BASTION_PREFIX} or larger",
                code="cidr",
            )


def services_are_listed(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    """Delegations and service endpoints name services that have them."""
    delegations, endpoints = inputs.get("delegations"), inputs.get("serviceEndpoints")
    for index, delegation in enumerate(delegations if isinstance(delegations, list) else []):
        service = delegation.get("serviceName") if isinstance(delegation, dict) else None
        if isinstance(service, str) and service.lower() not in facts.delegations():
            hint = suggestion(service, facts.delegations().values())
            yield Problem(
                f"{prefix}delegations[{index}].serviceName",
                f"{service!r} is not a service that subnets are delegated to{hint} (subnet delegation)",
            )
    for index, endpoint in enumerate(endpoints if isinstance(endpoints, list) else []):
        service = endpoint.get("service") if isinstance(endpoint, dict) else None
        if isinstance(service, str) and service.lower() not in facts.service_endpoints():
            hint = suggestion(service, facts.service_endpoints().values())
            yield Problem(
                f"{prefix}serviceEndpoints[{index}].service",
                f"{service!r} is not a service with service endpoints{hint} (virtual network service "
                "endpoints)",
            )


def _other_subnets(request: Request) -> Iterator[Resource]:
    """The other subnets of the same network."""
    network = ids.parent_of(request.id)
    for other in request.subscription.of_kind(kinds.SUBNET):
        other_network = ids.parent_of(other.id)
        same_network = network and other_network and ids.key(other_network) == ids.key(network)
        if same_network and ids.key(other.id) != ids.key(request.id):
            yield other


def subnet_within_network(request: Request) -> None:
    space = address_space(request.parent)
    for subnet_range in subnet_ranges(request.inputs):
        if not any(subnet_range.subnet_of(network) for network in space):
            raise ArmError(
                400,
                "NetcfgInvalidSubnet",
                f"Subnet '{request.name}' is not valid: {subnet_range} is not within the virtual network's "
                f"{', '.join(map(str, space))}.",
            )


def subnet_overlaps_no_other(request: Request) -> None:
    for subnet_range in subnet_ranges(request.inputs):
        for other in _other_subnets(request):
            for other_range in subnet_ranges(other.inputs):
                if subnet_range.overlaps(other_range):
                    raise ArmError(
                        400,
                        "NetcfgSubnetRangesOverlap",
                        f"Subnet '{request.name}' is not valid because its IP address range {subnet_range} "
                        f"overlaps with that of an existing subnet '{other.name}' ({other_range}).",
                    )


def bastion_subnet_complies(request: Request) -> None:
    """AzureBastionSubnet has no route table, and a security group only with all rules of Bastion."""
    if request.name != BASTION_SUBNET:
        return
    if request.at("routeTable.id"):
        raise ArmError(
            400,
            "RouteTableCannotBeAttachedForAzureBastionSubnet",
            "Route table cannot be attached to AzureBastionSubnet.",
        )
    group = request.subscription.get(str(request.at("networkSecurityGroup.id") or ""))
    if group is None:
        return
    missing = missing_rules(group.inputs.get("securityRules") or [], BASTION_RULES)
    if missing:
        raise ArmError(
            400,
            "NetworkSecurityGroupNotCompliantForAzureBastionSubnet",
            f"Network security group {group.name} does not have necessary rules for Azure Bastion Subnet "
            f"AzureBastionSubnet. Missing: {'; '.join(missing)}.",
        )
