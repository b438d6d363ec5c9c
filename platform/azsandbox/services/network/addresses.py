"""The address plan: what fits into what, and which address is the next free one."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from itertools import islice
from typing import Any

from azsandbox.arm import identities, ids
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.network.security_groups import BASTION_RULES, missing_rules

Net = ipaddress.IPv4Network
SMALLEST = 29  # Azure keeps five addresses of every subnet
RESERVED = 4  # the network itself, the gateway and two for DNS, all at the start
DOCKER = ipaddress.ip_network("172.17.0.0/16")
BASTION = "AzureBastionSubnet"
BASTION_PREFIX = 26


def nets(values: Any) -> list[Net]:
    """The IPv4 ranges among prefixes; malformed ones are reported elsewhere."""
    found: list[Net] = []
    for value in values or []:
        try:
            one = ipaddress.ip_network(str(value))
        except ValueError:
            continue
        if isinstance(one, ipaddress.IPv4Network):
            found.append(one)
    return found


def prefixes(subnet: Values) -> list[str]:
    one, several = subnet.get("addressPrefix"), subnet.get("addressPrefixes")
    return [*([one] if isinstance(one, str) else []), *(several if isinstance(several, list) else [])]


def _well_formed(path: str, values: list[Any]) -> Iterator[Problem]:
    for value in values:
        if isinstance(value, str):
            try:
                ipaddress.ip_network(value)
            except ValueError as error:
                yield Problem(path, f"{value!r} is no CIDR range: {error}", code="cidr")


def network_plan(inputs: Values) -> Iterator[Problem]:
    space: Any = (
        (inputs.get("addressSpace") or {}).get("addressPrefixes")
        if isinstance(inputs.get("addressSpace"), dict)
        else None
    )
    ranges: list[Any] = space if isinstance(space, list) else []
    yield from _well_formed("addressSpace.addressPrefixes", ranges)
    own = nets(ranges)
    for one in own:
        if one.overlaps(DOCKER):
            yield Problem(
                "addressSpace.addressPrefixes",
                f"{one} overlaps {DOCKER}, Docker's bridge on every node",
                code="cidr",
            )
    taken: list[tuple[str, Net]] = []
    subnets: Any = inputs.get("subnets")
    for index, subnet in enumerate(subnets if isinstance(subnets, list) else []):
        if not isinstance(subnet, dict):
            continue
        path, name = f"subnets[{index}].addressPrefix", str(subnet.get("name"))
        yield from subnet_plan(subnet, path)
        for net in nets(prefixes(subnet)):
            if own and not any(net.subnet_of(one) for one in own):
                yield Problem(
                    path,
                    f"{net} of {name!r} lies outside of {', '.join(map(str, own))}",
                    code="NetcfgInvalidSubnet",
                )
            for other, taken_net in taken:
                if net.overlaps(taken_net):
                    yield Problem(
                        path,
                        f"{net} of {name!r} overlaps {taken_net} of {other!r}",
                        code="NetcfgSubnetRangesOverlap",
                    )
            taken.append((name, net))


def subnet_plan(inputs: Values, path: str = "addressPrefix") -> Iterator[Problem]:
    yield from _well_formed(path, prefixes(inputs))
    name = inputs.get("subnetName") or inputs.get("name")
    for net in nets(prefixes(inputs)):
        if net.prefixlen > SMALLEST:
            yield Problem(
                path, f"{net} is too small: Azure keeps 5 addresses, /{SMALLEST} is the smallest", code="cidr"
            )
        if name == BASTION and net.prefixlen > BASTION_PREFIX:
            yield Problem(
                path, f"{net} is too small: {BASTION} needs /{BASTION_PREFIX} or larger", code="cidr"
            )


def route_fits(inputs: Values) -> Iterator[Problem]:
    yield from _well_formed(
        "addressPrefix", [inputs["addressPrefix"]] if "/" in str(inputs.get("addressPrefix")) else []
    )
    appliance = inputs.get("nextHopType") == "VirtualAppliance"
    if isinstance(inputs.get("nextHopType"), str) and appliance != bool(inputs.get("nextHopIpAddress")):
        yield Problem("nextHopIpAddress", "goes with nextHopType VirtualAppliance, and only with it")


def _space(network: Resource | None) -> list[Net]:
    return nets((network.inputs.get("addressSpace") or {}).get("addressPrefixes")) if network else []


def sisters(request: Request) -> Iterator[Resource]:
    """The other subnets of the same network."""
    above = ids.parent_of(request.id)
    for other in request.subscription.of_kind("Microsoft.Network/virtualNetworks/subnets"):
        its = ids.parent_of(other.id)
        if above and its and ids.key(its) == ids.key(above) and ids.key(other.id) != ids.key(request.id):
            yield other


def inside_and_alone(request: Request) -> None:
    own = _space(request.parent)
    for net in nets(prefixes(request.inputs)):
        if not any(net.subnet_of(one) for one in own):
            raise ArmError(
                400,
                "NetcfgInvalidSubnet",
                f"Subnet '{request.name}' is not valid: {net} is not within the virtual network's "
                f"{', '.join(map(str, own))}.",
            )
        for other in sisters(request):
            for taken in nets(prefixes(other.inputs)):
                if net.overlaps(taken):
                    raise ArmError(
                        400,
                        "NetcfgSubnetRangesOverlap",
                        f"Subnet '{request.name}' is not valid because its IP address range {net} "
                        "overlaps with that of "
                        f"an existing subnet '{other.name}' ({taken}).",
                    )


def bastion_subnet(request: Request) -> None:
    if request.name != BASTION:
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


def keeps_its_subnets(request: Request) -> None:
    """A network that shrinks must still hold the subnets that it has."""
    space = nets(request.at("addressSpace.addressPrefixes"))
    declared = {str(one.get("name")).lower() for one in request.inputs.get("subnets") or []}
    for subnet in request.subscription.below(request.id):
        if subnet.kind.endswith("/subnets") and subnet.name.lower() not in declared:
            for net in nets(prefixes(subnet.inputs)):
                if not any(net.subnet_of(one) for one in space):
                    raise ArmError(
                        400,
                        "NetcfgInvalidSubnet",
                        f"Subnet '{subnet.name}' ({net}) is not within the new address space.",
                    )


def peers_apart(request: Request) -> None:
    remote = request.subscription.get(str(request.at("remoteVirtualNetwork.id")))
    for here in _space(request.parent):
        for there in _space(remote):
            if here.overlaps(there):
                raise ArmError(
                    400,
                    "VnetAddressSpacesOverlap",
                    f"Cannot create or update peering {request.id}: address spaces {here} and {there} "
                    "overlap.",
                )


def network_outputs(request: Request) -> Values:
    return {
        "resourceGuid": identities.made_up("network", request.id),
        "enableDdosProtection": bool(request.inputs.get("enableDdosProtection")),
    }


def allocate(subscription: Subscription, subnet_id: str, owner: str, count: int = 1) -> list[str]:
    """The next free addresses of a subnet; the owner's own count as free.

    Raises:
        ArmError: the subnet is full.
    """
    subnet = subscription.get(subnet_id)
    ranges = nets(prefixes(subnet.inputs)) if subnet else []
    if not ranges:
        return []
    used: set[str] = set()
    for source, _ in subscription.referring_to(subnet_id):
        holder = subscription.get(source)
        if holder and ids.key(source) != ids.key(owner):
            used.update(_addresses(holder.outputs))
    free = (
        str(host)
        for net in ranges
        for host in islice(net.hosts(), RESERVED - 1, None)
        if str(host) not in used
    )
    found = [address for address, _ in zip(free, range(count), strict=False)]
    if len(found) < count:
        raise ArmError(
            400,
            "SubnetIsFull",
            f"Subnet {subnet_id} with address prefix {ranges[0]} does not have enough free addresses.",
        )
    return found


def _addresses(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "privateIPAddress" and isinstance(item, str):
                yield item
            elif key == "ipAddresses" and isinstance(item, list):
                yield from map(str, item)
            else:
                yield from _addresses(item)
    elif isinstance(value, list):
        for item in value:
            yield from _addresses(item)
