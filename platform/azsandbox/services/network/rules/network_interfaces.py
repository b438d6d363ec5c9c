"""What Azure refuses about network interfaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import address, network
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN
from azsandbox.services.network.addresses import static_address_is_free
from azsandbox.services.network.published import BASTION_SUBNET
from azsandbox.services.network.rules.public_ip_addresses import addresses_are_free

_AZURE_DNS = "AzureProvidedDNS"


def configurations_are_complete(inputs: Values) -> Iterator[Problem]:
    """Each has a name, a subnet and, if it is static, an address; one of several is primary."""
    for path, item in walk.objects(inputs, "ipConfigurations[]"):
        if item.get("name") in (None, ""):
            yield Problem(f"{path}.name", "is required", code="required")
        if not _is_ipv6(item) and walk.value(item, "subnet.id") is None:
            yield Problem(f"{path}.subnet.id", "is required for an IPv4 configuration", code="required")
        yield from _address(path, item)
    yield from _primary(inputs)


def _is_ipv6(item: Values) -> bool:
    version = item.get("privateIPAddressVersion")
    return isinstance(version, str) and version.lower() == "ipv6"


def _address(path: str, item: Values) -> Iterator[Problem]:
    text = item.get("privateIPAddress")
    if item.get("privateIPAllocationMethod") == "Static" and text in (None, ""):
        yield Problem(
            f"{path}.privateIPAddress",
            "is required with privateIPAllocationMethod Static (PrivateIPAddressMissing)",
            code="required",
        )
    if not isinstance(text, str) or not text:
        return
    parsed = address(text) or network(text)
    if parsed is None:
        yield Problem(f"{path}.privateIPAddress", f"{text!r} is not an IP address such as 10.0.0.4")
    elif item.get("privateIPAddressVersion") is not UNKNOWN and (parsed.version == 6) != _is_ipv6(item):  # noqa: PLR2004
        yield Problem(
            f"{path}.privateIPAddress",
            f"{text!r} is IPv{parsed.version}, but privateIPAddressVersion is "
            f"{'IPv6' if _is_ipv6(item) else 'IPv4'}",
        )


def _primary(inputs: Values) -> Iterator[Problem]:
    """Exactly one of several configurations is primary, and it is IPv4: IPv6 overview, limitations."""
    items: Any = inputs.get("ipConfigurations")
    members = [item for item in (items if isinstance(items, list) else []) if isinstance(item, dict)]
    if not members or any(item.get("primary") is UNKNOWN for item in members):
        return
    primary = [item for item in members if item.get("primary") is True]
    if len(primary) > 1 or (len(members) > 1 and not primary):
        yield Problem(
            "ipConfigurations",
            f"has {len(primary)} primary members, but exactly one of several is primary: true",
        )
    if all(_is_ipv6(item) for item in members):
        yield Problem(
            "ipConfigurations", "has no IPv4 member, but an interface has at least one (IPv6 overview)"
        )


def name_servers_are_addresses(inputs: Values) -> Iterator[Problem]:
    """IP addresses, or Azure's own DNS and nothing else."""
    servers: Any = walk.value(inputs, "dnsSettings.dnsServers")
    for path, server in walk.values(inputs, "dnsSettings.dnsServers[]"):
        if server == _AZURE_DNS:
            if isinstance(servers, list) and len(servers) > 1:
                yield Problem(path, f"{server!r} must be the only member")
        elif isinstance(server, str) and address(server) is None:
            yield Problem(path, f"{server!r} is not an IP address or {_AZURE_DNS}")


def configurations_are_in_a_single_network(request: Request) -> None:
    networks: dict[str, str] = {}
    for path, subnet in walk.values(request.inputs, "ipConfigurations[].subnet.id"):
        if isinstance(subnet, str):
            networks.setdefault(ids.key(ids.parent_of(subnet) or ""), path)
            if ids.parse(subnet).name == BASTION_SUBNET:
                raise ArmError(
                    400,
                    "SubnetReservedForBastion",
                    f"{path} of '{request.id}' is {BASTION_SUBNET}, which holds Bastion hosts only.",
                )
    if len(networks) > 1:
        raise ArmError(
            400,
            "SubnetsNotInSameVnet",
            f"The IP configurations of '{request.id}' are in {len(networks)} virtual networks, but an "
            "interface is in "
            f"one: {', '.join(sorted(networks))}.",
        )


def static_addresses_are_free(request: Request) -> None:
    seen: set[str] = set()
    for path, item in walk.objects(request.inputs, "ipConfigurations[]"):
        text, subnet = item.get("privateIPAddress"), walk.value(item, "subnet.id")
        if item.get("privateIPAllocationMethod") != "Static" or not isinstance(text, str):
            continue
        if text in seen:
            raise ArmError(
                400,
                "PrivateIPAddressInUse",
                f"{path} of '{request.id}' uses {text}, which another of its IP configurations has.",
            )
        seen.add(text)
        if isinstance(subnet, str):
            where = f"IP configuration {request.id}/{path}"
            static_address_is_free(request.subscription, subnet, text, request.id, where)


def public_addresses_are_its_own(request: Request) -> None:
    addresses_are_free(request, "ipConfigurations[].publicIPAddress.id")
