"""The log categories and category groups of each type, by ARM type in lower case.

Source: learn.microsoft.com/azure/azure-monitor/reference/supported-logs.
"""

from __future__ import annotations

_GROUPS = frozenset({"allLogs", "audit"})
CATEGORIES: dict[str, frozenset[str]] = {
    "microsoft.keyvault/vaults": frozenset({*_GROUPS, "AuditEvent", "AzurePolicyEvaluationDetails"}),
    "microsoft.containerregistry/registries": frozenset(
        {*_GROUPS, "ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents"}
    ),
    "microsoft.network/networksecuritygroups": frozenset(
        {"allLogs", "NetworkSecurityGroupEvent", "NetworkSecurityGroupRuleCounter"}
    ),
    "microsoft.network/virtualnetworks": frozenset({"allLogs", "VMProtectionAlerts"}),
    "microsoft.network/bastionhosts": frozenset({*_GROUPS, "BastionAuditLogs"}),
    "microsoft.network/publicipaddresses": frozenset(
        {*_GROUPS, "DDoSProtectionNotifications", "DDoSMitigationFlowLogs", "DDoSMitigationReports"}
    ),
    "microsoft.network/natgateways": frozenset({"allLogs", "NatGatewayFlowlogsV1"}),
    "microsoft.storage/storageaccounts": frozenset(),  # metrics only: the logs are its services'
    **{
        f"microsoft.storage/storageaccounts/{service}services": frozenset(
            {*_GROUPS, "StorageRead", "StorageWrite", "StorageDelete"}
        )
        for service in ("blob", "file", "queue", "table")
    },
    "microsoft.containerservice/managedclusters": frozenset(
        {
            *_GROUPS,
            "kube-apiserver",
            "kube-audit",
            "kube-audit-admin",
            "kube-controller-manager",
            "kube-scheduler",
            "cluster-autoscaler",
            "cloud-controller-manager",
            "guard",
            "csi-azuredisk-controller",
            "csi-azurefile-controller",
            "csi-snapshot-controller",
            "fleet-member-agent",
            "fleet-member-net-controller-manager",
            "fleet-mcs-controller-manager",
            "karpenter-events",
        }
    ),
    "microsoft.machinelearningservices/workspaces": frozenset(
        {
            *_GROUPS,
            "AmlComputeClusterEvent",
            "AmlComputeClusterNodeEvent",
            "AmlComputeJobEvent",
            "AmlComputeCpuGpuUtilization",
            "AmlRunStatusChangedEvent",
            "ModelsChangeEvent",
            "ModelsReadEvent",
            "ModelsActionEvent",
            "DeploymentReadEvent",
            "DeploymentEventACI",
            "DeploymentEventAKS",
            "InferencingOperationAKS",
            "InferencingOperationACI",
            "EnvironmentChangeEvent",
            "EnvironmentReadEvent",
            "DataLabelChangeEvent",
            "DataLabelReadEvent",
            "ComputeInstanceEvent",
            "DataStoreChangeEvent",
            "DataStoreReadEvent",
            "DataSetChangeEvent",
            "DataSetReadEvent",
            "PipelineChangeEvent",
            "PipelineReadEvent",
            "RunEvent",
            "RunReadEvent",
        }
    ),
    "microsoft.machinelearningservices/workspaces/onlineendpoints": frozenset(
        {*_GROUPS, "AmlOnlineEndpointTrafficLog", "AmlOnlineEndpointConsoleLog", "AmlOnlineEndpointEventLog"}
    ),
    "microsoft.operationalinsights/workspaces": frozenset({*_GROUPS, "Audit", "SummaryLogs", "Jobs"}),
    "microsoft.eventhub/namespaces": frozenset(
        {
            *_GROUPS,
            "ArchiveLogs",
            "OperationalLogs",
            "AutoScaleLogs",
            "RuntimeAuditLogs",
            "DiagnosticErrorLogs",
        }
    ),
}
# Types that support no diagnostic settings.
WITHOUT_DIAGNOSTIC_SETTINGS = frozenset(
    {
        "microsoft.network/subnets",
        "microsoft.network/privateendpoints",
        "microsoft.network/privatednszones",
        "microsoft.managedidentity/userassignedidentities",
        "microsoft.resources/resourcegroups",
        "microsoft.insights/actiongroups",
        "microsoft.insights/privatelinkscopes",
    }
)
