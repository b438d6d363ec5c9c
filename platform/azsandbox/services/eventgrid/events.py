"""The topic types of Azure's sources and the events of those that the sandbox models.

Sources, 2026-12-01: learn.microsoft.com/azure/event-grid/system-topics and the event schemas of its sources;
the event names of azure-eventgrid 4.22.1 (PyPI), `SystemEventNames`.
"""

from __future__ import annotations

ALL = "all"  # what older subscriptions say for every event
EVENTS: dict[str, tuple[str, ...]] = {
    "Microsoft.Storage": (
        "AsyncOperationInitiated",
        "BlobCreated",
        "BlobDeleted",
        "BlobInventoryPolicyCompleted",
        "BlobRenamed",
        "BlobTierChanged",
        "DirectoryCreated",
        "DirectoryDeleted",
        "DirectoryRenamed",
        "LifecyclePolicyCompleted",
        "StorageTaskAssignmentCompleted",
        "StorageTaskAssignmentQueued",
        "StorageTaskCompleted",
        "StorageTaskQueued",
    ),
    "Microsoft.KeyVault": (
        "CertificateExpired",
        "CertificateNearExpiry",
        "CertificateNewVersionCreated",
        "KeyExpired",
        "KeyNearExpiry",
        "KeyNewVersionCreated",
        "SecretExpired",
        "SecretNearExpiry",
        "SecretNewVersionCreated",
        "VaultAccessPolicyChanged",
    ),
    "Microsoft.ContainerRegistry": (
        "ChartDeleted",
        "ChartPushed",
        "ImageDeleted",
        "ImagePushed",
    ),
    "Microsoft.EventHub": ("CaptureFileCreated",),
    "Microsoft.MachineLearningServices": (
        "DatasetDriftDetected",
        "ModelDeployed",
        "ModelRegistered",
        "RunCompleted",
        "RunStatusChanged",
    ),
    "Microsoft.Resources": (
        "ResourceActionCancel",
        "ResourceActionFailure",
        "ResourceActionSuccess",
        "ResourceDeleteCancel",
        "ResourceDeleteFailure",
        "ResourceDeleteSuccess",
        "ResourceWriteCancel",
        "ResourceWriteFailure",
        "ResourceWriteSuccess",
    ),
    "Microsoft.ContainerService": (
        "ClusterSupportEnded",
        "ClusterSupportEnding",
        "NewKubernetesVersionAvailable",
        "NodePoolRollingFailed",
        "NodePoolRollingStarted",
        "NodePoolRollingSucceeded",
    ),
    "Microsoft.PolicyInsights": (
        "PolicyStateChanged",
        "PolicyStateCreated",
        "PolicyStateDeleted",
    ),
    "Microsoft.AppConfiguration": (
        "KeyValueDeleted",
        "KeyValueModified",
        "SnapshotCreated",
        "SnapshotModified",
    ),
    "Microsoft.ServiceBus": (
        "ActiveMessagesAvailablePeriodicNotifications",
        "ActiveMessagesAvailableWithNoListeners",
        "DeadletterMessagesAvailablePeriodicNotifications",
        "DeadletterMessagesAvailableWithNoListeners",
    ),
}
TOPIC_TYPES = (
    "Microsoft.ApiCenter.Services",
    "Microsoft.ApiManagement.Service",
    "Microsoft.AppConfiguration.ConfigurationStores",
    "Microsoft.AVS.PrivateClouds",
    "Microsoft.AgFoodPlatform.FarmBeats",
    "Microsoft.Cache.Redis",
    "Microsoft.Communication.CommunicationServices",
    "Microsoft.ContainerRegistry.Registries",
    "Microsoft.ContainerService.ManagedClusters",
    "Microsoft.DataBox.Jobs",
    "Microsoft.Devices.IoTHubs",
    "Microsoft.EventGrid.Domains",
    "Microsoft.EventGrid.Namespaces",
    "Microsoft.EventGrid.Topics",
    "Microsoft.EventHub.Namespaces",
    "Microsoft.HealthcareApis.Workspaces",
    "Microsoft.KeyVault.Vaults",
    "Microsoft.MachineLearningServices.Workspaces",
    "Microsoft.Maps.Accounts",
    "Microsoft.Media.MediaServices",
    "Microsoft.PolicyInsights.PolicyStates",
    "Microsoft.Resources.ResourceGroups",
    "Microsoft.Resources.Subscriptions",
    "Microsoft.ServiceBus.Namespaces",
    "Microsoft.SignalRService.SignalR",
    "Microsoft.Storage.StorageAccounts",
    "Microsoft.Storage.StorageTasks",
    "Microsoft.Web.ServerFarms",
    "Microsoft.Web.Sites",
)
# Topics about what happens in a subscription: their source is it or a group of it, their region global.
OF_SUBSCRIPTIONS = ("microsoft.resources.", "microsoft.policyinsights.", "microsoft.resourcenotifications.")


def events_of(kind: str) -> tuple[str, ...]:
    """The full names of the events of a topic type or an ARM type; empty where they are not listed."""
    service = ".".join(kind.replace("/", ".").split(".")[:2]).lower()
    for name, events in EVENTS.items():
        if name.lower() == service:
            return tuple(f"{name}.{event}" for event in events)
    return ()
