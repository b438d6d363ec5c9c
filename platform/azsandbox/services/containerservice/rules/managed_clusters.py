"""What AKS refuses about a cluster as a whole: the roles of its identity, its version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.facts import aks_addons
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.authorization.assignments import missing_actions
from azsandbox.services.containerservice.rules.api_servers import custom_zone
from azsandbox.services.containerservice.rules.network_profiles import subnets_of

_NETWORK = "Microsoft.Network"
# learn.microsoft.com/azure/aks/private-clusters#configure-a-private-dns-zone
_WRITE_ZONES = (f"{_NETWORK}/privateDnsZones/read", f"{_NETWORK}/privateDnsZones/write")
# learn.microsoft.com/azure/aks/configure-azure-cni#prerequisites: what a custom role has to allow
_JOIN_SUBNETS = (
    f"{_NETWORK}/virtualNetworks/subnets/join/action",
    f"{_NETWORK}/virtualNetworks/subnets/read",
)


def add_ons_are_known(inputs: Values) -> Iterator[Problem]:
    """A key of addonProfiles is an add-on; one that resembles none is a warning: previews are not listed."""
    profiles = inputs.get("addonProfiles")
    known = aks_addons.names()
    for key in profiles if isinstance(profiles, dict) else {}:
        if key.lower() not in {name.lower() for name in known}:
            hint = suggestion(key, known)
            yield Problem(
                f"addonProfiles.{key}", f"is not a known add-on of AKS{hint} (AKS add-ons)", warning=not hint
            )


def _identity_may(request: Request, scope: str, actions: tuple[str, ...]) -> bool:
    """Whether the cluster's identities are allowed the actions at the scope."""
    assigned: Any = request.at("identity.userAssignedIdentities") or []
    identities = [request.subscription.get(str(identity)) for identity in assigned]
    principals = {str(identity.outputs.get("principalId")) for identity in identities if identity is not None}
    return not missing_actions(request.subscription, principals, scope, actions)


def identity_may_write_zone(request: Request) -> None:
    zone = custom_zone(request)
    if zone and request.existing is None and not _identity_may(request, zone, _WRITE_ZONES):
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
        if not _identity_may(request, subnet, _JOIN_SUBNETS):
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
