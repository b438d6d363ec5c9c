"""What services of Azure do with the platform's resources: events, the workspace, alerts."""

from __future__ import annotations

from roastery.flows.model import Access, AzureService, Flow, Present, Resource
from roastery.policies import tokens as t

EVENT_GRID = "learn.microsoft.com/azure/event-grid/deliver-events-using-managed-identity"
WORKSPACE = "learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"
STORAGE_ENDPOINTS = "learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet"
ATTACH = "learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"
_EVENT_GRID = AzureService(name="Event Grid", trusted=True)
_WORKSPACE = AzureService(name="Azure Machine Learning", trusted=True)
_MANAGER = AzureService(name="Azure Resource Manager")
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"

FLOWS = (
    Flow(
        id="event-grid-queue",
        source=_EVENT_GRID,
        destination=Resource(key="storage", group="queue"),
        access=(
            Access(
                identity="topic",
                scope="storage",
                data_actions=("Microsoft.Storage/storageAccounts/queueServices/queues/messages/add/action",),
            ),
        ),
        present=(
            Present(what="the queue", type="azure-native:storage:Queue", where={"queueName": "landing"}),
        ),
        why="New data in the lake is reported to the queue that Argo Events reads",
        page=EVENT_GRID,
        needs=("topic", "queue"),
    ),
    Flow(
        id="event-grid-undelivered",
        source=_EVENT_GRID,
        destination=Resource(key="storage", group="blob"),
        access=(
            Access(
                identity="topic",
                scope="storage",
                data_actions=(f"{_BLOBS}/write", f"{_BLOBS}/add/action"),
            ),
        ),
        present=(
            Present(
                what="the container of undelivered events",
                type=t.CONTAINER,
                where={"containerName": "landing-undelivered"},
            ),
        ),
        why="Events that can't be delivered are kept",
        page=EVENT_GRID,
        needs=("topic",),
    ),
    *(
        Flow(
            id=f"workspace-{group}-endpoint",
            source=_WORKSPACE,
            destination=_MANAGER,
            access=(
                Access(
                    identity="workspace",
                    scope=f"endpoint:storage:{group}",
                    actions=("Microsoft.Network/privateEndpoints/read",),
                ),
            ),
            why=f"The workspace reads data through its storage's private endpoint for {group}",
            page=STORAGE_ENDPOINTS,
        )
        for group in ("blob", "file", "queue", "table")
    ),
    *(
        Flow(
            id=f"workspace-{key}",
            source=_WORKSPACE,
            destination=Resource(key=key, group=group),
            why=why,
            page=WORKSPACE,
        )
        for key, group, why in (
            ("storage", "blob", "The workspace stores snapshots, logs and outputs in its account"),
            ("vault", "vault", "The workspace keeps its connections' secrets in its vault"),
            ("registry", "registry", "The workspace reads images of its environments"),
        )
    ),
    Flow(
        id="workspace-attach",
        source=_WORKSPACE,
        destination=_MANAGER,
        access=(
            Access(
                identity="workspace",
                scope="cluster",
                actions=(
                    "Microsoft.KubernetesConfiguration/extensions/read",
                    "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
                ),
            ),
        ),
        present=(
            Present(
                what="the trusted access of the workspace to the cluster",
                type="azure-native:containerservice:TrustedAccessRoleBinding",
                where={"roles": "Microsoft.MachineLearningServices/workspaces/mlworkload"},
            ),
        ),
        why="The workspace attaches the cluster and runs jobs on it",
        page=ATTACH,
    ),
)
