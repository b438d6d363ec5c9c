"""The Azure ML workspace, what it computes on and what it connects to; retired ways of doing so."""

from __future__ import annotations

from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.checks import must_be
from roastery.policies.model import Level, Policy, Problem, Resource, Settings, Severity


def _identity(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    if resource.word("identity.type") in {"", "none"}:
        yield Problem("identity.type", "is not set: the workspace can't sign in as itself")


def _no_ssh(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    if resource.get("properties.disableLocalAuth") is not True:
        yield Problem("properties.disableLocalAuth", "is not true")
    if resource.word("properties.properties.sshSettings.sshPublicAccess") == "enabled":
        yield Problem("properties.properties.sshSettings.sshPublicAccess", "is Enabled")
    if resource.word("properties.properties.remoteLoginPortPublicAccess") == "enabled":
        yield Problem("properties.properties.remoteLoginPortPublicAccess", "is Enabled")


def _legacy_aks(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    if resource.word("properties.computeType") == "aks":
        yield Problem("properties.computeType", "is AKS, which API v2 no longer serves")


def _snowflake(resource: Resource, settings: Settings) -> Iterator[Problem]:
    retired = {one.lower() for one in settings["retired"]}
    if resource.word("properties.category") == "snowflake":
        kind = resource.word("properties.authType")
        if kind in retired:
            said = resource.get("properties.authType")
            yield Problem("properties.authType", f"is {said}: whoever reads it is the importer")


def _datastore(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    kind = resource.get("properties.credentials.credentialsType", "None")
    if str(kind).lower() != "none":
        yield Problem("properties.credentials.credentialsType", f"is {kind}: the workspace keeps a key")


POLICIES = (
    Policy(
        id="workspace-identity",
        title="The workspace has an identity of its own",
        reason="Without one it falls back on keys of storage and registry.",
        fix="Set identity.type to SystemAssigned or UserAssigned.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB IM-3",),
        types=(t.ML_WORKSPACE,),
        check=_identity,
    ),
    Policy(
        id="workspace-datastore-identity",
        title="The workspace's own datastores use identities",
        reason="Otherwise the workspace reads account keys, which are off.",
        fix="Set systemDatastoresAuthMode to Identity.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB IM-1",),
        types=(t.ML_WORKSPACE,),
        check=must_be("systemDatastoresAuthMode", "Identity", "UserDelegationSAS"),
    ),
    Policy(
        id="workspace-legacy-api",
        title="The workspace speaks API v2",
        reason="Version 1 ended with its SDK on 30 June 2026, and its mode keeps jobs off private links.",
        fix="Set v1LegacyMode false.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB AM-2",),
        types=(t.ML_WORKSPACE,),
        check=must_be("v1LegacyMode", False, default=False),
    ),
    Policy(
        id="datastore-identity",
        title="Datastores keep no credentials",
        reason="Whoever may read the datastore may read its key.",
        fix="Leave credentials out (type None): jobs read as their own identity.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB IM-1", "MCSB IM-8"),
        types=(t.ML_DATASTORE,),
        check=_datastore,
    ),
    Policy(
        id="compute-local-auth",
        title="Compute takes no local sign-in",
        reason="SSH on compute is a shell with the rights of jobs.",
        fix="Set properties.disableLocalAuth true and leave public SSH off.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_142", "MCSB IM-1"),
        types=(t.ML_COMPUTE,),
        check=_no_ssh,
    ),
    Policy(
        id="retired-aks-compute",
        title="The cluster is attached as Kubernetes compute",
        reason="Compute type AKS belongs to API v1 and takes neither jobs nor v2 endpoints.",
        fix="Use computeType Kubernetes with the Azure ML extension.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB AM-2",),
        types=(t.ML_COMPUTE,),
        check=_legacy_aks,
    ),
    Policy(
        id="retired-snowflake-password",
        title="Snowflake is reached without a password or a personal token",
        reason="Snowflake ended password sign-in for service users in October 2026; a token is another one.",
        fix="Use workload identity federation, a key pair, or OAuth (authType ServicePrincipal).",
        severity=Severity.HIGH,
        dev=Level.ADVISORY,
        prod=Level.MANDATORY,
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
