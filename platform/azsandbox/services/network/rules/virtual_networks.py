"""What Azure refuses about virtual networks."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN
from azsandbox.services.network.addresses import (
    DOCKER_BRIDGE,
    Range,
    inside,
    malformed_ranges,
    ranges,
    space_of,
    subnet_prefixes,
)
from azsandbox.services.network.rules.peerings import peers_of
from azsandbox.services.network.rules.special_subnets import dedicated_subnet_is_left_alone
from azsandbox.services.network.rules.subnet_services import (
    delegations_are_known,
    service_endpoints_are_known,
)
from azsandbox.services.network.rules.subnets import ranges_are_valid

_ADDRESS_PREFIXES = "addressSpace.addressPrefixes"
# "What address ranges can I use in my virtual networks?", virtual network FAQ, read 2026-12-01
_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in ("224.0.0.0/4", "255.255.255.255/32", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32")
)
_COMMUNITIES = range(1, 65535)


def _prefixes(inputs: Values) -> list[Any]:
    prefixes = walk.value(inputs, _ADDRESS_PREFIXES)
    return prefixes if isinstance(prefixes, list) else []


def address_space_is_valid(inputs: Values) -> Iterator[Problem]:
    """It is declared, and its ranges are well-formed, allowed and apart from each other."""
    prefixes = _prefixes(inputs)
    space: Any = inputs.get("addressSpace")
    pools = space.get("ipamPoolPrefixAllocations") if isinstance(space, dict) else None
    if (
        space is not UNKNOWN
        and walk.value(inputs, _ADDRESS_PREFIXES) is not UNKNOWN
        and not prefixes
        and not pools
    ):
        yield Problem(_ADDRESS_PREFIXES, "is required: a virtual network has at least one address range")
    yield from malformed_ranges(_ADDRESS_PREFIXES, prefixes)
    own = ranges(prefixes)
    for index, item in enumerate(own):
        for never in _NEVER:
            if item.version == never.version and item.overlaps(never) and item.prefixlen >= never.prefixlen:
                yield Problem(
                    _ADDRESS_PREFIXES,
                    f"{item} is in {never}, which no virtual network can have (FAQ)",
                    code="cidr",
                )
        for other in own[:index]:
            if item.overlaps(other):
                yield Problem(
                    _ADDRESS_PREFIXES, f"{item} overlaps {other} of the same address space", code="cidr"
                )
        if inside(item, [DOCKER_BRIDGE]):
            yield Problem(
                _ADDRESS_PREFIXES,
                f"{item} is in {DOCKER_BRIDGE}, Docker's bridge: computes of Azure Machine Learning can't "
                "be in it "
                "(secure an Azure Machine Learning training environment)",
                warning=True,
                code="cidr",
            )


def subnets_partition_address_space(inputs: Values) -> Iterator[Problem]:
    """Inline subnets are valid, lie within the address space and don't overlap."""
    space = ranges(_prefixes(inputs))
    earlier: list[tuple[str, Range]] = []
    subnets: Any = inputs.get("subnets")
    for index, subnet in enumerate(subnets if isinstance(subnets, list) else []):
        if not isinstance(subnet, dict):
            continue
        path, name = f"subnets[{index}].addressPrefix", str(subnet.get("name"))
        yield from _valid_subnet(subnet, index)
        for item in ranges(subnet_prefixes(subnet)):
            if space and not inside(item, space):
                yield Problem(
                    path,
                    f"{item} of {name!r} lies outside of {', '.join(map(str, space))}",
                    code="NetcfgSubnetRangeOutsideVnet",
                )
            for other_name, other in earlier:
                if item.overlaps(other):
                    yield Problem(
                        path,
                        f"{item} of {name!r} overlaps {other} of {other_name!r}",
                        code="NetcfgSubnetRangesOverlap",
                    )
        earlier += [(name, item) for item in ranges(subnet_prefixes(subnet))]


def _valid_subnet(subnet: Values, index: int) -> Iterator[Problem]:
    prefix = f"subnets[{index}]."
    if subnet.get("name") in (None, ""):
        yield Problem(f"{prefix}name", "is required", code="required")
    yield from ranges_are_valid(subnet, f"{prefix}addressPrefix")
    yield from dedicated_subnet_is_left_alone(subnet, prefix)
    yield from delegations_are_known(subnet, prefix)
    yield from service_endpoints_are_known(subnet, prefix)


def community_is_valid(inputs: Values) -> Iterator[Problem]:
    """A BGP community is two numbers: terraform-provider-azurerm's validate.VirtualNetworkBgpCommunity."""
    for path, community in walk.values(inputs, "bgpCommunities.virtualNetworkCommunity"):
        if isinstance(community, str):
            match = re.fullmatch(r"(\d{1,5}):(\d{1,5})", community)
            if match is None or not all(int(part) in _COMMUNITIES for part in match.groups()):
                yield Problem(path, f"{community!r} is not two numbers of 1 to 65534 such as 12076:20000")


def encryption_enforcement_is_available(inputs: Values) -> Iterator[Problem]:
    if walk.value(inputs, "encryption.enforcement") == "DropUnencrypted":
        yield Problem(
            "encryption.enforcement",
            "'DropUnencrypted' needs a registered preview: AllowUnencrypted is what is generally available",
            warning=True,
        )


def address_space_contains_existing_subnets(request: Request) -> None:
    """A network that shrinks must still hold the subnets that it has."""
    space = ranges(request.at(_ADDRESS_PREFIXES))
    declared: Any = request.inputs.get("subnets")
    names = {
        str(subnet.get("name")).lower()
        for subnet in (declared if isinstance(declared, list) else [])
        if isinstance(subnet, dict)
    }
    for subnet in request.subscription.below(request.id):
        if space and subnet.kind.endswith("/subnets") and subnet.name.lower() not in names:
            for item in ranges(subnet_prefixes(subnet.inputs)):
                if not inside(item, space):
                    raise ArmError(
                        400,
                        "NetcfgSubnetRangeOutsideVnet",
                        f"Subnet '{subnet.name}' is not valid because its IP address range is outside the IP "
                        f"address range of virtual network '{request.name}': {item}.",
                    )


def address_space_is_apart_from_peers(request: Request) -> None:
    """A network that grows must not overlap a network that it is peered with."""
    if request.existing is None:
        return
    for peer in peers_of(request.subscription, request.id):
        for item in ranges(request.at(_ADDRESS_PREFIXES)):
            for other in space_of(request.subscription.get(peer)):
                if item.overlaps(other):
                    raise ArmError(
                        400,
                        "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet",
                        f"{item} of '{request.id}' overlaps {other} of '{peer}', which it is peered with.",
                    )
