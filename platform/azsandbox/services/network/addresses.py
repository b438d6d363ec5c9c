"""Address ranges of networks and subnets, and the next free addresses of a subnet."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws.formats import address as parsed_address
from azsandbox.arm.model import Values
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

RESERVED_ADDRESSES = 5  # Azure's own in every subnet: the first four and the last
_RESERVED_AT_THE_START = 4  # the network's own, the gateway and two for DNS
DOCKER_BRIDGE = ipaddress.ip_network("172.17.0.0/16")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Range = ipaddress.IPv4Network | ipaddress.IPv6Network


def ranges(prefixes: Any) -> list[Range]:
    """The ranges among CIDR prefixes; `malformed_ranges` reports the ones that are skipped."""
    result: list[Range] = []
    for prefix in prefixes if isinstance(prefixes, list) else []:
        try:
            result.append(ipaddress.ip_network(str(prefix)))
        except ValueError:
            continue
    return result


def ipv4_ranges(prefixes: Any) -> list[ipaddress.IPv4Network]:
    return [item for item in ranges(prefixes) if isinstance(item, ipaddress.IPv4Network)]


def malformed_ranges(path: str, prefixes: list[Any]) -> Iterator[Problem]:
    for prefix in prefixes:
        if isinstance(prefix, str):
            try:
                if "/" not in prefix:
                    raise ValueError("it has no prefix length such as /24")  # noqa: TRY301 - one message for all
                ipaddress.ip_network(prefix)
            except ValueError as error:
                yield Problem(path, f"{prefix!r} is not a CIDR range: {error}", code="cidr")


def inside(part: Range, space: Iterable[Range]) -> bool:
    """Whether one of the ranges contains this one."""
    return any(
        part.version == whole.version and part.overlaps(whole) and _fits(part, whole) for whole in space
    )


def _fits(part: Range, whole: Range) -> bool:
    return part.prefixlen >= whole.prefixlen


def docker_bridge_overlap(path: str, network: ipaddress.IPv4Network) -> Iterator[Problem]:
    if network.overlaps(DOCKER_BRIDGE):
        yield Problem(path, f"{network} overlaps {DOCKER_BRIDGE}, Docker's bridge on every node", code="cidr")


def subnet_prefixes(subnet: Values) -> list[str]:
    """The prefixes of a subnet's inputs, which name one or several."""
    prefix, prefixes = subnet.get("addressPrefix"), subnet.get("addressPrefixes")
    return [*([prefix] if isinstance(prefix, str) else []), *(prefixes if isinstance(prefixes, list) else [])]


def subnet_ranges(subnet: Values) -> list[ipaddress.IPv4Network]:
    return ipv4_ranges(subnet_prefixes(subnet))


def space_of(network: Resource | None) -> list[Range]:
    """The ranges of a virtual network, IPv6 too; none if there is no network."""
    space = network.inputs.get("addressSpace") if network else None
    return ranges(space.get("addressPrefixes")) if isinstance(space, dict) else []


def address_space(network: Resource | None) -> list[ipaddress.IPv4Network]:
    return [item for item in space_of(network) if isinstance(item, ipaddress.IPv4Network)]


def reserved(item: Range) -> set[Address]:
    """The addresses that Azure keeps in a subnet's range: the first four and the last."""
    return {item[index] for index in (0, 1, 2, 3, -1) if item.num_addresses > _RESERVED_AT_THE_START}


def allocated(subscription: Subscription, subnet_id: str, owner: str) -> dict[Address, str]:
    """The addresses in use in a subnet, and by what; those of the owner are left out."""
    result: dict[Address, str] = {}
    for source, _ in subscription.referring_to(subnet_id):
        resource = subscription.get(source)
        if resource and ids.key(source) != ids.key(owner):
            for text in _private_addresses(resource.outputs):
                value = parsed_address(text)
                if value is not None:
                    result[value] = resource.id
    return result


def allocate(subscription: Subscription, subnet_id: str, owner: str, count: int = 1) -> list[str]:
    """The next free addresses of a subnet; those that the owner has already count as free.

    Raises:
        ArmError: the subnet is full.
    """
    subnet = subscription.get(subnet_id)
    own_ranges = subnet_ranges(subnet.inputs) if subnet else []
    if not own_ranges:
        return []
    used = allocated(subscription, subnet_id, owner)
    free = (
        str(host)
        for network in own_ranges
        for host in islice(network.hosts(), _RESERVED_AT_THE_START - 1, None)
        if host not in used
    )
    addresses = list(islice(free, count))
    if len(addresses) < count:
        raise ArmError(
            400,
            "SubnetIsFull",
            f"Subnet {ids.parse(subnet_id).name} with address prefix {own_ranges[0]} does not have enough "
            f"capacity for {count} IP addresses.",
        )
    return addresses


def static_address_is_free(
    subscription: Subscription, subnet_id: str, text: str, owner: str, where: str
) -> None:
    """Refuse an address that the subnet does not have, that Azure keeps, or that something else has."""
    value, subnet = parsed_address(text), subscription.get(subnet_id)
    if value is None or subnet is None:
        return
    own = [item for item in ranges(subnet_prefixes(subnet.inputs)) if item.version == value.version]
    holding = next((item for item in own if value in item), None)
    if own and holding is None:
        raise ArmError(
            400,
            "PrivateIPAddressNotInSubnet",
            f"Private static IP address {text} of {where} does not belong to the range of subnet prefix "
            f"{', '.join(map(str, own))} of '{subnet_id}'.",
        )
    if holding is not None and value in reserved(holding):
        raise ArmError(
            400,
            "PrivateIPAddressInReservedRange",
            f"Private static IP address {text} of {where} falls within reserved IP range of subnet prefix "
            f"{holding}: Azure keeps the first four addresses and the last.",
        )
    user = allocated(subscription, subnet_id, owner).get(value)
    if user:
        raise ArmError(
            400,
            "PrivateIPAddressIsAllocated",
            f"{where} is using the private IP address {text} which is already allocated to resource {user}.",
        )


def _private_addresses(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "privateIPAddress" and isinstance(item, str):
                yield item
            elif key == "ipAddresses" and isinstance(item, list):
                yield from map(str, item)
            else:
                yield from _private_addresses(item)
    elif isinstance(value, list):
        for item in value:
            yield from _private_addresses(item)
