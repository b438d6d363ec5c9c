"""User-assigned identities and their federated credentials."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import Evidence, documented, specified
from azsandbox.arm.model import IN_GROUP, NameRule, ResourceType, Service
from azsandbox.services.managedidentity import outputs, rules

_IDENTITY = IN_GROUP + "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}"
_FEDERATION = "workload identity federation considerations"

SERVICE = Service(
    name="managedidentity",
    types=(
        ResourceType(
            token="azure-native:managedidentity:UserAssignedIdentity",
            path=_IDENTITY,
            name=NameRule(
                r"[a-zA-Z0-9][\w-]{2,127}", "3 to 128 letters, digits, _ and -", Evidence.DOCUMENTATION
            ),
            outputs=outputs.user_assigned_identity,
            claims=(specified("Azure assigns its principal, client and tenant ids"),),
        ),
        ResourceType(
            token="azure-native:managedidentity:FederatedIdentityCredential",
            path=_IDENTITY + "/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
            name=NameRule(r"[a-zA-Z0-9][\w-]{2,119}", "3 to 120 letters, digits, _ and -"),
            laws=(
                laws.Format(path="issuer", form="https", source=_FEDERATION),
                *(
                    laws.Matches(
                        path=name,
                        pattern=r"\S(.{0,598}\S)?",
                        description="a text of 1 to 600 characters without spaces around it",
                        source=_FEDERATION,
                    )
                    for name in ("issuer", "subject", "audiences[]")
                ),
            ),
            early=(rules.exactly_one_audience, rules.subject_is_a_service_account),
            rules=(rules.identity_has_room_for_credential, rules.issuer_and_subject_are_unique),
            seconds=0.2,
            claims=(
                documented("at most 20 per identity; issuer and subject are unique; written one at a time"),
                documented("exactly one audience; any but the usual one is a warning"),
                documented("the subject of a service account names its namespace and itself"),
            ),
        ),
    ),
)
