"""User-assigned identities and their federated credentials."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence, documented, specified
from azsandbox.arm.model import IN_GROUP, NameRule, ResourceType, Service
from azsandbox.services.managedidentity.rules import (
    at_most_twenty,
    identity_outputs,
    subject_is_unique,
    token_exchange,
)

_IDENTITY = IN_GROUP + "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}"

SERVICE = Service(
    name="managedidentity",
    types=(
        ResourceType(
            token="azure-native:managedidentity:UserAssignedIdentity",
            path=_IDENTITY,
            name=NameRule(
                r"[a-zA-Z0-9][\w-]{2,127}", "3 to 128 letters, digits, _ and -", Evidence.DOCUMENTATION
            ),
            outputs=identity_outputs,
            claims=(specified("principal, client and tenant id come with it"),),
        ),
        ResourceType(
            token="azure-native:managedidentity:FederatedIdentityCredential",
            path=_IDENTITY + "/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
            name=NameRule(r"[a-zA-Z0-9][\w-]{2,119}", "3 to 120 letters, digits, _ and -"),
            early=(token_exchange,),
            rules=(at_most_twenty, subject_is_unique),
            seconds=0.2,
            claims=(
                documented("at most 20 per identity, issuer and subject unique, written one after another"),
                documented("one audience; an unusual one is a warning"),
            ),
        ),
    ),
)
