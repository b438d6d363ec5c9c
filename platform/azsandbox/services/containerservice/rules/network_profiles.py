"""What AKS refuses about a cluster's network profile: its ranges, its plugins and its egress."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.containerservice.rules.agent_pools import inline_pools
from azsandbox.services.network.addresses import address_space, docker_bridge_overlap, ipv4_ranges

_OVERLAP_CODES = {
    "serviceCidr": "ServiceCidrOverlapExistingSubnetsCidr",
    "podCidr": "PodCidrOverlapExistingSubnetsCidr",
}
_EGRESS = {  # outboundType in lower case → what the subnet needs
    "userassignednatgateway": ("natGateway", "a NAT gateway"),
    "userdefinedrouting": ("routeTable", "a route table"),
}


def _profile(inputs: Values) -> Values:
    profile = inputs.get("networkProfile")
    return profile if isinstance(profile, dict) else {}


def _cidr(profile: Values, name: str) -> ipaddress.IPv4Network | None:
    ranges = ipv4_ranges([profile[name]]) if isinstance(profile.get(name), str) else []
    return ranges[0] if ranges else None


def service_and_pod_ranges_are_valid(inputs: Values) -> Iterator[Problem]:
    profile = _profile(inputs)
    service, pods = _cidr(profile, "serviceCidr"), _cidr(profile, "podCidr")
    for name, cidr in (("serviceCidr", service), ("podCidr", pods)):
        path = f"networkProfile.{name}"
        if isinstance(profile.get(name), str) and cidr is None:
            yield Problem(path, f"{profile[name]!r} is not a CIDR range", code="cidr")
        if cidr:
            yield from docker_bridge_overlap(path, cidr)
    if service and pods and service.overlaps(pods):
        yield Problem("networkProfile.podCidr", f"{pods} overlaps serviceCidr {service}", code="cidr")


def dns_address_within_service_range(inputs: Values) -> Iterator[Problem]:
    profile = _profile(inputs)
    service, dns = _cidr(profile, "serviceCidr"), profile.get("dnsServiceIP")
    if service and isinstance(dns, str):
        address = ipaddress.ip_address(dns)
        if address not in service or address == service.network_address + 1:
            yield Problem(
                "networkProfile.dnsServiceIP",
                f"{dns} must be in {service} and not be its first address",
                code="cidr",
            )


def network_plugins_go_together(inputs: Values) -> Iterator[Problem]:
    profile = _profile(inputs)
    plugin, mode, policy = (
        profile.get(name) for name in ("networkPlugin", "networkPluginMode", "networkPolicy")
    )
    if _cidr(profile, "podCidr") and plugin == "azure" and mode is None:
        yield Problem("networkProfile.podCidr", "goes with networkPluginMode overlay or kubenet only")
    if policy == "cilium" and profile.get("networkDataplane") != "cilium":
        yield Problem("networkProfile.networkPolicy", "is cilium, which needs networkDataplane cilium")
    if mode == "overlay" and plugin != "azure":
        yield Problem(
            "networkProfile.networkPluginMode", f"is overlay, which needs networkPlugin azure, not {plugin}"
        )


def subnets_of(request: Request) -> list[str]:
    """The ids of the subnets that a cluster's pools are in."""
    return sorted(
        {str(pool["vnetSubnetID"]) for pool in inline_pools(request.inputs) if pool.get("vnetSubnetID")}
    )


def ranges_outside_virtual_network(request: Request) -> None:
    profile = request.inputs.get("networkProfile") or {}
    for subnet_id in subnets_of(request):
        network_id = ids.parent_of(subnet_id)
        space = address_space(request.subscription.get(network_id or ""))
        for name, code in _OVERLAP_CODES.items():
            cidr = _cidr(profile, name)
            for network_range in space:
                if cidr and cidr.overlaps(network_range):
                    raise ArmError(
                        400,
                        code,
                        f"The specified {name} {cidr} conflicts with the address space {network_range} of "
                        f"{network_id}.",
                    )


def subnets_have_egress(request: Request) -> None:
    outbound_type = request.at("networkProfile.outboundType")
    if str(outbound_type).lower() not in _EGRESS:
        return
    name, description = _EGRESS[str(outbound_type).lower()]
    for subnet_id in subnets_of(request):
        subnet = request.subscription.get(subnet_id)
        if subnet and not (subnet.inputs.get(name) or {}).get("id"):
            raise ArmError(
                400,
                "SubnetMissingEgress",
                f"outboundType {outbound_type} needs {description} on subnet '{subnet_id}', which has none.",
            )
