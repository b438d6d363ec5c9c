"""Public access: services that can be reached from the Internet."""

from __future__ import annotations

from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.checks import all_of, by_type, must_be, require_allowed
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)

_DISABLE = "Set {} to Disabled; dev may list a service in roastery:network.public_access instead."


def _endpoint(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    """Managed endpoints only: an endpoint on Kubernetes is reached through the cluster's load balancer."""
    del settings
    if not resource.properties.present("properties.compute"):
        yield from require_allowed(resource.properties, "properties.publicNetworkAccess", ("Disabled",))


POLICIES = (
    Policy(
        id="storage-public-network",
        title="Storage accounts are not reachable from the Internet",
        reason="On the public network, one leaked token is enough for anyone to read the account.",
        fix=_DISABLE.format("publicNetworkAccess"),
        severity=Severity.HIGH,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_59", "CIS Azure 3.0.0: 4.6", "MCSB NS-2"),
        types=(t.STORAGE,),
        check=must_be("publicNetworkAccess", "Disabled", "SecuredByPerimeter"),
    ),
    Policy(
        id="vault-public-network",
        title="Key vaults are not reachable from the Internet",
        reason="Secrets are protected twice: by identity and by network.",
        fix=_DISABLE.format("properties.publicNetworkAccess"),
        severity=Severity.HIGH,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_189", "MCSB NS-2"),
        types=(t.VAULT,),
        check=must_be("properties.publicNetworkAccess", "Disabled", "SecuredByPerimeter"),
    ),
    Policy(
        id="registry-public-network",
        title="Container registries are not reachable from the Internet",
        reason="Whoever can push an image runs code on the cluster.",
        fix=_DISABLE.format("publicNetworkAccess"),
        severity=Severity.HIGH,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_139", "MCSB NS-2"),
        types=(t.REGISTRY,),
        check=must_be("publicNetworkAccess", "Disabled"),
    ),
    Policy(
        id="workspace-public-network",
        title="Azure ML workspaces are not reachable from the Internet",
        reason="The workspace starts jobs with the rights of its identities.",
        fix=_DISABLE.format("publicNetworkAccess"),
        severity=Severity.HIGH,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_144", "CKV2_AZURE_49", "MCSB NS-2"),
        types=(t.ML_WORKSPACE,),
        check=must_be("publicNetworkAccess", "Disabled"),
    ),
    Policy(
        id="endpoint-public-network",
        title="Managed online endpoints are not reachable from the Internet",
        reason="Forecasts are confidential; a public endpoint can be scraped and its keys can be guessed.",
        fix="Set properties.publicNetworkAccess to Disabled.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-2",),
        types=(t.ML_ENDPOINT,),
        check=_endpoint,
    ),
    Policy(
        id="logs-public-ingestion",
        title="Logs are not ingested from the Internet",
        reason="An attacker could hide among forged log lines.",
        fix="Set publicNetworkAccessForIngestion to Disabled and send through the private link scope.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-2",),
        types=(t.LOGS, t.INSIGHTS),
        check=must_be("publicNetworkAccessForIngestion", "Disabled", "SecuredByPerimeter"),
    ),
    Policy(
        id="events-public-network",
        title="Event hubs and topics are not reachable from the Internet",
        reason="An event starts a pipeline, so only known senders may send one.",
        fix="Set publicNetworkAccess to Disabled and add a private endpoint.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_193", "MCSB NS-2"),
        types=(t.EVENT_HUBS, t.EVENT_TOPIC),
        check=must_be("publicNetworkAccess", "Disabled", "SecuredByPerimeter"),
    ),
    Policy(
        id="firewall-default-deny",
        title="Service firewalls deny by default",
        reason="While public access is enabled, the default action applies to every unlisted address.",
        fix="Set the default action of the service's network rules to Deny.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
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
        reason="A public API server can be attacked from anywhere, and controls everything in the cluster.",
        fix="Set apiServerAccessProfile.enablePrivateCluster true and enablePrivateClusterPublicFQDN false.",
        severity=Severity.CRITICAL,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_115", "CIS AKS 1.8: 5.4.2", "MCSB NS-2"),
        types=(t.AKS,),
        check=all_of(
            must_be("apiServerAccessProfile.enablePrivateCluster", True),
            must_be("apiServerAccessProfile.enablePrivateClusterPublicFQDN", False),
        ),
    ),
)
