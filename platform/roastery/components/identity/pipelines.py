"""Federated credentials of pipelines outside of Azure, which then act as an identity without a secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity

from roastery.components.identity.workload import AUDIENCE


@dataclass(frozen=True, kw_only=True)
class PipelineToken:
    """Which tokens are accepted: those of this issuer with exactly this subject."""

    name: str
    issuer: str
    subject: str


def federate(
    tokens: Sequence[PipelineToken],
    *,
    identity: pulumi.Input[str],
    resource_group: pulumi.Input[str],
    part: str,
    parent: pulumi.Resource | None = None,
) -> list[pulumi.Resource]:
    """Declares a federated credential for each token.

    Args:
        tokens: of the pipelines.
        identity: name of the identity.
        resource_group: its group.
        part: distinguishes identities in Pulumi's names, e.g. `runner`.
        parent: the component that the identity belongs to.
    """
    declared: list[pulumi.Resource] = []
    for token in tokens:
        credential = managedidentity.FederatedIdentityCredential(
            f"fc-{part}-{token.name}",
            federated_identity_credential_resource_name=token.name,
            resource_name_=identity,
            resource_group_name=resource_group,
            issuer=token.issuer,
            subject=token.subject,
            audiences=[AUDIENCE],
            # One after another: Azure answers parallel ones with 409.
            opts=pulumi.ResourceOptions(parent=parent, depends_on=declared[-1:]),
        )
        declared.append(credential)
    return declared
