"""What Azure refuses about NAT gateways."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.network.rules.public_ip_addresses import (
    addresses_are_free,
    count,
    is_internet_routed,
    targets,
    version_of,
    zones_of,
)
from azsandbox.services.network.rules.skus import sku_name

_ADDRESSES = "publicIpAddresses[].id"
_PREFIXES = "publicIpPrefixes[].id"
_MOST_ADDRESSES = 16


def gateway_in_one_zone(inputs: Values) -> Iterator[Problem]:
    zones = inputs.get("zones")
    if isinstance(zones, list) and len(zones) > 1 and sku_name(inputs) != "StandardV2":
        yield Problem("zones", f"names {len(zones)} zones, but a NAT gateway is in one zone or in none")


def gateway_has_an_address(inputs: Values) -> Iterator[Problem]:
    if not inputs.get("publicIpAddresses") and not inputs.get("publicIpPrefixes"):
        yield Problem(
            "publicIpAddresses",
            "is empty: without an address or a prefix the gateway lets no traffic out",
            warning=True,
        )


def addresses_suit_the_gateway(request: Request) -> None:
    """SKU, version, zone and routing of every address and prefix: NAT gateway resource, limitations."""
    sku = sku_name(request.inputs) or "Standard"
    own_zones = zones_of(request.inputs)
    for item in (*targets(request, _ADDRESSES), *targets(request, _PREFIXES)):
        other = sku_name(item.inputs) or ("Standard" if item.kind.endswith("prefixes") else "Basic")
        code, reason = "", ""
        if other.lower() != sku.lower():
            code, reason = (
                "NatGatewayPublicIpSkuMismatch",
                f"SKU {sku} needs addresses of SKU {sku}, not {other}",
            )
            code = "NatGatewayCannotUseBasicSkuPublicIp" if other == "Basic" else code
        elif sku == "Standard" and version_of(item.inputs) == "IPv6":
            code, reason = "NatGatewayIPv6NotSupported", "SKU Standard takes IPv4 addresses only"
        elif is_internet_routed(item.inputs):
            code, reason = (
                "NatGatewayRoutingPreferenceNotSupported",
                "routing preference Internet is not supported",
            )
        elif walk.value(item.inputs, "ddosSettings.protectionMode") == "Enabled":
            code, reason = (
                "NatGatewayDdosProtectedIpNotSupported",
                "DDoS protection of the address is not supported",
            )
        elif len(own_zones) == 1 and len(zones_of(item.inputs)) == 1 and own_zones != zones_of(item.inputs):
            code = "NatGatewayAndPublicIpZonesMismatch"
            reason = (
                f"it is in zone {min(own_zones)}, but the address is in zone {min(zones_of(item.inputs))}"
            )
        if reason:
            raise ArmError(400, code, f"NAT gateway {request.id} can't use {item.id}: {reason}.")


def addresses_are_at_most_sixteen(request: Request) -> None:
    """Addresses and those of prefixes together, per IP version."""
    for version in ("IPv4", "IPv6"):
        single = sum(version_of(item.inputs) == version for item in targets(request, _ADDRESSES))
        total = single + count(targets(request, _PREFIXES), version)
        if total > _MOST_ADDRESSES:
            raise ArmError(
                400,
                "NatGatewayPublicIpCountLimitExceeded",
                f"NAT gateway {request.id} has {total} {version} addresses, but at most {_MOST_ADDRESSES} "
                "are allowed.",
            )


def addresses_are_its_own(request: Request) -> None:
    addresses_are_free(request, _ADDRESSES)
    addresses_are_free(request, _PREFIXES)
