"""What Azure refuses about public IP addresses and prefixes, and about who uses them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.arm.regions import canonical
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN
from azsandbox.services.network.rules.skus import sku_name

_ADDRESSES = "Microsoft.Network/publicIPAddresses"
_PREFIX_LENGTHS = {"IPv4": range(28, 32), "IPv6": range(124, 128)}


def version_of(inputs: Values) -> str:
    version = inputs.get("publicIPAddressVersion")
    return "IPv6" if isinstance(version, str) and version.lower() == "ipv6" else "IPv4"


def is_internet_routed(inputs: Values) -> bool:
    """Whether its routing preference is the internet."""
    tags: Any = inputs.get("ipTags")
    return any(
        str(tag.get("ipTagType")).lower() == "routingpreference" and str(tag.get("tag")).lower() == "internet"
        for tag in (tags if isinstance(tags, list) else [])
        if isinstance(tag, dict)
    )


def sku_is_standard_and_static(inputs: Values) -> Iterator[Problem]:
    if walk.value(inputs, "sku.name") is UNKNOWN:
        return
    sku = sku_name(inputs) or "Basic"
    method = inputs.get("publicIPAllocationMethod")
    if sku == "Basic":
        yield Problem(
            "sku.name", "is Basic (or missing), which Azure retired in September 2025: use Standard"
        )
    elif method is None:
        yield Problem(
            "publicIPAllocationMethod",
            f"is missing, which means Dynamic, but addresses of SKU {sku} are Static: set it to Static "
            "(StandardSkuPublicIPAddressesMustBeStatic)",
        )
    elif method == "Dynamic":
        yield Problem("publicIPAllocationMethod", f"is Dynamic, but addresses of SKU {sku} are Static")


def global_and_routed_addresses_are_ipv4(inputs: Values) -> Iterator[Problem]:
    """Tier Global and routing preference are for IPv4 only, and not both: public IP addresses."""
    is_global = walk.value(inputs, "sku.tier") == "Global"
    if version_of(inputs) == "IPv6":
        if is_global:
            yield Problem("sku.tier", "'Global' is for IPv4 addresses only (public IP addresses)")
        if is_internet_routed(inputs):
            yield Problem("ipTags", "a routing preference is for IPv4 addresses only (public IP addresses)")
        timeout = inputs.get("idleTimeoutInMinutes")
        if isinstance(timeout, (int, float)) and timeout != 4:  # noqa: PLR2004 - the page's number
            yield Problem(
                "idleTimeoutInMinutes", f"is {timeout:g}, but IPv6 addresses always have 4", warning=True
            )
    if is_global and is_internet_routed(inputs):
        yield Problem(
            "ipTags", "a routing preference can't be combined with tier Global (public IP addresses)"
        )


def zones_are_all_or_a_single_one(inputs: Values) -> Iterator[Problem]:
    zones = inputs.get("zones")
    if isinstance(zones, list) and len(zones) == 2:  # noqa: PLR2004 - neither zonal nor zone-redundant
        yield Problem(
            "zones", "names two zones: an address is in one zone, or in all three of its region", warning=True
        )


def prefix_length_is_offered(inputs: Values) -> Iterator[Problem]:
    """A prefix of Microsoft's addresses has 2 to 16 of them: public IP address prefix."""
    length = inputs.get("prefixLength")
    lengths = _PREFIX_LENGTHS[version_of(inputs)]
    if inputs.get("publicIPAddressVersion") is UNKNOWN:
        return
    if length is None and not inputs.get("customIPPrefix"):
        yield Problem("prefixLength", f"is required: {lengths[0]} to {lengths[-1]}", code="required")
    if not isinstance(length, (int, float)):
        return
    too_large = length < lengths[0] and not inputs.get("customIPPrefix")
    if too_large or length > lengths[-1]:
        yield Problem(
            "prefixLength",
            f"is {length:g}, but must be {lengths[0]} to {lengths[-1]} for {version_of(inputs)} (public IP "
            "address "
            "prefix)",
        )


def label_is_free(request: Request) -> None:
    """A DNS label is unique in its region, unless it is hashed within a scope."""
    label, region = request.at("dnsSettings.domainNameLabel"), request.inputs.get("location")
    if (
        not isinstance(label, str)
        or not isinstance(region, str)
        or request.at("dnsSettings.domainNameLabelScope")
    ):
        return
    for other in request.subscription.of_kind(_ADDRESSES):
        same_label = walk.value(other.inputs, "dnsSettings.domainNameLabel") == label
        same_region = canonical(str(other.inputs.get("location"))) == canonical(region)
        hashed = walk.value(other.inputs, "dnsSettings.domainNameLabelScope")
        if same_label and same_region and not hashed and ids.key(other.id) != ids.key(request.id):
            raise ArmError(
                400,
                "DnsRecordInUse",
                f"DNS record {label}.{canonical(region)}.cloudapp.azure.com is already used by another "
                "public IP: "
                f"'{other.id}'.",
            )


def address_matches_its_prefix(request: Request) -> None:
    """An address from a prefix has its version, and its zones."""
    prefix = request.subscription.get(str(request.at("publicIPPrefix.id") or ""))
    if prefix is None:
        return
    if version_of(prefix.inputs) != version_of(request.inputs):
        raise ArmError(
            400,
            "PublicIpAddressAndPublicIpPrefixVersionMismatch",
            f"publicIPAddressVersion of '{request.id}' is {version_of(request.inputs)}, but prefix "
            f"'{prefix.id}' has "
            f"{version_of(prefix.inputs)}.",
        )
    own, others = zones_of(request.inputs), zones_of(prefix.inputs)
    if own and others and own != others:
        raise ArmError(
            400,
            "PublicIpAddressAndPublicIpPrefixZonesMismatch",
            f"zones of '{request.id}' are {', '.join(sorted(own))}, but those of its prefix '{prefix.id}' "
            "are "
            f"{', '.join(sorted(others))}.",
        )


def zones_of(inputs: Values) -> frozenset[str]:
    zones: Any = inputs.get("zones")
    return frozenset(map(str, zones)) if isinstance(zones, list) else frozenset()


def targets(request: Request, pattern: str) -> Iterator[Resource]:
    """The resources of the model that the ids at a path name."""
    for _, target in walk.values(request.inputs, pattern):
        resource = request.subscription.get(target) if isinstance(target, str) else None
        if resource is not None:
            yield resource


def addresses_are_free(request: Request, pattern: str) -> None:
    """No other resource has these addresses."""
    for _, target in walk.values(request.inputs, pattern):
        if isinstance(target, str):
            check_user(request, target)


def check_user(request: Request, target: str) -> None:
    for source, path in request.subscription.referring_to(target):
        if ids.key(source) != ids.key(request.id) and path.partition("#")[0] != "scope":
            kind = ids.parse(source).kind.lower()
            if kind in _USERS:
                raise ArmError(
                    400,
                    "PublicIPAddressInUse",
                    f"Resource {request.id} is referencing public IP address {target} that is already "
                    "allocated to "
                    f"resource {source}.",
                )


_USERS = frozenset(
    f"microsoft.network/{name}"
    for name in (
        "networkinterfaces",
        "natgateways",
        "bastionhosts",
        "loadbalancers",
        "virtualnetworkgateways",
    )
)


def count(prefixes: Iterable[Resource], version: str) -> int:
    """How many addresses prefixes of a version have together."""
    bits = ipaddress.IPV4LENGTH if version == "IPv4" else ipaddress.IPV6LENGTH
    lengths = [item.inputs.get("prefixLength") for item in prefixes if version_of(item.inputs) == version]
    return sum(2 ** max(0, bits - int(length)) for length in lengths if isinstance(length, (int, float)))
