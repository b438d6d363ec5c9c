"""What Azure refuses about the address ranges of subnets."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services import kinds
from azsandbox.services.network import published
from azsandbox.services.network.addresses import (
    DOCKER_BRIDGE,
    RESERVED_ADDRESSES,
    Range,
    allocated,
    inside,
    malformed_ranges,
    ranges,
    space_of,
    subnet_prefixes,
)

_LONGEST_PREFIX = 29
_IPV6_PREFIX = 64
# What lies in a subnet. The other types that refer to one, such as storage accounts, only let it through
# their firewalls and hold nothing in it.
RESIDENTS = frozenset(
    [
        kinds.NETWORK_INTERFACE,
        kinds.PRIVATE_ENDPOINT,
        kinds.MANAGED_CLUSTER,
        f"{kinds.MANAGED_CLUSTER}/agentPools",
        "Microsoft.Network/azureFirewalls",
        "Microsoft.Network/bastionHosts",
        "Microsoft.Compute/virtualMachineScaleSets",
        "Microsoft.MachineLearningServices/workspaces/computes",
    ]
)


def ranges_are_valid(inputs: Values, path: str = "addressPrefix") -> Iterator[Problem]:
    """Each prefix is well-formed, large enough, and overlaps no other of the same subnet."""
    yield from malformed_ranges(path, subnet_prefixes(inputs))
    name = inputs.get("subnetName") or inputs.get("name")
    own = ranges(subnet_prefixes(inputs))
    for index, item in enumerate(own):
        if isinstance(item, ipaddress.IPv6Network):
            if item.prefixlen != _IPV6_PREFIX:
                yield Problem(
                    path,
                    f"{str(item)!r} is not a /{_IPV6_PREFIX}: IPv6 subnets have exactly that size "
                    "(virtual network FAQ)",
                    code="cidr",
                )
            continue
        yield from _size(path, item, name if isinstance(name, str) else "")
        for other in own[:index]:
            if item.overlaps(other):
                yield Problem(
                    path,
                    f"{str(item)!r} overlaps {str(other)!r} of the same subnet",
                    code="NetcfgInvalidSubnet",
                )


def _size(path: str, item: ipaddress.IPv4Network, name: str) -> Iterator[Problem]:
    longest = published.LONGEST_PREFIXES.get(name)
    recommended = published.RECOMMENDED_PREFIXES.get(name)
    if item.prefixlen > _LONGEST_PREFIX:
        yield Problem(
            path,
            f"{item} is too small: Azure reserves {RESERVED_ADDRESSES} addresses, so "
            f"/{_LONGEST_PREFIX} is the smallest subnet",
            code="cidr",
        )
    elif longest is not None and item.prefixlen > longest:
        yield Problem(path, f"{item} is too small: {name} needs /{longest} or larger", code="cidr")
    elif recommended is not None and item.prefixlen > recommended:
        advice = f"{item} is small: /{recommended} or larger is recommended for {name}"
        yield Problem(path, advice, warning=True, code="cidr")
    if item.overlaps(DOCKER_BRIDGE):
        yield Problem(
            path,
            f"{item} overlaps {DOCKER_BRIDGE}, Docker's bridge: computes of Azure Machine Learning can't "
            "be in it "
            "(secure an Azure Machine Learning training environment)",
            warning=True,
            code="cidr",
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
    space = space_of(request.parent)
    for item in ranges(subnet_prefixes(request.inputs)):
        if space and not inside(item, space):
            raise ArmError(
                400,
                "NetcfgSubnetRangeOutsideVnet",  # recorded on 2024-07-25
                f"Subnet '{request.name}' is not valid because its IP address range is outside the IP "
                f"address range of virtual network '{ids.parse(request.id).names[0]}'. {item} is not within "
                f"{', '.join(map(str, space))}.",
            )


def subnet_overlaps_no_other(request: Request) -> None:
    for item in ranges(subnet_prefixes(request.inputs)):
        for other in _other_subnets(request):
            for other_range in ranges(subnet_prefixes(other.inputs)):
                if item.overlaps(other_range):
                    raise ArmError(
                        400,
                        "NetcfgSubnetRangesOverlap",
                        f"Subnet '{request.name}' is not valid because its IP address range overlaps with "
                        f"that of an existing subnet in virtual network '{ids.parse(request.id).names[0]}'. "
                        f"{item} overlaps {other_range} of '{other.name}'.",
                    )


def prefix_in_use_stays(request: Request) -> None:
    """A prefix with addresses in use can neither be removed nor changed."""
    if request.existing is None:
        return
    wanted = ranges(subnet_prefixes(request.inputs))
    removed = [item for item in ranges(subnet_prefixes(request.existing.inputs)) if item not in wanted]
    if not removed or not _residents(request):
        return
    used = allocated(request.subscription, request.id, "")
    for item in removed:
        if _in_use(item, request, set(used)):
            raise ArmError(
                400,
                "InUsePrefixCannotBeDeleted",
                f"IpPrefix {item} on Subnet {request.name} has active allocations and cannot be deleted: "
                "it is "
                f"in use by {_residents(request)[0]}.",
            )


def _in_use(item: Range, request: Request, used: set[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> bool:
    """Whether an address of the range is in use; residents whose addresses are not known count too."""
    silent = len(_residents(request)) > len(allocated_sources(request))
    return silent or any(address in item for address in used)


def allocated_sources(request: Request) -> set[str]:
    return set(allocated(request.subscription, request.id, "").values())


def _residents(request: Request) -> list[str]:
    plain = {kind.lower() for kind in RESIDENTS}
    sources = {source for source, _ in request.subscription.referring_to(request.id)}
    return sorted(source for source in sources if ids.parse(source).kind.lower() in plain)
