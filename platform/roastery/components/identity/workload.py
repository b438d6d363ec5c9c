"""A managed identity that Kubernetes service accounts may act as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity

from roastery.components.resource_group import ResourceGroup
from roastery.errors import RoasteryError

AUDIENCE = "api://AzureADTokenExchange"
MOST_CREDENTIALS = 20  # per identity: learn.microsoft.com/entra/workload-id/workload-identity-federation


class TooManyCredentialsError(RoasteryError):
    """More service accounts for one identity than Azure allows federated credentials."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class ServiceAccount:
    """A Kubernetes service account."""

    namespace: str
    name: str

    @property
    def subject(self) -> str:
        """The subject of its tokens; exact, since a wildcard would let others in."""
        return f"system:serviceaccount:{self.namespace}:{self.name}"


@dataclass(frozen=True, kw_only=True)
class Federation:
    """Which service accounts of a cluster may act as an identity.

    Args:
        issuer: the cluster's OIDC issuer.
        accounts: at most 20.
    """

    issuer: pulumi.Input[str]
    accounts: Sequence[ServiceAccount]


@dataclass(frozen=True, kw_only=True)
class WorkloadIdentityArgs:
    """One identity.

    Args:
        resource_group: group, names, tags.
        part: distinguishes identities in their names, e.g. `jobs`.
        federation: who may act as it; without one only Azure resources that it is assigned to do.
    """

    resource_group: ResourceGroup
    part: str
    federation: Federation | None = None


class WorkloadIdentity(pulumi.ComponentResource):
    """A user-assigned identity with its federated credentials."""

    id: pulumi.Output[str]
    client_id: pulumi.Output[str]
    principal_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: WorkloadIdentityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Declares the identity.

        Raises:
            TooManyCredentialsError: there are more service accounts than Azure allows for one identity.
        """
        super().__init__("roastery:identity:WorkloadIdentity", name, None, opts)
        self._args = args
        identity = self._identity()
        if args.federation:
            self._federate(args.federation, identity)
        self.id = identity.id
        self.client_id = identity.client_id
        self.principal_id = identity.principal_id
        self.register_outputs({"client_id": self.client_id, "principal_id": self.principal_id})

    def _identity(self) -> managedidentity.UserAssignedIdentity:
        part, resource_group = self._args.part, self._args.resource_group
        return managedidentity.UserAssignedIdentity(
            f"id-{part}",
            resource_name_=resource_group.names.of("managed identity", part),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _federate(self, federation: Federation, identity: managedidentity.UserAssignedIdentity) -> None:
        accounts = federation.accounts
        if len(accounts) > MOST_CREDENTIALS:
            raise TooManyCredentialsError(
                f"identity {self._args.part} has {len(accounts)} service accounts, at most "
                f"{MOST_CREDENTIALS} are allowed: split the identity"
            )
        before: list[pulumi.Resource] = []
        for account in accounts:
            part = f"{account.namespace}-{account.name}"
            credential = managedidentity.FederatedIdentityCredential(
                f"fc-{self._args.part}-{part}",
                federated_identity_credential_resource_name=part,
                resource_name_=identity.name,
                resource_group_name=self._args.resource_group.name,
                issuer=federation.issuer,
                subject=account.subject,
                audiences=[AUDIENCE],
                # One after another: Azure answers parallel ones with 409.
                opts=pulumi.ResourceOptions(parent=self, depends_on=before),
            )
            before = [credential]
