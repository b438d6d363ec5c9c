"""What AKS refuses, and what a cluster comes with."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any, Final

from roastery.sandbox.arm import identities, ids
from roastery.sandbox.arm.builtins import role_guid
from roastery.sandbox.arm.model import Request, Values
from roastery.sandbox.errors import ArmError
from roastery.sandbox.schema.validate import Problem
from roastery.sandbox.services.network.plan import DOCKER, nets, prefixes

_SPOT: Final = "Spot"
_LONGEST_POOL_NAME: Final = re.compile(r"[a-z][a-z0-9]{0,11}")
_ZONE_WRITERS: Final = frozenset(
    {
        "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    }
)
_NETWORK_USERS: Final = frozenset(
    {
        "4d97b98b-1d4f-4787-a291-c67834d212e7",
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    }
)
SHORTEST_WINDOW: Final = 4


def _pools(inputs: Values) -> list[Values]:
    pools: Any = inputs.get("agentPoolProfiles")
    return [one for one in pools if isinstance(one, dict)] if isinstance(pools, list) else []


def has_a_system_pool(inputs: Values) -> Iterator[Problem]:
    if "agentPoolProfiles" not in inputs:
        yield Problem(
            "agentPoolProfiles", "is required: a cluster starts with a system pool", code="required"
        )
    elif not any(one.get("mode") == "System" for one in _pools(inputs)):
        yield Problem("agentPoolProfiles", "holds no pool of mode System, but a cluster needs one")


def pools_fit(inputs: Values) -> Iterator[Problem]:
    for index, pool in enumerate(_pools(inputs)):
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
        if inputs.get("scaleSetPriority") == _SPOT:
            yield Problem(f"{prefix}scaleSetPriority", "is Spot, but a system pool can't be")
        if low == 0:
            yield Problem(f"{prefix}minCount", "is 0, but a system pool keeps at least one node")
        if inputs.get("osType") == "Windows":
            yield Problem(f"{prefix}osType", "is Windows, but a system pool runs Linux")
    if inputs.get("vmSize") is None:
        yield Problem(f"{prefix}vmSize", "is required", code="required")


def _range(profile: Values, name: str) -> ipaddress.IPv4Network | None:
    found = nets([profile[name]]) if isinstance(profile.get(name), str) else []
    return found[0] if found else None


def network_fits(inputs: Values) -> Iterator[Problem]:
    profile = inputs.get("networkProfile")
    if not isinstance(profile, dict):
        return
    service, pods = _range(profile, "serviceCidr"), _range(profile, "podCidr")
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
    dns = profile.get("dnsServiceIP")
    if service and isinstance(dns, str):
        address = ipaddress.ip_address(dns)
        if address not in service or address == service.network_address + 1:
            yield Problem(
                "networkProfile.dnsServiceIP",
                f"{dns} must lie in {service} and not be its first address",
                code="cidr",
            )
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


def _subnets(request: Request) -> list[str]:
    return sorted({str(pool["vnetSubnetID"]) for pool in _pools(request.inputs) if pool.get("vnetSubnetID")})


def addresses_apart(request: Request) -> None:
    profile = request.inputs.get("networkProfile") or {}
    for subnet_id in _subnets(request):
        network = request.subscription.get(ids.parent_of(subnet_id) or "")
        space = nets((network.inputs.get("addressSpace") or {}).get("addressPrefixes")) if network else []
        for name in ("serviceCidr", "podCidr"):
            own = _range(profile, name)
            for other in space:
                if own and own.overlaps(other):
                    code = (
                        "ServiceCidrOverlapExistingSubnetsCidr"
                        if name == "serviceCidr"
                        else "PodCidrOverlapExistingSubnetsCidr"
                    )
                    raise ArmError(
                        400,
                        code,
                        f"The specified {name} {own} conflicts with the address space {other} of {ids.parent_of(subnet_id)}.",
                    )


def zone_fits_region(request: Request) -> None:
    zone = str(request.at("apiServerAccessProfile.privateDNSZone") or "")
    if not zone.startswith("/"):
        return
    region = str(request.inputs.get("location", "")).replace(" ", "").lower()
    name = ids.parse(zone).name.lower()
    wanted = f"privatelink.{region}.azmk8s.io"
    if name not in {wanted, f"private.{region}.azmk8s.io"} and not name.endswith(
        (f".{wanted}", f".private.{region}.azmk8s.io")
    ):
        raise ArmError(
            400,
            "InvalidPrivateDNSZone",
            f"Invalid private dns zone '{name}': it must be {wanted} or a subdomain of it.",
        )


def _may(request: Request, scope: str, roles: frozenset[str]) -> bool:
    """Whether one of the cluster's identities holds one of the roles at or above the scope."""
    assigned: Any = request.at("identity.userAssignedIdentities") or []
    principals = {
        str(found.outputs.get("principalId"))
        for one in assigned
        if (found := request.subscription.get(str(one))) is not None
    }
    return any(
        assignment.inputs.get("principalId") in principals
        and role_guid(str(assignment.inputs.get("roleDefinitionId"))) in roles
        and (ids.key(place) == ids.key(scope) or ids.below(scope, place))
        for assignment in request.subscription.of_kind("Microsoft.Authorization/roleAssignments")
        if (place := ids.parse(assignment.id).scope)
    )


def identity_may_write_zone(request: Request) -> None:
    zone = str(request.at("apiServerAccessProfile.privateDNSZone") or "")
    if zone.startswith("/") and request.existing is None and not _may(request, zone, _ZONE_WRITERS):
        raise ArmError(
            400,
            "CustomPrivateDNSZoneMissingPermissionError",
            f"The cluster's user assigned identity must be given permission to read and write to custom private dns zone "
            f"'{zone}' first: Private DNS Zone Contributor, assigned before the cluster is made.",
        )


def identity_may_use_network(request: Request) -> None:
    if request.at("identity.type") != "UserAssigned" or request.existing is not None:
        return
    for subnet in _subnets(request):
        if not _may(request, subnet, _NETWORK_USERS):
            raise ArmError(
                400,
                "CustomVnetMissingPermissionError",
                f"The cluster's user assigned identity needs Network Contributor on '{subnet}' or its network before the "
                "cluster is made.",
            )


def egress_exists(request: Request) -> None:
    kind = str(request.at("networkProfile.outboundType") or "loadBalancer").lower()
    part = {
        "userassignednatgateway": ("natGateway", "a NAT gateway"),
        "userdefinedrouting": ("routeTable", "a route table"),
    }.get(kind)
    for subnet_id in _subnets(request) if part else []:
        subnet = request.subscription.get(subnet_id)
        if subnet and part and not (subnet.inputs.get(part[0]) or {}).get("id"):
            raise ArmError(
                400,
                "SubnetMissingEgress",
                f"outboundType {request.at('networkProfile.outboundType')} needs {part[1]} on subnet '{subnet_id}', which has none.",
            )


def version_goes_forward(request: Request) -> None:
    if request.existing is None:
        return
    old, new = (_minor(one.get("kubernetesVersion")) for one in (request.existing.inputs, request.inputs))
    if old is not None and new is not None and not old <= new <= old + 1:
        raise ArmError(
            400,
            "OperationNotAllowed",
            f"Upgrading Kubernetes version 1.{old} to 1.{new} is not allowed: versions go up, one minor at a time.",
        )


def _minor(version: Any) -> int | None:
    found = re.fullmatch(r"1\.(\d+)(\.\d+)?", str(version or ""))
    return int(found[1]) if found else None


def full_version(version: Any) -> str:
    """Azure adds the patch number; which one is not ours to know."""
    text = str(version or "1.34")
    return text if text.count(".") > 1 else f"{text}.1"


def pool_shares_network(request: Request) -> None:
    cluster = request.parent
    subnet = request.inputs.get("vnetSubnetID")
    others = (
        [one.get("vnetSubnetID") for one in (cluster.inputs.get("agentPoolProfiles") or [])]
        if cluster
        else []
    )
    mine = ids.parent_of(str(subnet)) if subnet else None
    for other in others:
        theirs = ids.parent_of(str(other)) if other else None
        if (mine is None) != (theirs is None) or (mine and theirs and ids.key(mine) != ids.key(theirs)):
            raise ArmError(
                400,
                "InvalidParameter",
                f"All node pools must be in one virtual network: '{subnet}' is not in that of '{other}'.",
            )
    for net in (
        nets(prefixes(found.inputs)) if subnet and (found := request.subscription.get(str(subnet))) else []
    ):
        nodes = request.inputs.get("maxCount") or request.inputs.get("count") or 1
        if net.num_addresses - 5 < nodes:
            raise ArmError(
                400, "InsufficientSubnetSize", f"Subnet '{subnet}' ({net}) is too small for {nodes} nodes."
            )


def window_is_long_enough(inputs: Values) -> Iterator[Problem]:
    window = inputs.get("maintenanceWindow")
    hours = window.get("durationHours") if isinstance(window, dict) else None
    if isinstance(hours, int) and hours < SHORTEST_WINDOW:
        yield Problem("maintenanceWindow.durationHours", f"is {hours}, but must be 4 to 24")


def outputs(request: Request) -> Values:
    region = str(request.inputs.get("location", "")).replace(" ", "").lower()
    short = identities.made_up("fqdn", request.id)[:8]
    prefix = request.inputs.get("dnsPrefix") or request.name
    access = request.inputs.get("apiServerAccessProfile") or {}
    private = bool(access.get("enablePrivateCluster"))
    group = (
        request.inputs.get("nodeResourceGroup")
        or f"MC_{ids.parse(ids.group_of(request.id) or '').name}_{request.name}_{region}"
    )
    made: Values = {
        "nodeResourceGroup": group,
        "currentKubernetesVersion": full_version(request.inputs.get("kubernetesVersion")),
        "kubernetesVersion": str(request.inputs.get("kubernetesVersion") or "1.34"),
        "powerState": {"code": "Running"},
        "maxAgentPools": 100,
        "resourceUID": identities.made_up("cluster", request.id).replace("-", "")[:24],
        "azurePortalFQDN": f"{prefix}-{short}.portal.hcp.{region}.azmk8s.io",
    }
    if private:
        zone = str(access.get("privateDNSZone") or "system")
        name = (
            ids.parse(zone).name
            if zone.startswith("/")
            else f"{identities.made_up('zone', request.id)}.privatelink.{region}.azmk8s.io"
        )
        made["privateFQDN"] = f"{prefix}-{short}.{name}"
    if not private or access.get("enablePrivateClusterPublicFQDN"):
        made["fqdn"] = f"{prefix}-{short}.hcp.{region}.azmk8s.io"
    if (request.inputs.get("oidcIssuerProfile") or {}).get("enabled"):
        issuer = f"https://{region}.oic.prod-aks.azure.com/{request.tenant}/{identities.made_up('issuer', request.id)}/"
        made["oidcIssuerProfile"] = {"enabled": True, "issuerURL": issuer}
    if not request.inputs.get("identityProfile"):
        kubelet = f"{ids.subscription_of(request.id)}/resourcegroups/{group}/providers/{identities.KIND}/{request.name}-agentpool"
        made["identityProfile"] = {
            "kubeletidentity": {
                "resourceId": kubelet,
                "clientId": identities.made_up("client", kubelet),
                "objectId": identities.made_up("principal", kubelet),
            }
        }
    return made
