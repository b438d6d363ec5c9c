"""What Azure refuses about virtual networks and their peerings."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.network.addresses import (
    address_space,
    docker_bridge_overlap,
    ipv4_ranges,
    malformed_ranges,
    subnet_ranges,
)
from azsandbox.services.network.rules.subnets import prefixes_are_large_enough, services_are_listed

_ADDRESS_PREFIXES = "addressSpace.addressPrefixes"


def _prefixes(inputs: Values) -> list[Any]:
    space = inputs.get("addressSpace")
    prefixes = space.get("addressPrefixes") if isinstance(space, dict) else None
    return prefixes if isinstance(prefixes, list) else []


def address_space_is_valid(inputs: Values) -> Iterator[Problem]:
    prefixes = _prefixes(inputs)
    yield from malformed_ranges(_ADDRESS_PREFIXES, prefixes)
    for network in ipv4_ranges(prefixes):
        yield from docker_bridge_overlap(_ADDRESS_PREFIXES, network)


def subnets_partition_address_space(inputs: Values) -> Iterator[Problem]:
    """Inline subnets are large enough, lie within the address space and don't overlap."""
    space = ipv4_ranges(_prefixes(inputs))
    earlier: list[tuple[str, ipaddress.IPv4Network]] = []
    subnets: Any = inputs.get("subnets")
    for index, subnet in enumerate(subnets if isinstance(subnets, list) else []):
        if not isinstance(subnet, dict):
            continue
        path, name = f"subnets[{index}].addressPrefix", str(subnet.get("name"))
        yield from prefixes_are_large_enough(subnet, path)
        yield from services_are_listed(subnet, f"subnets[{index}].")
        for subnet_range in subnet_ranges(subnet):
            if space and not any(subnet_range.subnet_of(network) for network in space):
                yield Problem(
                    path,
                    f"{subnet_range} of {name!r} lies outside of {', '.join(map(str, space))}",
                    code="NetcfgInvalidSubnet",
                )
            for other_name, other_range in earlier:
                if subnet_range.overlaps(other_range):
                    yield Problem(
                        path,
                        f"{subnet_range} of {name!r} overlaps {other_range} of {other_name!r}",
                        code="NetcfgSubnetRangesOverlap",
                    )
            earlier.append((name, subnet_range))


def address_space_contains_existing_subnets(request: Request) -> None:
    """A network that shrinks must still hold the subnets that it has."""
    space = ipv4_ranges(request.at(_ADDRESS_PREFIXES))
    declared = {str(subnet.get("name")).lower() for subnet in request.inputs.get("subnets") or []}
    for subnet in request.subscription.below(request.id):
        if subnet.kind.endswith("/subnets") and subnet.name.lower() not in declared:
            for subnet_range in subnet_ranges(subnet.inputs):
                if not any(subnet_range.subnet_of(network) for network in space):
                    raise ArmError(
                        400,
                        "NetcfgInvalidSubnet",
                        f"Subnet '{subnet.name}' ({subnet_range}) is not within the new address space.",
                    )


def peered_address_spaces_do_not_overlap(request: Request) -> None:
    remote = request.subscription.get(str(request.at("remoteVirtualNetwork.id")))
    for local_range in address_space(request.parent):
        for remote_range in address_space(remote):
            if local_range.overlaps(remote_range):
                raise ArmError(
                    400,
                    "VnetAddressSpacesOverlap",
                    f"Cannot create or update peering {request.id}: address spaces {local_range} and "
                    f"{remote_range} overlap.",
                )
