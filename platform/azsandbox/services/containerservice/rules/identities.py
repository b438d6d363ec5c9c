"""What AKS refuses about the identities of a cluster: the roles that they need before it is created."""

from __future__ import annotations

from typing import Any

from azsandbox.arm.model import Request
from azsandbox.errors import ArmError
from azsandbox.services.authorization.assignments import missing_actions
from azsandbox.services.containerservice.rules.api_servers import custom_zone, has_service_principal
from azsandbox.services.containerservice.rules.egress import subnets_of

_NETWORK = "Microsoft.Network"
# learn.microsoft.com/azure/aks/private-clusters#configure-a-private-dns-zone
_WRITE_ZONES = (f"{_NETWORK}/privateDnsZones/read", f"{_NETWORK}/privateDnsZones/write")
# learn.microsoft.com/azure/aks/configure-azure-cni#prerequisites: what a custom role has to allow
_JOIN_SUBNETS = (
    f"{_NETWORK}/virtualNetworks/subnets/join/action",
    f"{_NETWORK}/virtualNetworks/subnets/read",
)
# learn.microsoft.com/azure/aks/pre-created-kubelet-managed-identity: Managed Identity Operator
_ASSIGN_IDENTITIES = ("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",)


def _identity_may(request: Request, scope: str, actions: tuple[str, ...]) -> bool:
    """Whether the cluster's identities are allowed the actions at the scope."""
    assigned: Any = request.at("identity.userAssignedIdentities") or []
    identities = [request.subscription.get(str(identity)) for identity in assigned]
    principals = {str(identity.outputs.get("principalId")) for identity in identities if identity is not None}
    return not missing_actions(request.subscription, principals, scope, actions)


def identity_may_write_zone(request: Request) -> None:
    zone = custom_zone(request)
    if not zone or request.existing is not None or has_service_principal(request.inputs):
        return
    if not _identity_may(request, zone, _WRITE_ZONES):
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
    own = request.at("apiServerAccessProfile.subnetId")
    for subnet in [*subnets_of(request), *([own] if isinstance(own, str) else [])]:
        if not _identity_may(request, subnet, _JOIN_SUBNETS):
            raise ArmError(
                400,
                "CustomVnetMissingPermissionError",
                f"The cluster's user assigned identity needs Network Contributor on '{subnet}' or its "
                "network before the cluster is created.",
            )


def identity_may_assign_kubelet(request: Request) -> None:
    kubelet = request.at("identityProfile.kubeletidentity.resourceId")
    if not isinstance(kubelet, str) or request.existing is not None:
        return
    if not _identity_may(request, kubelet, _ASSIGN_IDENTITIES):
        raise ArmError(
            400,
            "CustomKubeletIdentityMissingPermissionError",
            "The cluster user assigned identity must be given permission to assign kubelet identity "
            f"'{kubelet}': assign Managed Identity Operator on it before the cluster is created.",
        )
