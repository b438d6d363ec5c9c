"""AKS, its pools, and the Azure ML extension in it."""

from __future__ import annotations

from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.checks import by_type, every, must_be
from roastery.policies.model import Level, Policy, Problem, Resource, Settings, Severity

_SERVER = "apiServerAccessProfile"


def _version(resource: Resource, settings: Settings) -> Iterator[Problem]:
    version = str(resource.get("kubernetesVersion", ""))
    if not version:
        yield Problem("kubernetesVersion", "is not set: Azure picks one, and another one tomorrow")
    elif _pair(version) < _pair(settings["oldest"]):
        yield Problem("kubernetesVersion", f"is {version}, the oldest allowed one is {settings['oldest']}")


def _pair(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


def _pool_addresses(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    for pool in resource.each("agentPoolProfiles"):
        if pool.get("enableNodePublicIP") is True:
            yield Problem(f"{pool.path}.enableNodePublicIP", "is true: every node has a public address")


def _local_accounts(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    if resource.get("disableLocalAccounts") is not True:
        yield Problem("disableLocalAccounts", "is not true: a certificate opens everything, for years")


def _ml_extension(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    if resource.word("extensionType") != "microsoft.azureml.kubernetes":
        return
    values = resource.at("configurationSettings")
    if values.word("allowInsecureConnections") == "true":
        yield Problem(f"{values.path}.allowInsecureConnections", "is true: scoring answers plain HTTP")
    served = values.word("enableInference") == "true"
    internal = "scoringFe.serviceType.internalLoadBalancer"  # one key with dots in it
    if served and str(values.item(internal)).lower() not in {"true", "azure"}:
        yield Problem(f"{values.path}.{internal}", "is not true: scoring gets a public address")
    protected = resource.properties.present("configurationProtectedSettings")
    if served and not (values.item("scoringFe.sslSecret") or protected):
        yield Problem(f"{values.path}.scoringFe.sslSecret", "is not set: scoring has no certificate")


POLICIES = (
    Policy(
        id="aks-run-command",
        title="Nobody runs commands in the cluster through Azure",
        reason="The run command passes the private API server with a cluster administrator's rights.",
        fix="Set apiServerAccessProfile.disableRunCommand true.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CIS AKS 1.8: 5.4.1", "MCSB PA-7"),
        types=(t.AKS,),
        check=must_be(f"{_SERVER}.disableRunCommand", True),
    ),
    Policy(
        id="aks-local-accounts",
        title="The cluster has no local administrator",
        reason="The local certificate can't be tied to a person or taken back.",
        fix="Set disableLocalAccounts true; if the ML extension can't live with it, ask for a waiver.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_141", "MCSB IM-1"),
        types=(t.AKS,),
        check=_local_accounts,
    ),
    Policy(
        id="aks-entra-rbac",
        title="Entra ID decides who may do what in the cluster",
        reason="One place to give and take rights, for Azure and Kubernetes alike.",
        fix="Set enableRBAC, aadProfile.managed and aadProfile.enableAzureRBAC true.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_5", "CIS AKS 1.8: 5.5.1", "CIS AKS 1.8: 5.5.2", "MCSB IM-1"),
        types=(t.AKS,),
        check=every(
            must_be("enableRBAC", True, default=True),
            must_be("aadProfile.managed", True),
            must_be("aadProfile.enableAzureRBAC", True),
        ),
    ),
    Policy(
        id="aks-network-policy",
        title="The cluster enforces network policies",
        reason="Without an enforcer, network policies are comments.",
        fix="Set networkProfile.networkPolicy to cilium, azure or calico.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_7", "CIS AKS 1.8: 5.4.4", "MCSB NS-1"),
        types=(t.AKS,),
        check=must_be("networkProfile.networkPolicy", "cilium", "azure", "calico"),
    ),
    Policy(
        id="aks-workload-identity",
        title="Pods act as identities, not with secrets",
        reason="A federated token lives for minutes; a secret in a pod lives until someone finds it.",
        fix="Enable oidcIssuerProfile and securityProfile.workloadIdentity.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB IM-3",),
        types=(t.AKS,),
        check=every(
            must_be("oidcIssuerProfile.enabled", True),
            must_be("securityProfile.workloadIdentity.enabled", True),
        ),
    ),
    Policy(
        id="aks-azure-policy",
        title="Azure Policy watches the cluster from inside",
        reason="This pack sees what Pulumi declares; the add-on sees what anyone else applies.",
        fix="Enable addonProfiles.azurepolicy.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_116", "MCSB PV-2"),
        types=(t.AKS,),
        check=must_be("addonProfiles.azurepolicy.enabled", True),
    ),
    Policy(
        id="aks-defender",
        title="Microsoft Defender watches the cluster",
        reason="Someone has to notice a crypto miner at three in the morning.",
        fix="Set securityProfile.defender with securityMonitoring enabled.",
        severity=Severity.MEDIUM,
        dev=Level.ADVISORY,
        prod=Level.MANDATORY,
        ids=("MCSB LT-1",),
        types=(t.AKS,),
        check=must_be("securityProfile.defender.securityMonitoring.enabled", True),
    ),
    Policy(
        id="aks-upgrades",
        title="The cluster and its nodes patch themselves",
        reason="Nodes are attacked through holes that were closed weeks ago.",
        fix="Set autoUpgradeProfile.upgradeChannel and nodeOSUpgradeChannel.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_171", "MCSB PV-6"),
        types=(t.AKS,),
        check=every(
            must_be("autoUpgradeProfile.upgradeChannel", "patch", "stable", "rapid", "node-image"),
            must_be("autoUpgradeProfile.nodeOSUpgradeChannel", "NodeImage", "SecurityPatch", "Unmanaged"),
        ),
    ),
    Policy(
        id="aks-version",
        title="Kubernetes is of a supported version",
        reason="An unsupported version gets no fixes, and Azure upgrades it when it suits Azure.",
        fix="Raise kubernetesVersion.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB PV-6",),
        types=(t.AKS,),
        check=_version,
        config={"oldest": {"type": "string", "pattern": r"^1\.\d{2}$", "default": "1.34"}},
    ),
    Policy(
        id="aks-paid-tier",
        title="Production clusters have an uptime agreement",
        reason="The free tier promises nothing and is throttled first.",
        fix="Set sku.tier to Standard or Premium.",
        severity=Severity.LOW,
        dev=Level.DISABLED,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_170",),
        types=(t.AKS,),
        check=must_be("sku.tier", "Standard", "Premium"),
    ),
    Policy(
        id="aks-node-address",
        title="Nodes have no public address",
        reason="A node with a public address is a machine on the Internet with the cluster's secrets on it.",
        fix="Set enableNodePublicIP false.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_143", "CIS AKS 1.8: 5.4.3", "MCSB NS-2"),
        types=(t.AKS, t.POOL),
        check=by_type({t.AKS: _pool_addresses, t.POOL: must_be("enableNodePublicIP", False, default=False)}),
    ),
    Policy(
        id="aks-secret-rotation",
        title="Secrets from the vault are renewed in the cluster",
        reason="A rotated secret helps only when pods get the new one.",
        fix="Enable addonProfiles.azureKeyvaultSecretsProvider with config enableSecretRotation true.",
        severity=Severity.LOW,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_172", "CIS AKS 1.8: 4.5.2", "MCSB IM-8"),
        types=(t.AKS,),
        check=every(
            must_be("addonProfiles.azureKeyvaultSecretsProvider.enabled", True),
            must_be("addonProfiles.azureKeyvaultSecretsProvider.config.enableSecretRotation", "true"),
        ),
    ),
    Policy(
        id="ml-extension-front",
        title="Scoring on the cluster is internal and encrypted",
        reason="The extension's front is public and plain unless told otherwise.",
        fix="Set the internal load balancer, scoringFe.sslSecret, and allowInsecureConnections false.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CIS AKS 1.8: 5.4.5", "MCSB DP-3", "MCSB NS-2"),
        types=(t.EXTENSION,),
        check=_ml_extension,
    ),
)
