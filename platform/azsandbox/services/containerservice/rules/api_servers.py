"""What AKS refuses about the access to a cluster's API server, above all to a private one.

Sources, read on 2026-12-01: learn.microsoft.com/azure/aks (private-clusters, api-server-vnet-integration,
api-server-authorized-ip-ranges), the Azure CLI's checks.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from azsandbox.arm import ids, regions
from azsandbox.arm.laws import Law, formats
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.containerservice.rules.agent_pools import inline_pools, is_automatic
from azsandbox.services.network.addresses import subnet_ranges

_OWN_EGRESS_ONLY = "0.0.0.0/32"
_MANAGED_IDENTITY = "msi"
_DELEGATE = "microsoft.containerservice/managedclusters"
_SMALLEST_SUBNET = 28


def _access(inputs: Values) -> Values:
    access = inputs.get("apiServerAccessProfile")
    return access if isinstance(access, dict) else {}


def has_service_principal(inputs: Values) -> bool:
    """Whether it signs in as a service principal; the client `msi` stands for the identity."""
    profile = inputs.get("servicePrincipalProfile")
    client = profile.get("clientId") if isinstance(profile, dict) else profile
    return client is not None and client != _MANAGED_IDENTITY


def private_access_is_consistent(inputs: Values) -> Iterator[Problem]:
    access = _access(inputs)
    zone, private = access.get("privateDNSZone"), access.get("enablePrivateCluster")
    if zone is not None and (private is None or private is False) and not is_automatic(inputs):
        yield Problem("apiServerAccessProfile.privateDNSZone", "goes with enablePrivateCluster only")
    if isinstance(zone, str) and zone.startswith("/"):
        identity = inputs.get("identity")
        kind = identity.get("type") if isinstance(identity, dict) else identity
        if kind in (None, "SystemAssigned", "None") and not has_service_principal(inputs):
            yield Problem(
                "identity.type", f"is {kind}, but a custom private DNS zone needs a UserAssigned identity"
            )
    elif isinstance(zone, str) and zone.lower() not in ("system", "none"):
        yield Problem(
            "apiServerAccessProfile.privateDNSZone",
            f"{zone!r} is not system, none or the id of a private DNS zone",
        )
    elif (
        isinstance(zone, str)
        and zone.lower() == "none"
        and access.get("enablePrivateClusterPublicFQDN") is False
    ):
        yield Problem(
            "apiServerAccessProfile.enablePrivateClusterPublicFQDN",
            "is false and privateDNSZone is none: the API server would have no name",
        )
    if inputs.get("fqdnSubdomain") is not None and (
        zone is None or (isinstance(zone, str) and not zone.startswith("/"))
    ):
        yield Problem("fqdnSubdomain", "needs enablePrivateCluster and a custom private DNS zone")


def authorized_ranges_are_public(inputs: Values) -> Iterator[Problem]:
    access, path = _access(inputs), "apiServerAccessProfile.authorizedIPRanges"
    ranges = access.get("authorizedIPRanges")
    if not isinstance(ranges, list) or not ranges:
        return
    if access.get("enablePrivateCluster") is True:
        yield Problem(path, "can't go with enablePrivateCluster")
    if _OWN_EGRESS_ONLY in ranges and len(ranges) > 1:
        yield Problem(path, f"has {_OWN_EGRESS_ONLY}, which allows no other ranges")
    for index, text in enumerate(ranges):
        network = formats.network(text if isinstance(text, str) and "/" in text else f"{text}/32")
        if network is None or text == _OWN_EGRESS_ONLY:
            continue
        if not isinstance(network, ipaddress.IPv4Network):
            yield Problem(f"{path}[{index}]", f"{text!r} is IPv6, but only IPv4 ranges are allowed")
        elif network.is_private and not network.is_unspecified:
            yield Problem(
                f"{path}[{index}]", f"{text!r} is private, but the API server sees public addresses only"
            )


def own_subnet_goes_with_integration(inputs: Values) -> Iterator[Problem]:
    access = _access(inputs)
    subnet, integrated = access.get("subnetId"), access.get("enableVnetIntegration")
    pools = inline_pools(inputs)
    inside = any(pool.get("vnetSubnetID") is not None for pool in pools)
    if is_automatic(inputs):
        return
    if subnet is not None and (integrated is None or integrated is False):
        yield Problem("apiServerAccessProfile.subnetId", "needs enableVnetIntegration")
    if integrated is True and subnet is None and inside:
        yield Problem(
            "apiServerAccessProfile.subnetId",
            "is required with enableVnetIntegration in a network of your own",
        )
    if integrated is True and subnet is not None and pools and not inside:
        yield Problem(
            "agentPoolProfiles[0].vnetSubnetID",
            "is required with apiServerAccessProfile.subnetId",
            code="required",
        )


@dataclass(frozen=True, kw_only=True)
class AccessStays(Law):
    """A cluster stays private or public, unless its API server is in the network (private-clusters)."""

    @property
    def text(self) -> str:
        return (
            "`apiServerAccessProfile.enablePrivateCluster` and the private DNS zone stay, but for zone "
            "none and for "
            "API servers in the network"
        )

    def changes(self, old: Values, new: Values) -> Iterator[Problem]:
        before, after = _access(old), _access(new)
        if before.get("enableVnetIntegration") or after.get("enableVnetIntegration"):
            return
        private = "enablePrivateCluster"
        if bool(before.get(private)) != bool(after.get(private)):
            yield self.problem(
                f"apiServerAccessProfile.{private}",
                "can't be changed in place without enableVnetIntegration: declare a new cluster, or "
                "change it back",
            )
        first, second = before.get("privateDNSZone"), after.get("privateDNSZone")
        if not isinstance(first, str) or not isinstance(second, str):
            return
        if first.lower() != second.lower() != "none":
            yield self.problem(
                "apiServerAccessProfile.privateDNSZone",
                f"can't be changed from {first!r} to {second!r} in place, only to none",
            )


def custom_zone(request: Request) -> str | None:
    """The id of the cluster's own private DNS zone; None where AKS brings one, or none is used."""
    zone = str(request.at("apiServerAccessProfile.privateDNSZone") or "")
    return zone if zone.startswith("/") else None


def custom_zone_named_for_region(request: Request) -> None:
    zone = custom_zone(request)
    if zone is None:
        return
    region = regions.canonical(str(request.inputs.get("location", "")))
    name = ids.parse(zone).name.lower()
    domains = (f"privatelink.{region}.azmk8s.io", f"private.{region}.azmk8s.io")
    if not any(name == domain or name.endswith(f".{domain}") for domain in domains):
        raise ArmError(
            400,
            "InvalidPrivateDNSZone",
            f"Invalid private dns zone '{name}': it must be {domains[0]} or a subdomain of it.",
        )


def own_subnet_is_delegated(request: Request) -> None:
    """The API server's subnet: of /28 or larger, for clusters only, in the network of the nodes."""
    identifier = request.at("apiServerAccessProfile.subnetId")
    subnet = request.subscription.get(identifier) if isinstance(identifier, str) else None
    if subnet is None:
        return
    delegations = subnet.inputs.get("delegations")
    services = {
        str(delegation.get("serviceName")).lower()
        for delegation in (delegations if isinstance(delegations, list) else [])
        if isinstance(delegation, dict)
    }
    sizes = [network.prefixlen for network in subnet_ranges(subnet.inputs)]
    if services != {_DELEGATE}:
        raise ArmError(
            400,
            "InvalidApiServerSubnet",
            f"Subnet '{identifier}' must be delegated to Microsoft.ContainerService/managedClusters.",
        )
    if sizes and min(sizes) > _SMALLEST_SUBNET:
        raise ArmError(
            400,
            "InvalidApiServerSubnet",
            f"Subnet '{identifier}' is too small for API servers: at least /{_SMALLEST_SUBNET}.",
        )
    own = ids.parent_of(subnet.id) or ""
    for pool in inline_pools(request.inputs):
        nodes = pool.get("vnetSubnetID")
        if isinstance(nodes, str) and ids.key(ids.parent_of(nodes) or "") != ids.key(own):
            raise ArmError(
                400, "InvalidApiServerSubnet", f"Subnet '{identifier}' is not in the network of the nodes."
            )
