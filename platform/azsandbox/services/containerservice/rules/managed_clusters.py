"""What AKS refuses about a cluster as a whole: the roles of its identity, its version."""

from __future__ import annotations

import re
from typing import Any

from azsandbox.arm.model import Request
from azsandbox.errors import ArmError
from azsandbox.services.authorization import roles
from azsandbox.services.authorization.assignments import roles_on
from azsandbox.services.containerservice.rules.api_servers import custom_zone
from azsandbox.services.containerservice.rules.network_profiles import subnets_of

_WRITE_ZONES = frozenset({roles.PRIVATE_DNS_ZONE_CONTRIBUTOR, roles.CONTRIBUTOR, roles.OWNER})
_JOIN_SUBNETS = frozenset({roles.NETWORK_CONTRIBUTOR, roles.CONTRIBUTOR, roles.OWNER})


def _identity_holds(request: Request, scope: str, sufficient: frozenset[str]) -> bool:
    """Whether one of the cluster's identities holds one of the roles at or above the scope."""
    assigned: Any = request.at("identity.userAssignedIdentities") or []
    identities = [request.subscription.get(str(identity)) for identity in assigned]
    principals = {str(identity.outputs.get("principalId")) for identity in identities if identity is not None}
    return bool(roles_on(request.subscription, principals, scope) & sufficient)


def identity_may_write_zone(request: Request) -> None:
    zone = custom_zone(request)
    if zone and request.existing is None and not _identity_holds(request, zone, _WRITE_ZONES):
        raise ArmError(
            400,
            "CustomPrivateDNSZoneMissingPermissionError",
            "The cluster's user assigned identity must be given permission to read and write to custom "
            f"private dns zone '{zone}' first: assign Private DNS Zone Contributor before the cluster is "
            "created.",
        )


def identity_may_join_subnets(request: Request) -> None:
    if request.at("identity.type") != "UserAssigned" or request.existing is not None:
        return
    for subnet in subnets_of(request):
        if not _identity_holds(request, subnet, _JOIN_SUBNETS):
            raise ArmError(
                400,
                "CustomVnetMissingPermissionError",
                f"The cluster's user assigned identity needs Network Contributor on '{subnet}' or its "
                "network before the cluster is created.",
            )


def version_upgraded_by_one_minor(request: Request) -> None:
    if request.existing is None:
        return
    old = _minor(request.existing.inputs.get("kubernetesVersion"))
    new = _minor(request.inputs.get("kubernetesVersion"))
    if old is not None and new is not None and not old <= new <= old + 1:
        raise ArmError(
            400,
            "OperationNotAllowed",
            f"Upgrading Kubernetes version 1.{old} to 1.{new} is not allowed: versions go up, one minor at a "
            "time.",
        )


def _minor(version: Any) -> int | None:
    match = re.fullmatch(r"1\.(\d+)(\.\d+)?", str(version or ""))
    return int(match[1]) if match else None
