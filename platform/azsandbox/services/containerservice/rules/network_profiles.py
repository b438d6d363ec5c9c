"""What AKS refuses about a cluster's network profile: its ranges, its plugins and its egress.

Sources, read on 2026-12-01: learn.microsoft.com/azure/aks (concepts-network-cni-overview,
concepts-network-ip-address-planning, azure-cni-overlay, egress-outboundtype), the Azure CLI's checks.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

from azsandbox.arm.laws import formats
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN
from azsandbox.services.network.addresses import ipv4_ranges

# AKS, concepts-network-cni-overview, reserved CIDR ranges.
RESERVED_RANGES = tuple(
    ipaddress.IPv4Network(text)
    for text in ("169.254.0.0/16", "192.0.2.0/24", "172.30.0.0/16", "172.31.0.0/16")
)
_DEFAULT_SERVICES = ipaddress.IPv4Network("10.0.0.0/16")
_LARGEST_SERVICE_RANGE, _LARGEST_IPV6_SERVICE_RANGE = 12, 108
_FAMILIES = 2
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def profile_of(inputs: Values) -> Values:
    profile = inputs.get("networkProfile")
    return profile if isinstance(profile, dict) else {}


def cidr(profile: Values, name: str) -> ipaddress.IPv4Network | None:
    ranges = ipv4_ranges([profile[name]]) if isinstance(profile.get(name), str) else []
    return ranges[0] if ranges else None


def _ranges(profile: Values, name: str) -> Iterator[tuple[str, str, Network | None]]:
    """(path, text, network) of `serviceCidr` and `serviceCidrs`."""
    plural: Any = profile.get(f"{name}s")
    texts = [(f"networkProfile.{name}", profile.get(name))] + [
        (f"networkProfile.{name}s[{index}]", text)
        for index, text in enumerate(plural if isinstance(plural, list) else [])
    ]
    for path, text in texts:
        if isinstance(text, str):
            yield path, text, formats.network(text)


def service_and_pod_ranges_are_valid(inputs: Values) -> Iterator[Problem]:
    profile = profile_of(inputs)
    for name in ("serviceCidr", "podCidr"):
        for path, text, network in _ranges(profile, name):
            if network is None:
                yield Problem(path, f"{text!r} is not a CIDR range", code="cidr")
                continue
            for reserved in RESERVED_RANGES:
                if isinstance(network, ipaddress.IPv4Network) and network.overlaps(reserved):
                    yield Problem(
                        path,
                        f"{network} overlaps {reserved}, which AKS reserves: choose another range",
                        code="cidr",
                    )
    yield from _sizes_and_overlaps(profile)


def _sizes_and_overlaps(profile: Values) -> Iterator[Problem]:
    for path, _, network in _ranges(profile, "serviceCidr"):
        largest = _LARGEST_SERVICE_RANGE if network and network.version == 4 else _LARGEST_IPV6_SERVICE_RANGE  # noqa: PLR2004
        if network and network.prefixlen < largest:
            yield Problem(path, f"{network} is too large: at most /{largest}", code="cidr")
    for path, _, pods in _ranges(profile, "podCidr"):
        for _, _, services in _ranges(profile, "serviceCidr"):
            if pods and services and pods.version == services.version and pods.overlaps(services):
                yield Problem(path, f"{pods} overlaps serviceCidr {services}", code="cidr")


def families_match_ranges(inputs: Values) -> Iterator[Problem]:
    """One range per IP family, and never IPv6 alone (azure-cni-overlay, dual-stack networking)."""
    profile = profile_of(inputs)
    families = profile.get("ipFamilies")
    if families is UNKNOWN or (isinstance(families, list) and UNKNOWN in families):
        return
    listed = families if isinstance(families, list) else []
    if listed == ["IPv6"]:
        yield Problem("networkProfile.ipFamilies", "is IPv6 alone: use IPv4, or IPv4 and IPv6")
    for name in ("serviceCidrs", "podCidrs"):
        ranges = profile.get(name)
        if isinstance(ranges, list) and len(ranges) == _FAMILIES != len(listed):
            yield Problem(f"networkProfile.{name}", "has two ranges, which need ipFamilies IPv4 and IPv6")
    dual = len(listed) == _FAMILIES
    if dual and profile.get("networkPlugin") == "azure" and profile.get("networkPluginMode") is None:
        yield Problem("networkProfile.ipFamilies", "has two families, which need networkPluginMode overlay")
    for single, plural in (("serviceCidr", "serviceCidrs"), ("podCidr", "podCidrs")):
        first = profile.get(plural)
        head = first[0] if isinstance(first, list) and first else None
        if isinstance(head, str) and isinstance(profile.get(single), str) and head != profile[single]:
            yield Problem(
                f"networkProfile.{plural}[0]", f"{head!r} differs from {single} {profile[single]!r}"
            )


def dns_address_within_service_range(inputs: Values) -> Iterator[Problem]:
    profile = profile_of(inputs)
    dns = profile.get("dnsServiceIP")
    plural = profile.get("serviceCidrs")
    services = cidr(profile, "serviceCidr")
    if services is None and isinstance(plural, list):
        services = next(iter(ipv4_ranges(plural)), None)
    declared = profile.get("serviceCidr") is not None or plural is not None
    if services is None and not declared:
        services = _DEFAULT_SERVICES
    address = formats.address(dns)
    if services is None or not isinstance(dns, str):
        return
    if not isinstance(address, ipaddress.IPv4Address):
        return  # the specification's pattern answers
    if address not in services or address in (services.network_address, services.network_address + 1):
        default = "" if declared else ", the default serviceCidr,"
        yield Problem(
            "networkProfile.dnsServiceIP",
            f"{dns} must be in {services}{default} and not be its first address",
            code="cidr",
        )


def network_plugins_go_together(inputs: Values) -> Iterator[Problem]:
    profile = profile_of(inputs)
    plugin, mode, policy, dataplane = (
        profile.get(name)
        for name in ("networkPlugin", "networkPluginMode", "networkPolicy", "networkDataplane")
    )
    unknown = UNKNOWN in (plugin, mode, policy, dataplane)
    if unknown:
        return
    if profile.get("podCidr") is not None and plugin == "azure" and mode is None:
        yield Problem("networkProfile.podCidr", "goes with networkPluginMode overlay or kubenet only")
    if policy == "cilium" and dataplane != "cilium":
        yield Problem("networkProfile.networkPolicy", "is cilium, which needs networkDataplane cilium")
    if dataplane == "cilium" and policy in ("azure", "calico"):
        yield Problem(
            "networkProfile.networkPolicy", f"is {policy}, but networkDataplane cilium brings its own: cilium"
        )
    if dataplane == "cilium" and plugin in ("kubenet", "none"):
        yield Problem(
            "networkProfile.networkDataplane", f"is cilium, which needs networkPlugin azure, not {plugin}"
        )
    if mode == "overlay" and plugin != "azure":
        yield Problem(
            "networkProfile.networkPluginMode", f"is overlay, which needs networkPlugin azure, not {plugin}"
        )
    if policy == "azure" and plugin == "kubenet":
        yield Problem(
            "networkProfile.networkPolicy", "is azure, which needs networkPlugin azure, not kubenet"
        )
    if plugin == "none" and policy in ("azure", "calico", "cilium"):
        yield Problem(
            "networkProfile.networkPolicy",
            f"is {policy}, but with networkPlugin none you bring the policy too",
        )
    if mode == "overlay":
        yield from _no_pod_subnets(inputs)


def _no_pod_subnets(inputs: Values) -> Iterator[Problem]:
    pools = inputs.get("agentPoolProfiles")
    for index, pool in enumerate(pools if isinstance(pools, list) else []):
        if isinstance(pool, dict) and pool.get("podSubnetID") is not None:
            yield Problem(
                f"agentPoolProfiles[{index}].podSubnetID",
                "can't be combined with networkPluginMode overlay, where pods are outside the network",
            )
