"""Whether pods may act as an identity: the pieces of Entra Workload ID.

Source: learn.microsoft.com/azure/aks/workload-identity-overview: a federated credential with the cluster's
issuer, the service account as exact subject, the annotated account, and the label of the pods.
"""

from __future__ import annotations

from roastery.flows.inputs import text
from roastery.flows.model import NOT_NEEDED, Flow, FlowVerdict, Judgement, Pods, all_of, allowed, blocked
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource
from roastery.policies.values import UnprovenError

AUDIENCE = "api://AzureADTokenExchange"
CLIENT = "azure.workload.identity/client-id"
USE = "azure.workload.identity/use"
SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount"


def federated(topology: Topology, flow: Flow) -> Judgement:
    """Whether the flow's pods get tokens of its identity; not needed where it names none."""
    if not flow.identity or not isinstance(flow.source, Pods):
        return NOT_NEEDED
    identity = topology.identities.get(flow.identity)
    if identity is None:
        return Judgement(FlowVerdict.NOT_DECLARED, f"the state has no identity {flow.identity}")
    return all_of(
        [
            _credential(topology, flow.identity, identity, flow.source),
            _annotation(topology, flow.identity, identity, flow.source),
            _label(flow.source),
        ]
    )


def issuer_of(topology: Topology) -> str:
    """The OIDC issuer of the cluster; empty if the state has none."""
    cluster = topology.resource("cluster")
    profile = cluster.declared.outputs.get("oidcIssuerProfile") if cluster and cluster.declared else None
    return str(profile.get("issuerURL") or "") if isinstance(profile, dict) else ""


def _credential(topology: Topology, key: str, identity: DeclaredResource, pods: Pods) -> Judgement:
    subject = f"system:serviceaccount:{pods.namespace}:{pods.account}"
    issuer = issuer_of(topology)
    if not issuer:
        return Judgement(FlowVerdict.UNPROVEN, "the cluster's OIDC issuer is unknown before an update")
    own = [
        credential
        for credential in topology.stack.of(t.FEDERATION)
        if credential.id.lower().startswith(f"{identity.id.lower()}/")
        or text(credential, "resourceName").lower() == identity.id.rpartition("/")[2].lower()
    ]
    matching = [credential for credential in own if text(credential, "subject") == subject]
    if not matching:
        return blocked(f"identity {key} has no federated credential with subject {subject}")
    for credential in matching:
        # Entra compares issuers as text: a trailing slash counts.
        if text(credential, "issuer") == issuer and AUDIENCE in credential.texts("audiences"):
            return allowed(credential.urn)
    if any(text(credential, "issuer") == issuer for credential in matching):
        return blocked(f"the federated credential of {subject} lacks audience {AUDIENCE}")
    return blocked(f"the federated credential of {subject} names another issuer than the cluster's {issuer}")


def _annotation(topology: Topology, key: str, identity: DeclaredResource, pods: Pods) -> Judgement:
    name = f"{pods.namespace}/{pods.account}"
    account = next(
        (
            resource
            for resource in topology.stack.of(SERVICE_ACCOUNT)
            if text(resource, "metadata.namespace") == pods.namespace
            and text(resource, "metadata.name") == pods.account
        ),
        None,
    )
    if account is None:
        return blocked(f"the state has no service account {name}, which needs annotation {CLIENT}")
    try:
        client = account.at("metadata.annotations").item(CLIENT)
    except UnprovenError:
        return Judgement(FlowVerdict.UNPROVEN, f"annotation {CLIENT} of {name} is unknown before an update")
    if client != identity.outputs.get("clientId"):
        return blocked(f"service account {name} lacks the client id of identity {key} as {CLIENT}")
    return allowed(account.urn)


def _label(pods: Pods) -> Judgement:
    if pods.labels.get(USE) == "true":
        return allowed()
    return blocked(f"{pods} do not have the label {USE}: true, without which they get no token")
