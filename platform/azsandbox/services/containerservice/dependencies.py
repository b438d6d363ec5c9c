"""What AKS refuses because of what is around the cluster: network, zone, roles, older versions."""

from __future__ import annotations

import re
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.model import Request
from azsandbox.arm.roles import role_guid
from azsandbox.errors import ArmError
from azsandbox.services.containerservice.cluster import address_range, pools
from azsandbox.services.network.addresses import nets, prefixes

_ZONE_WRITERS = frozenset(
    {
        "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    }
)
_NETWORK_USERS = frozenset(
    {
        "4d97b98b-1d4f-4787-a291-c67834d212e7",
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    }
)


def _subnets(request: Request) -> list[str]:
    return sorted({str(pool["vnetSubnetID"]) for pool in pools(request.inputs) if pool.get("vnetSubnetID")})


def addresses_apart(request: Request) -> None:
    profile = request.inputs.get("networkProfile") or {}
    for subnet_id in _subnets(request):
        network = request.subscription.get(ids.parent_of(subnet_id) or "")
        space = nets((network.inputs.get("addressSpace") or {}).get("addressPrefixes")) if network else []
        for name in ("serviceCidr", "podCidr"):
            own = address_range(profile, name)
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
                        f"The specified {name} {own} conflicts with the address space {other} of "
                        f"{ids.parent_of(subnet_id)}.",
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
            "The cluster's user assigned identity must be given permission to read and write to custom "
            "private dns zone "
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
                f"The cluster's user assigned identity needs Network Contributor on '{subnet}' or its "
                "network before the "
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
                f"outboundType {request.at('networkProfile.outboundType')} needs {part[1]} on subnet "
                f"'{subnet_id}', which has none.",
            )


def version_goes_forward(request: Request) -> None:
    if request.existing is None:
        return
    old, new = (_minor(one.get("kubernetesVersion")) for one in (request.existing.inputs, request.inputs))
    if old is not None and new is not None and not old <= new <= old + 1:
        raise ArmError(
            400,
            "OperationNotAllowed",
            f"Upgrading Kubernetes version 1.{old} to 1.{new} is not allowed: versions go up, one minor "
            "at a time.",
        )


def _minor(version: Any) -> int | None:
    found = re.fullmatch(r"1\.(\d+)(\.\d+)?", str(version or ""))
    return int(found[1]) if found else None


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
