"""Public doors: services that answer the Internet."""

from __future__ import annotations

from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.checks import by_type, differs, every, must_be
from roastery.policies.model import Level, Policy, Problem, Resource, Settings, Severity

_CLOSE = "Set {} to Disabled; a door in dev is opened by name in roastery:network.public_doors."


def _endpoint(resource: Resource, settings: Settings) -> Iterator[Problem]:
    """Only of managed endpoints: on Kubernetes the cluster's load balancer is the front."""
    del settings
    if not resource.properties.present("properties.compute"):
        yield from differs(resource.properties, "properties.publicNetworkAccess", ("Disabled",))


POLICIES = (
    Policy(
        id="storage-public-network",
        title="Storage accounts have no public front",
        reason="A storage account on the public network is one leaked token away from being read by anyone.",
        fix=_CLOSE.format("publicNetworkAccess"),
        severity=Severity.HIGH,
        dev=Level.ADVISORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_59", "CIS Azure 3.0.0: 4.6", "MCSB NS-2"),
        types=(t.STORAGE,),
        check=must_be("publicNetworkAccess", "Disabled", "SecuredByPerimeter"),
    ),
    Policy(
        id="vault-public-network",
        title="Key vaults have no public front",
        reason="Secrets are worth guarding twice: by identity and by network.",
        fix=_CLOSE.format("properties.publicNetworkAccess"),
        severity=Severity.HIGH,
        dev=Level.ADVISORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_189", "MCSB NS-2"),
        types=(t.VAULT,),
        check=must_be("properties.publicNetworkAccess", "Disabled", "SecuredByPerimeter"),
    ),
    Policy(
        id="registry-public-network",
        title="Container registries have no public front",
        reason="Whoever can push an image there runs code on the cluster.",
        fix=_CLOSE.format("publicNetworkAccess"),
        severity=Severity.HIGH,
        dev=Level.ADVISORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_139", "MCSB NS-2"),
        types=(t.REGISTRY,),
        check=must_be("publicNetworkAccess", "Disabled"),
    ),
    Policy(
        id="workspace-public-network",
        title="Azure ML workspaces have no public front",
        reason="The workspace starts jobs with the rights of its identities.",
        fix=_CLOSE.format("publicNetworkAccess"),
        severity=Severity.HIGH,
        dev=Level.ADVISORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_144", "CKV2_AZURE_49", "MCSB NS-2"),
        types=(t.ML_WORKSPACE,),
        check=must_be("publicNetworkAccess", "Disabled"),
    ),
    Policy(
        id="endpoint-public-network",
        title="Managed online endpoints have no public front",
        reason="Forecasts are the company's own; a public endpoint invites scraping and guessing of keys.",
        fix="Set properties.publicNetworkAccess to Disabled.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB NS-2",),
        types=(t.ML_ENDPOINT,),
        check=_endpoint,
    ),
    Policy(
        id="logs-public-ingestion",
        title="Logs are not taken in from the Internet",
        reason="Forged log lines hide an attack in noise.",
        fix="Set publicNetworkAccessForIngestion to Disabled and send through the private link scope.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB NS-2",),
        types=(t.LOGS, t.INSIGHTS),
        check=must_be("publicNetworkAccessForIngestion", "Disabled", "SecuredByPerimeter"),
    ),
    Policy(
        id="events-public-network",
        title="Event hubs and topics have no public front",
        reason="An event starts a pipeline: strangers must not send any.",
        fix="Set publicNetworkAccess to Disabled and reach it by a private endpoint.",
        severity=Severity.HIGH,
        dev=Level.ADVISORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_193", "MCSB NS-2"),
        types=(t.EVENT_HUBS, t.EVENT_TOPIC),
        check=must_be("publicNetworkAccess", "Disabled", "SecuredByPerimeter"),
    ),
    Policy(
        id="firewall-default-deny",
        title="Service firewalls deny what no rule lets in",
        reason="With a public front open, the default action decides about the rest of the Internet.",
        fix="Set the default action of the service's network rules to Deny.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_35", "CKV_AZURE_109", "CIS Azure 3.0.0: 4.7", "MCSB NS-2"),
        types=(t.STORAGE, t.VAULT, t.REGISTRY),
        check=by_type(
            {
                t.STORAGE: must_be("networkRuleSet.defaultAction", "Deny"),
                t.VAULT: must_be("properties.networkAcls.defaultAction", "Deny"),
                t.REGISTRY: must_be("networkRuleSet.defaultAction", "Deny"),
            }
        ),
    ),
    Policy(
        id="aks-private-api",
        title="The Kubernetes API server is private",
        reason="A public API server is the front door of everything in the cluster.",
        fix="Set apiServerAccessProfile.enablePrivateCluster true and enablePrivateClusterPublicFQDN false.",
        severity=Severity.CRITICAL,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_115", "CIS AKS 1.8: 5.4.2", "MCSB NS-2"),
        types=(t.AKS,),
        check=every(
            must_be("apiServerAccessProfile.enablePrivateCluster", True),
            must_be("apiServerAccessProfile.enablePrivateClusterPublicFQDN", False),
        ),
    ),
)
