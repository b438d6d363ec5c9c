"""Pods of workflows: the executor, artefacts, jobs of Azure ML, deployments, notices."""

from __future__ import annotations

from dataclasses import replace

from roastery.flows.model import (
    Access,
    ApiServer,
    Destination,
    Flow,
    KubernetesAccess,
    Pods,
    Present,
    Resource,
    Subnet,
    Tagged,
)
from roastery.flows.table import azure_ml, deployment, pods
from roastery.policies import tokens as t

_EXECUTOR = "argo-workflows.readthedocs.io/en/latest/workflow-rbac"
_COLLECTION = "argo-workflows.readthedocs.io/en/latest/walk-through/artifacts"
_ARTEFACTS = "argo-workflows.readthedocs.io/en/latest/configure-artifact-repository"
_SECRETS = "learn.microsoft.com/azure/aks/csi-secrets-store-identity-access"
_TELEMETRY = "learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication"
_ROLES = "learn.microsoft.com/azure/machine-learning/how-to-assign-roles"
_GROUP = "argoproj.io"
_ML = "Microsoft.MachineLearningServices/workspaces"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_CONTAINER = "storage/blobServices/default/containers/argo-artefacts"
_AKS = "AzureKubernetesService"


def _access(identity: str, scope: str, *data_actions: str) -> tuple[Access, ...]:
    return (Access(identity=identity, scope=scope, data_actions=data_actions),)


def _both(name: str, source: Pods, identity: str, secrets: str) -> tuple[Flow, ...]:
    """What pods of workflows need whichever identity they act as."""

    def flow(
        part: str, destination: Destination, why: str, page: str, access: tuple[Access, ...] = ()
    ) -> Flow:
        return Flow(
            id=f"{name}-{part}",
            source=source,
            destination=destination,
            identity=identity,
            access=access,
            why=why,
            page=page,
            needs=("bus",),
        )

    artefacts = _access(identity, _CONTAINER, f"{_BLOBS}/read", f"{_BLOBS}/write", f"{_BLOBS}/delete")
    secret = "Microsoft.KeyVault/vaults/secrets/getSecret/action"  # noqa: S105 - an action
    return (
        _api(
            f"{name}-executor",
            source,
            "The executor reports results",
            _EXECUTOR,
            ("workflowtaskresults", "create patch"),
        ),
        _api(
            f"{name}-collection",
            source,
            "Artefacts of deleted workflows are removed",
            _COLLECTION,
            ("workflowartifactgctasks", "list watch"),
            ("workflowartifactgctasks/status", "patch"),
        ),
        flow(
            "artefacts",
            Resource(key="storage", group="blob"),
            "Logs and artefacts are kept",
            _ARTEFACTS,
            artefacts,
        ),
        flow(
            "sign-in",
            Tagged(tags=("AzureActiveDirectory",), hosts=("login.microsoftonline.com",), fqdn_tag=_AKS),
            "The account's token becomes one of Entra ID",
            "learn.microsoft.com/azure/aks/workload-identity-overview",
        ),
        flow(
            "resource-manager",
            Tagged(tags=("AzureResourceManager",), hosts=("management.azure.com",), fqdn_tag=_AKS),
            "Azure's API",
            "learn.microsoft.com/azure/azure-resource-manager/management/overview",
        ),
        replace(
            flow(
                "telemetry",
                Resource(key="link_scope", group="azuremonitor"),
                "Metrics, and failures that an alert reports to people",
                _TELEMETRY,
                _access(identity, "insights", "Microsoft.Insights/Telemetry/Write"),
            ),
            needs=("bus", "link_scope"),
        ),
        replace(
            flow(
                "secrets",
                Resource(key="vault", group="vault"),
                "The secrets driver on the node mounts secrets as the pod's identity",
                _SECRETS,
                _access(identity, f"secrets:{secrets}", secret),
            ),
            source=pods.mounting(source),
            needs=(f"secrets:{secrets}",),
        ),
    )


def _api(id_: str, source: Pods, why: str, page: str, *rules: tuple[str, str]) -> Flow:
    return Flow(
        id=id_,
        source=source,
        destination=ApiServer(),
        kubernetes=tuple(
            KubernetesAccess(
                group=_GROUP, resources=(resource,), verbs=tuple(verbs.split()), namespace="roastery"
            )
            for resource, verbs in rules
        ),
        why=why,
        page=page,
        needs=("bus",),
    )


_JOBS = (
    Flow(
        id="workflow-jobs",
        source=pods.WORKFLOW,
        destination=Resource(key="workspace", group="amlworkspace"),
        identity="argo",
        access=(
            Access(
                identity="argo",
                scope="workspace",
                actions=(
                    f"{_ML}/jobs/read",
                    f"{_ML}/jobs/write",
                    f"{_ML}/jobs/cancel/action",
                    f"{_ML}/models/versions/read",
                    f"{_ML}/onlineEndpoints/write",
                    f"{_ML}/onlineEndpoints/deployments/write",
                    f"{_ML}/onlineEndpoints/token/action",
                ),
            ),
        ),
        why="Workflows submit jobs, wait for them, and promote models",
        page=_ROLES,
        needs=("bus",),
    ),
    Flow(
        id="workflow-assigns-identity",
        source=pods.WORKFLOW,
        destination=Tagged(tags=("AzureResourceManager",), hosts=("management.azure.com",), fqdn_tag=_AKS),
        identity="argo",
        access=(
            Access(
                identity="argo",
                scope="jobs",
                actions=("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",),
            ),
        ),
        why="Promotion writes an endpoint that has the identity of jobs",
        page="learn.microsoft.com/entra/identity/managed-identities-azure-resources",
        needs=("bus", "endpoint"),
    ),
    Flow(
        id="workflow-service",
        source=pods.WORKFLOW,
        destination=Tagged(
            tags=("AzureMachineLearning",),
            hosts=("{region}.api.azureml.ms", "{region}.experiments.azureml.net"),
        ),
        why="The regional address of the workspace's API",
        page="learn.microsoft.com/azure/machine-learning/how-to-access-azureml-behind-firewall",
        needs=("bus",),
    ),
    Flow(
        id="workflow-endpoint",
        source=pods.WORKFLOW,
        destination=Subnet(key="cluster"),  # the router's load balancer has an address of the nodes' subnet
        present=(
            Present(
                what="the zone of the endpoint's host name",
                type=t.ZONE_LINK,
                where={"privateZoneName": "{endpoint}"},
            ),
        ),
        why="Promotion asks the new deployment before it gets traffic",
        page="learn.microsoft.com/azure/machine-learning/how-to-safely-rollout-online-endpoints",
        needs=("bus", "endpoint"),
    ),
)

_ROUTER = (
    Flow(
        id="workflow-router",
        source=pods.WORKFLOW,
        destination=pods.AZURE_ML,
        # No page says on which port azureml-fe listens behind 443 of its service: all that it opens.
        ports=azure_ml.ROUTER_PORTS,
        why="Cilium judges a request to the router by the pod behind its address, and by that pod's port",
        page="kubernetes.io/docs/concepts/services-networking/network-policies",
        needs=("bus", "endpoint"),
    ),
)

_NAMES = tuple(
    Flow(
        id=f"workflow-names-{protocol.lower()}",
        source=pods.WORKFLOW,
        destination=pods.DNS,
        ports=(53,),
        protocol=protocol,
        why="Every other flow starts with a name",
        page="kubernetes.io/docs/concepts/services-networking/dns-pod-service",
        needs=("bus",),
    )
    for protocol in ("Udp", "Tcp")
)

FLOWS = (
    *_NAMES,
    *_both("workflow", pods.WORKFLOW, "argo", "workflows"),
    *_JOBS,
    *_ROUTER,
    *_both("infra", pods.INFRA, "runner", "infra"),
    *deployment.FLOWS,
)
