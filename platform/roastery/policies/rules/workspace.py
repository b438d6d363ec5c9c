"""The Azure ML workspace, its compute, datastores and connections, and retired features of them."""

from __future__ import annotations

from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.checks import must_be
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)


def _identity(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if resource.lower_text("identity.type") in {"", "none"}:
        yield Violation("identity.type", "is not set: the workspace has no managed identity")


def _no_ssh(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if resource.get("properties.disableLocalAuth") is not True:
        yield Violation("properties.disableLocalAuth", "is not true")
    if resource.lower_text("properties.properties.sshSettings.sshPublicAccess") == "enabled":
        yield Violation("properties.properties.sshSettings.sshPublicAccess", "is Enabled")
    if resource.lower_text("properties.properties.remoteLoginPortPublicAccess") == "enabled":
        yield Violation("properties.properties.remoteLoginPortPublicAccess", "is Enabled")


def _legacy_aks(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if resource.lower_text("properties.computeType") == "aks":
        yield Violation("properties.computeType", "is AKS, which API v2 does not support")


def _snowflake(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    retired = {auth_type.lower() for auth_type in settings["retired"]}
    if resource.lower_text("properties.category") == "snowflake":
        kind = resource.lower_text("properties.authType")
        if kind in retired:
            mode = resource.get("properties.authType")
            yield Violation(
                "properties.authType", f"is {mode}: whoever reads the credential can sign in with it"
            )


def _datastore(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    kind = resource.get("properties.credentials.credentialsType", "None")
    if str(kind).lower() != "none":
        yield Violation(
            "properties.credentials.credentialsType", f"is {kind}: the workspace stores a credential"
        )


POLICIES = (
    Policy(
        id="workspace-identity",
        title="The workspace has a managed identity",
        reason="Without one it uses the keys of the storage account and the registry.",
        fix="Set identity.type to SystemAssigned or UserAssigned.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB IM-3",),
        types=(t.ML_WORKSPACE,),
        check=_identity,
    ),
    Policy(
        id="workspace-datastore-identity",
        title="The workspace's own datastores use identities",
        reason="Otherwise the workspace needs account keys, which are disabled.",
        fix="Set systemDatastoresAuthMode to Identity.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB IM-1",),
        types=(t.ML_WORKSPACE,),
        check=must_be("systemDatastoresAuthMode", "Identity", "UserDelegationSAS"),
    ),
    Policy(
        id="workspace-legacy-api",
        title="The workspace uses API v2",
        reason="API v1 was retired on 30 June 2026, and legacy mode keeps v2 calls off private links.",
        fix="Set v1LegacyMode false.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB AM-2",),
        types=(t.ML_WORKSPACE,),
        check=must_be("v1LegacyMode", False, default=False),
    ),
    Policy(
        id="datastore-identity",
        title="Datastores store no credentials",
        reason="Whoever can read a datastore can read its key.",
        fix="Set no credentials (type None); jobs then read with their own identity.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB IM-1", "MCSB IM-8"),
        types=(t.ML_DATASTORE,),
        check=_datastore,
    ),
    Policy(
        id="compute-local-auth",
        title="Compute has no SSH access",
        reason="A shell on the compute has the rights of its jobs.",
        fix="Set properties.disableLocalAuth true and disable public SSH access.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_142", "MCSB IM-1"),
        types=(t.ML_COMPUTE,),
        check=_no_ssh,
    ),
    Policy(
        id="retired-aks-compute",
        title="The cluster is attached as Kubernetes compute",
        reason="Compute type AKS belongs to API v1 and supports neither jobs nor v2 endpoints.",
        fix="Use computeType Kubernetes with the Azure ML extension.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB AM-2",),
        types=(t.ML_COMPUTE,),
        check=_legacy_aks,
    ),
    Policy(
        id="retired-snowflake-password",
        title="The Snowflake connection uses neither a password nor a personal access token",
        reason="Snowflake ended password sign-in for service users in October 2026; a token works like one.",
        fix="Use workload identity federation, a key pair, or OAuth (authType ServicePrincipal).",
        severity=Severity.HIGH,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB IM-3",),
        types=(t.ML_CONNECTION,),
        check=_snowflake,
        config={
            "retired": {
                "type": "array",
                "items": {"type": "string"},
                "default": ["UsernamePassword", "PAT"],
            }
        },
    ),
)
