"""AKS, its pools, and the Azure ML extension in it."""

from __future__ import annotations

from collections.abc import Iterator

from roastery import kubernetes_calendar as calendar
from roastery.policies import tokens as t
from roastery.policies.checks import all_of, by_type, must_be
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)

_SERVER = "apiServerAccessProfile"


def _version(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    version = str(resource.get("kubernetesVersion", ""))
    if not version:
        yield Violation("kubernetesVersion", "is not set: Azure then chooses the version, and changes it")
    elif _pair(version) < _pair(settings["oldest"]):
        yield Violation("kubernetesVersion", f"is {version}, must be {settings['oldest']} or newer")
    elif ended := calendar.ended(version, calendar.today(), long_term=_long_term(resource)):
        yield Violation("kubernetesVersion", f"is {version}, which {ended}")


def _version_lasts(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    version, day = str(resource.get("kubernetesVersion", "")), calendar.today()
    if calendar.ended(version, day, long_term=_long_term(resource)):
        return  # what `aks-version` says
    for problem in (
        calendar.ends_soon(version, day, long_term=_long_term(resource)),
        calendar.outside_extension_window(version, day),
    ):
        if problem:
            yield Violation("kubernetesVersion", f"is {version}, which {problem}")


def _long_term(resource: DeclaredResource) -> bool:
    return resource.get("supportPlan") == "AKSLongTermSupport"


def _pair(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


def _pool_addresses(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    for pool in resource.each("agentPoolProfiles"):
        if pool.get("enableNodePublicIP") is True:
            yield Violation(f"{pool.path}.enableNodePublicIP", "is true: every node has a public address")


def _local_accounts(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if resource.get("disableLocalAccounts") is not True:
        yield Violation("disableLocalAccounts", "is not true: a certificate gives full access for years")


def _ml_extension(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if resource.lower_text("extensionType") != "microsoft.azureml.kubernetes":
        return
    values = resource.at("configurationSettings")
    if values.lower_text("allowInsecureConnections") == "true":
        yield Violation(
            f"{values.path}.allowInsecureConnections", "is true: scoring accepts unencrypted HTTP"
        )
    served = values.lower_text("enableInference") == "true"
    internal = "scoringFe.serviceType.internalLoadBalancer"  # one key with dots in it
    if served and str(values.item(internal)).lower() not in {"true", "azure"}:
        yield Violation(f"{values.path}.{internal}", "is not true: scoring gets a public address")
    protected = resource.properties.present("configurationProtectedSettings")
    if served and not (values.item("scoringFe.sslSecret") or protected):
        yield Violation(f"{values.path}.scoringFe.sslSecret", "is not set: scoring has no certificate")


POLICIES = (
    Policy(
        id="aks-run-command",
        title="The run command of AKS is off",
        reason="The run command bypasses the private API server and acts as a cluster administrator.",
        fix="Set apiServerAccessProfile.disableRunCommand true.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS AKS 1.8: 5.4.1", "MCSB PA-7"),
        types=(t.AKS,),
        check=must_be(f"{_SERVER}.disableRunCommand", True),
    ),
    Policy(
        id="aks-local-accounts",
        title="Local accounts of the cluster are disabled",
        reason="The local certificate can't be assigned to a person, nor revoked.",
        fix="Set disableLocalAccounts true; where the ML extension does not support it, request a waiver.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_141", "MCSB IM-1"),
        types=(t.AKS,),
        check=_local_accounts,
    ),
    Policy(
        id="aks-entra-rbac",
        title="Access to the cluster is managed in Entra ID",
        reason="Rights in Azure and in Kubernetes are then granted and revoked in one system.",
        fix="Set enableRBAC, aadProfile.managed and aadProfile.enableAzureRBAC true.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_5", "CIS AKS 1.8: 5.5.1", "CIS AKS 1.8: 5.5.2", "MCSB IM-1"),
        types=(t.AKS,),
        check=all_of(
            must_be("enableRBAC", True, default=True),
            must_be("aadProfile.managed", True),
            must_be("aadProfile.enableAzureRBAC", True),
        ),
    ),
    Policy(
        id="aks-network-policy",
        title="The cluster enforces network policies",
        reason="Without a network policy engine, network policies have no effect.",
        fix="Set networkProfile.networkPolicy to cilium, azure or calico.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_7", "CIS AKS 1.8: 5.4.4", "MCSB NS-1"),
        types=(t.AKS,),
        check=must_be("networkProfile.networkPolicy", "cilium", "azure", "calico"),
    ),
    Policy(
        id="aks-workload-identity",
        title="Pods use workload identity instead of secrets",
        reason="A federated token expires within hours; a secret in a pod is valid until someone rotates it.",
        fix="Enable oidcIssuerProfile and securityProfile.workloadIdentity.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB IM-3",),
        types=(t.AKS,),
        check=all_of(
            must_be("oidcIssuerProfile.enabled", True),
            must_be("securityProfile.workloadIdentity.enabled", True),
        ),
    ),
    Policy(
        id="aks-azure-policy",
        title="The Azure Policy add-on is enabled",
        reason="This pack checks what Pulumi declares; the add-on checks what anyone else applies.",
        fix="Enable addonProfiles.azurepolicy.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_116", "MCSB PV-2"),
        types=(t.AKS,),
        check=must_be("addonProfiles.azurepolicy.enabled", True),
    ),
    Policy(
        id="aks-defender",
        title="Microsoft Defender for Containers is enabled",
        reason="It raises an alert on attacks at run time, which policies can't see.",
        fix="Set securityProfile.defender with securityMonitoring enabled.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB LT-1",),
        types=(t.AKS,),
        check=must_be("securityProfile.defender.securityMonitoring.enabled", True),
    ),
    Policy(
        id="aks-upgrades",
        title="The cluster and its nodes are upgraded automatically",
        reason="Nodes are mostly attacked through vulnerabilities for which a patch exists.",
        fix="Set autoUpgradeProfile.upgradeChannel and nodeOSUpgradeChannel.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_171", "MCSB PV-6"),
        types=(t.AKS,),
        check=all_of(
            must_be("autoUpgradeProfile.upgradeChannel", "patch", "stable", "rapid", "node-image"),
            must_be("autoUpgradeProfile.nodeOSUpgradeChannel", "NodeImage", "SecurityPatch", "Unmanaged"),
        ),
    ),
    Policy(
        id="aks-version",
        title="The Kubernetes version is supported",
        reason="An unsupported version gets no fixes, no new cluster has it, and Azure may upgrade it.",
        fix="Raise kubernetesVersion.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB PV-6",),
        types=(t.AKS,),
        check=_version,
        config={"oldest": {"type": "string", "pattern": r"^1\.\d{2}$", "default": "1.34"}},
    ),
    Policy(
        id="aks-version-lasts",
        title="The Kubernetes version stays supported for 60 days or more, by Azure ML's extension too",
        reason="Upgrades want a trial. The extension supports AKS's newest minor version and two before it.",
        fix="Plan the upgrade, then raise kubernetesVersion by one minor version.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.ADVISORY,
        ids=("MCSB PV-6",),
        types=(t.AKS,),
        check=_version_lasts,
    ),
    Policy(
        id="aks-paid-tier",
        title="Production clusters have an uptime SLA",
        reason="The free tier has no SLA, and its API server is throttled earlier.",
        fix="Set sku.tier to Standard or Premium.",
        severity=Severity.LOW,
        dev=EnforcementLevel.DISABLED,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_170",),
        types=(t.AKS,),
        check=must_be("sku.tier", "Standard", "Premium"),
    ),
    Policy(
        id="aks-node-address",
        title="Nodes have no public address",
        reason="A node with a public address exposes the cluster's secrets to attacks from the Internet.",
        fix="Set enableNodePublicIP false.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_143", "CIS AKS 1.8: 5.4.3", "MCSB NS-2"),
        types=(t.AKS, t.POOL),
        check=by_type({t.AKS: _pool_addresses, t.POOL: must_be("enableNodePublicIP", False, default=False)}),
    ),
    Policy(
        id="aks-secret-rotation",
        title="Secrets from the key vault are rotated in the cluster",
        reason="Pods must get the new version after a rotation.",
        fix="Enable addonProfiles.azureKeyvaultSecretsProvider with config enableSecretRotation true.",
        severity=Severity.LOW,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_172", "CIS AKS 1.8: 4.5.2", "MCSB IM-8"),
        types=(t.AKS,),
        check=all_of(
            must_be("addonProfiles.azureKeyvaultSecretsProvider.enabled", True),
            must_be("addonProfiles.azureKeyvaultSecretsProvider.config.enableSecretRotation", "true"),
        ),
    ),
    Policy(
        id="ml-extension-front",
        title="Scoring on the cluster is internal and encrypted",
        reason="By default the extension's scoring service is public and unencrypted.",
        fix="Set the internal load balancer, scoringFe.sslSecret, and allowInsecureConnections false.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS AKS 1.8: 5.4.5", "MCSB DP-3", "MCSB NS-2"),
        types=(t.EXTENSION,),
        check=_ml_extension,
    ),
)
