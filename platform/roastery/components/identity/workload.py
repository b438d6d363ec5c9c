"""A managed identity that Kubernetes service accounts may act as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity

from roastery.components.resource_group import ResourceGroup

AUDIENCE = "api://AzureADTokenExchange"
MOST_CREDENTIALS = 20  # per identity: learn.microsoft.com/entra/workload-id/workload-identity-federation


class TooManyCredentials(Exception):  # noqa: N818 - it reads as what is wrong
    """An identity takes at most 20 federated credentials."""


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
class WorkloadIdentityArgs:
    """One identity.

    Args:
        resource_group: group, names, tags.
        part: tells identities apart in their names, e.g. `jobs`.
    """

    resource_group: ResourceGroup
    part: str


class WorkloadIdentity(pulumi.ComponentResource):
    """A user-assigned identity; `federate` lets service accounts act as it."""

    id: pulumi.Output[str]
    client_id: pulumi.Output[str]
    principal_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: WorkloadIdentityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("roastery:identity:WorkloadIdentity", name, None, opts)
        self._args = args
        resource_group = args.resource_group
        self._identity = managedidentity.UserAssignedIdentity(
            f"id-{args.part}",
            resource_name_=resource_group.names.of("managed identity", args.part),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = self._identity.id
        self.client_id = self._identity.client_id
        self.principal_id = self._identity.principal_id
        self.register_outputs({"client_id": self.client_id, "principal_id": self.principal_id})

    def federate(self, issuer: pulumi.Input[str], accounts: Sequence[ServiceAccount]) -> None:
        """Lets these service accounts of the cluster with that OIDC issuer act as this identity.

        Raises:
            TooManyCredentials: there are more than Azure allows for one identity.
        """
        if len(accounts) > MOST_CREDENTIALS:
            raise TooManyCredentials(
                f"identity {self._args.part} has {len(accounts)} service accounts, at most "
                f"{MOST_CREDENTIALS} are allowed: split the identity"
            )
        before: list[pulumi.Resource] = []
        for account in accounts:
            part = f"{account.namespace}-{account.name}"
            credential = managedidentity.FederatedIdentityCredential(
                f"fc-{self._args.part}-{part}",
                federated_identity_credential_resource_name=part,
                resource_name_=self._identity.name,
                resource_group_name=self._args.resource_group.name,
                issuer=issuer,
                subject=account.subject,
                audiences=[AUDIENCE],
                # One after another: Azure answers parallel ones with 409.
                opts=pulumi.ResourceOptions(parent=self, depends_on=before),
            )
            before = [credential]
