"""What can be told of a cluster from its inputs alone."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.services.network.addresses import DOCKER, nets

_SPOT = "Spot"
_LONGEST_POOL_NAME = re.compile(r"[a-z][a-z0-9]{0,11}")
SHORTEST_WINDOW = 4


def pools(inputs: Values) -> list[Values]:
    declared: Any = inputs.get("agentPoolProfiles")
    return [one for one in declared if isinstance(one, dict)] if isinstance(declared, list) else []


def has_a_system_pool(inputs: Values) -> Iterator[Problem]:
    if "agentPoolProfiles" not in inputs:
        yield Problem(
            "agentPoolProfiles", "is required: a cluster starts with a system pool", code="required"
        )
    elif not any(one.get("mode") == "System" for one in pools(inputs)):
        yield Problem("agentPoolProfiles", "holds no pool of mode System, but a cluster needs one")


def pools_fit(inputs: Values) -> Iterator[Problem]:
    for index, pool in enumerate(pools(inputs)):
        name = pool.get("name")
        if isinstance(name, str) and not _LONGEST_POOL_NAME.fullmatch(name):
            yield Problem(
                f"agentPoolProfiles[{index}].name",
                f"{name!r} is no valid name: 1 to 12 lower-case letters and digits",
            )
        yield from pool_fits(pool, f"agentPoolProfiles[{index}].")


def pool_fits(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    low, high, count = inputs.get("minCount"), inputs.get("maxCount"), inputs.get("count")
    if inputs.get("enableAutoScaling"):
        if low is None or high is None:
            yield Problem(
                f"{prefix}minCount", "and maxCount are required with enableAutoScaling", code="required"
            )
        elif isinstance(low, int) and isinstance(high, int) and low > high:
            yield Problem(f"{prefix}minCount", f"is {low}, more than maxCount {high}")
        elif (
            isinstance(count, int)
            and isinstance(low, int)
            and isinstance(high, int)
            and not low <= count <= high
        ):
            yield Problem(f"{prefix}count", f"is {count}, outside of minCount {low} to maxCount {high}")
    elif low is not None or high is not None:
        yield Problem(f"{prefix}minCount", "and maxCount go with enableAutoScaling only")
    if inputs.get("mode") == "System":
        yield from _system_pool_fits(inputs, prefix)
    if inputs.get("vmSize") is None:
        yield Problem(f"{prefix}vmSize", "is required", code="required")


def _system_pool_fits(inputs: Values, prefix: str) -> Iterator[Problem]:
    if inputs.get("scaleSetPriority") == _SPOT:
        yield Problem(f"{prefix}scaleSetPriority", "is Spot, but a system pool can't be")
    if inputs.get("minCount") == 0:
        yield Problem(f"{prefix}minCount", "is 0, but a system pool keeps at least one node")
    if inputs.get("osType") == "Windows":
        yield Problem(f"{prefix}osType", "is Windows, but a system pool runs Linux")


def address_range(profile: Values, name: str) -> ipaddress.IPv4Network | None:
    found = nets([profile[name]]) if isinstance(profile.get(name), str) else []
    return found[0] if found else None


def network_fits(inputs: Values) -> Iterator[Problem]:
    profile = inputs.get("networkProfile")
    if not isinstance(profile, dict):
        return
    service, pods = address_range(profile, "serviceCidr"), address_range(profile, "podCidr")
    for name, net in (("serviceCidr", service), ("podCidr", pods)):
        if isinstance(profile.get(name), str) and net is None:
            yield Problem(f"networkProfile.{name}", f"{profile[name]!r} is no CIDR range", code="cidr")
        if net and net.overlaps(DOCKER):
            yield Problem(
                f"networkProfile.{name}",
                f"{net} overlaps {DOCKER}, Docker's bridge on every node",
                code="cidr",
            )
    if service and pods and service.overlaps(pods):
        yield Problem("networkProfile.podCidr", f"{pods} overlaps serviceCidr {service}", code="cidr")
    yield from _dns_fits(profile, service)
    yield from _plugins_fit(profile, pods)


def _dns_fits(profile: Values, service: ipaddress.IPv4Network | None) -> Iterator[Problem]:
    dns = profile.get("dnsServiceIP")
    if service and isinstance(dns, str):
        address = ipaddress.ip_address(dns)
        if address not in service or address == service.network_address + 1:
            yield Problem(
                "networkProfile.dnsServiceIP",
                f"{dns} must lie in {service} and not be its first address",
                code="cidr",
            )


def _plugins_fit(profile: Values, pods: ipaddress.IPv4Network | None) -> Iterator[Problem]:
    plugin, mode, policy = (
        profile.get(name) for name in ("networkPlugin", "networkPluginMode", "networkPolicy")
    )
    if pods and plugin == "azure" and mode is None:
        yield Problem("networkProfile.podCidr", "goes with networkPluginMode overlay or kubenet only")
    if policy == "cilium" and profile.get("networkDataplane") != "cilium":
        yield Problem("networkProfile.networkPolicy", "is cilium, which needs networkDataplane cilium")
    if mode == "overlay" and plugin != "azure":
        yield Problem(
            "networkProfile.networkPluginMode", f"is overlay, which needs networkPlugin azure, not {plugin}"
        )


def private_fits(inputs: Values) -> Iterator[Problem]:
    access = inputs.get("apiServerAccessProfile")
    if not isinstance(access, dict):
        return
    zone = access.get("privateDNSZone")
    if zone is not None and not access.get("enablePrivateCluster"):
        yield Problem("apiServerAccessProfile.privateDNSZone", "goes with enablePrivateCluster only")
    if isinstance(zone, str) and zone.startswith("/"):
        identity = inputs.get("identity")
        kind = identity.get("type") if isinstance(identity, dict) else None
        if kind != "UserAssigned":
            yield Problem(
                "identity.type", f"is {kind}, but an own private DNS zone needs a UserAssigned identity"
            )
    if zone == "none" and access.get("enablePrivateClusterPublicFQDN") is False:
        yield Problem(
            "apiServerAccessProfile.enablePrivateClusterPublicFQDN",
            "is false and there is no zone: no name would be left",
        )
    if access.get("authorizedIPRanges") and access.get("enablePrivateCluster"):
        yield Problem("apiServerAccessProfile.authorizedIPRanges", "can't go with enablePrivateCluster")


def window_is_long_enough(inputs: Values) -> Iterator[Problem]:
    window = inputs.get("maintenanceWindow")
    hours = window.get("durationHours") if isinstance(window, dict) else None
    if isinstance(hours, int) and hours < SHORTEST_WINDOW:
        yield Problem("maintenanceWindow.durationHours", f"is {hours}, but must be 4 to 24")
