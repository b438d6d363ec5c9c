"""Credentials of their own: resources that are, or make, a key beside Entra ID."""

from __future__ import annotations

from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)

# What each kind is, in a message: a password or key that Entra ID knows nothing of.
CREDENTIALS = {
    "azure-native:containerregistry:Token": "a token of the registry, with passwords of its own",
    "azure-native:containerregistry:CredentialSet": "a stored sign-in to another registry",
    "azure-native:storage:LocalUser": "a local user of the account, with a key or password of its own",
    "azure-native:eventhub:NamespaceAuthorizationRule": "a shared access key of the namespace",
    "azure-native:eventhub:EventHubAuthorizationRule": "a shared access key of the event hub",
    "azure-native:servicebus:NamespaceAuthorizationRule": "a shared access key of the namespace",
    "azure-native:servicebus:QueueAuthorizationRule": "a shared access key of the queue",
    "azure-native:servicebus:TopicAuthorizationRule": "a shared access key of the topic",
    "azure-native:relay:NamespaceAuthorizationRule": "a shared access key of the namespace",
    "azure-native:notificationhubs:NamespaceAuthorizationRule": "a shared access key of the namespace",
    "azure-native:applicationinsights:ApiKey": "a key of the telemetry",
    "azure-native:network:ExpressRouteCircuitAuthorization": "a key that connects another network",
    "azuread:index/applicationPassword:ApplicationPassword": "a password of an application",
    "azuread:index/servicePrincipalPassword:ServicePrincipalPassword": "a password of a service principal",
}


def _credential(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if resource.type == t.K8S_SECRET:
        if resource.lower_text("type") == "kubernetes.io/service-account-token":
            yield Violation("type", "makes a token of a service account that never expires")
        return
    yield Violation("", f"is {CREDENTIALS[resource.type]}")


def _access_policy(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if resource.type != t.VAULT:
        yield Violation("", "grants rights on a vault that no review of role assignments shows")
    elif resource.properties.present("properties.accessPolicies"):
        yield Violation("properties.accessPolicies", "is not empty: it grants rights beside role assignments")


POLICIES = (
    Policy(
        id="shared-credential",
        title="Nothing declares a key, password or token beside Entra ID",
        reason="It belongs to nobody, is not revoked with its user, and hides who used it.",
        fix="Remove it; clients use a managed identity or a federated credential, and a role.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB IM-1", "MCSB IM-3"),
        types=(*CREDENTIALS, t.K8S_SECRET),
        check=_credential,
        charts=True,
    ),
    Policy(
        id="vault-access-policy",
        title="No access policy grants rights on a key vault",
        reason="Access policies are a second list of rights, for all secrets of the vault at once.",
        fix="Assign a role, such as Key Vault Secrets User, on the vault or on one secret.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS Azure 3.0.0: 3.3.6", "MCSB PA-7"),
        types=("azure-native:keyvault:AccessPolicy", t.VAULT),
        check=_access_policy,
    ),
)
