"""Address ranges of networks and subnets, and the next free addresses of a subnet."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from itertools import islice
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.model import Values
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

RESERVED_ADDRESSES = 5  # Azure's own in every subnet: the first four and the last
_RESERVED_AT_THE_START = 4  # the network's own, the gateway and two for DNS
DOCKER_BRIDGE = ipaddress.ip_network("172.17.0.0/16")


def ipv4_ranges(prefixes: Any) -> list[ipaddress.IPv4Network]:
    """The IPv4 ranges among CIDR prefixes; `malformed_ranges` reports the ones that are skipped."""
    ranges: list[ipaddress.IPv4Network] = []
    for prefix in prefixes or []:
        try:
            network = ipaddress.ip_network(str(prefix))
        except ValueError:
            continue
        if isinstance(network, ipaddress.IPv4Network):
            ranges.append(network)
    return ranges


def malformed_ranges(path: str, prefixes: list[Any]) -> Iterator[Problem]:
    for prefix in prefixes:
        if isinstance(prefix, str):
            try:
                ipaddress.ip_network(prefix)
            except ValueError as error:
                yield Problem(path, f"{prefix!r} is not a CIDR range: {error}", code="cidr")


def docker_bridge_overlap(path: str, network: ipaddress.IPv4Network) -> Iterator[Problem]:
    if network.overlaps(DOCKER_BRIDGE):
        yield Problem(path, f"{network} overlaps {DOCKER_BRIDGE}, Docker's bridge on every node", code="cidr")


def subnet_prefixes(subnet: Values) -> list[str]:
    """The prefixes of a subnet's inputs, which name one or several."""
    prefix, prefixes = subnet.get("addressPrefix"), subnet.get("addressPrefixes")
    return [*([prefix] if isinstance(prefix, str) else []), *(prefixes if isinstance(prefixes, list) else [])]


def subnet_ranges(subnet: Values) -> list[ipaddress.IPv4Network]:
    return ipv4_ranges(subnet_prefixes(subnet))


def address_space(network: Resource | None) -> list[ipaddress.IPv4Network]:
    """The ranges of a virtual network; none if there is no network."""
    space = (network.inputs.get("addressSpace") or {}) if network else {}
    return ipv4_ranges(space.get("addressPrefixes"))


def allocate(subscription: Subscription, subnet_id: str, owner: str, count: int = 1) -> list[str]:
    """The next free addresses of a subnet; those that the owner has already count as free.

    Raises:
        ArmError: the subnet is full.
    """
    subnet = subscription.get(subnet_id)
    ranges = subnet_ranges(subnet.inputs) if subnet else []
    if not ranges:
        return []
    used: set[str] = set()
    for source, _ in subscription.referring_to(subnet_id):
        resource = subscription.get(source)
        if resource and ids.key(source) != ids.key(owner):
            used.update(_private_addresses(resource.outputs))
    free = (
        str(host)
        for network in ranges
        for host in islice(network.hosts(), _RESERVED_AT_THE_START - 1, None)
        if str(host) not in used
    )
    addresses = list(islice(free, count))
    if len(addresses) < count:
        raise ArmError(
            400,
            "SubnetIsFull",
            f"Subnet {subnet_id} with address prefix {ranges[0]} does not have enough free addresses.",
        )
    return addresses


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
