"""The cluster, the workspace and ML assets that every policy accepts."""

from __future__ import annotations

from typing import Any

from shared import DIGEST, GROUP, PLACED, SUBSCRIPTION, TENANT, WORK

ML = "machinelearningservices"

PLATFORM: dict[str, tuple[str, dict[str, Any]]] = {
    "cluster": (
        "containerservice:ManagedCluster",
        {
            **PLACED,
            "resourceName": "aks-beans",
            "dnsPrefix": "beans",
            "kubernetesVersion": "1.36",
            "identity": {"type": "SystemAssigned"},
            "sku": {"name": "Base", "tier": "Standard"},
            "enableRBAC": True,
            "disableLocalAccounts": True,
            "aadProfile": {"managed": True, "enableAzureRBAC": True, "tenantID": TENANT},
            "apiServerAccessProfile": {
                "enablePrivateCluster": True,
                "enablePrivateClusterPublicFQDN": False,
                "privateDNSZone": "system",
                "disableRunCommand": True,
            },
            "networkProfile": {
                "networkPlugin": "azure",
                "networkPluginMode": "overlay",
                "networkPolicy": "cilium",
                "networkDataplane": "cilium",
            },
            "oidcIssuerProfile": {"enabled": True},
            "securityProfile": {
                "workloadIdentity": {"enabled": True},
                "defender": {
                    "logAnalyticsWorkspaceResourceId": "@logs",
                    "securityMonitoring": {"enabled": True},
                },
            },
            "addonProfiles": {
                "azurepolicy": {"enabled": True},
                "azureKeyvaultSecretsProvider": {
                    "enabled": True,
                    "config": {"enableSecretRotation": "true"},
                },
            },
            "autoUpgradeProfile": {"upgradeChannel": "patch", "nodeOSUpgradeChannel": "NodeImage"},
            "agentPoolProfiles": [
                {
                    "name": "system",
                    "mode": "System",
                    "vmSize": "Standard_D4s_v5",
                    "count": 3,
                    "enableAutoScaling": True,
                    "minCount": 3,
                    "maxCount": 6,
                    "enableEncryptionAtHost": True,
                    "enableNodePublicIP": False,
                }
            ],
        },
    ),
    "pool": (
        "containerservice:AgentPool",
        {
            **GROUP,
            "resourceName": "aks-beans",
            "agentPoolName": "jobs",
            "mode": "User",
            "vmSize": "Standard_D8s_v5",
            "count": 0,
            "enableAutoScaling": True,
            "minCount": 0,
            "maxCount": 10,
            "enableEncryptionAtHost": True,
            "enableNodePublicIP": False,
        },
    ),
    "extension": (
        "kubernetesconfiguration:Extension",
        {
            **GROUP,
            "extensionName": "azureml",
            "extensionType": "Microsoft.AzureML.Kubernetes",
            "clusterRp": "Microsoft.ContainerService",
            "clusterResourceName": "managedClusters",
            "clusterName": "aks-beans",
            "releaseTrain": "stable",
            "autoUpgradeMinorVersion": True,
            "identity": {"type": "SystemAssigned"},
            "scope": {"cluster": {"releaseNamespace": "azureml"}},
            "configurationSettings": {
                "enableTraining": "true",
                "enableInference": "true",
                "allowInsecureConnections": "false",
                "inferenceRouterServiceType": "LoadBalancer",
                "scoringFe.serviceType.internalLoadBalancer": "true",
                "scoringFe.sslSecret": "azureml-fe-tls",
                "sslCname": "scoring.beans.example",
                "clusterId": "@cluster",
                "cluster_name": "@cluster",
                "cluster_name_friendly": "aks-beans",
                "prometheus.prometheusSpec.externalLabels.cluster_name": "@cluster",
                "domain": "eastus2.cloudapp.azure.com",
                "location": "eastus2",
                "jobSchedulerLocation": "eastus2",
                "nginxIngress.enabled": "true",
                "relayserver.enabled": "false",
                "servicebus.enabled": "false",
            },
        },
    ),
    "workspace": (
        f"{ML}:Workspace",
        {
            **PLACED,
            "workspaceName": "mlw-beans",
            "kind": "Default",
            "identity": {"type": "SystemAssigned"},
            "storageAccount": "@storage",
            "keyVault": "@vault",
            "applicationInsights": "@insights",
            "publicNetworkAccess": "Disabled",
            "systemDatastoresAuthMode": "Identity",
            "v1LegacyMode": False,
        },
    ),
    "compute": (
        f"{ML}:Compute",
        {
            **WORK,
            "computeName": "aks",
            "location": "eastus2",
            "properties": {
                "computeType": "Kubernetes",
                "resourceId": "@cluster",
                "disableLocalAuth": True,
                "properties": {"namespace": "beans"},
            },
        },
    ),
    "datastore": (
        f"{ML}:Datastore",
        {
            **WORK,
            "name": "green",
            "properties": {
                "datastoreType": "AzureBlob",
                "accountName": "stbeans",
                "containerName": "green",
                "credentials": {"credentialsType": "None"},
            },
        },
    ),
    "snowflake": (
        f"{ML}:WorkspaceConnection",
        {
            **WORK,
            "connectionName": "snowflake",
            "properties": {
                "authType": "ServicePrincipal",
                "category": "Snowflake",
                "target": "jdbc:snowflake://beans.snowflakecomputing.com/?db=SALES&warehouse=WH&scope=session:role:R",
                "credentials": {"clientId": "beans", "clientSecret": "!secret", "tenantId": TENANT},
            },
        },
    ),
    "endpoint": (
        f"{ML}:OnlineEndpoint",
        {
            **WORK,
            "location": "eastus2",
            "tags": PLACED["tags"],
            "endpointName": "ep-beans",
            "properties": {"authMode": "AADToken", "publicNetworkAccess": "Disabled"},
            "identity": {"type": "SystemAssigned"},
        },
    ),
    "deployment": (
        f"{ML}:OnlineDeployment",
        {
            **WORK,
            "location": "eastus2",
            "endpointName": "ep-beans",
            "deploymentName": "blue",
            "sku": {"name": "Default", "capacity": 2},
            "properties": {
                "endpointComputeType": "Kubernetes",
                "environmentId": "@environment",
                "model": "@model",
                "containerResourceRequirements": {
                    "containerResourceRequests": {"cpu": "1", "memory": "2Gi"},
                    "containerResourceLimits": {"cpu": "2", "memory": "4Gi"},
                },
            },
        },
    ),
    "environment": (
        f"{ML}:EnvironmentVersion",
        {
            **WORK,
            "name": "roast",
            "version": "0a1b2c",
            "properties": {"image": f"crbeans.azurecr.io/roast@{DIGEST}", "osType": "Linux"},
        },
    ),
    "model": (
        f"{ML}:ModelVersion",
        {
            **WORK,
            "name": "demand",
            "version": "3",
            "properties": {
                "modelType": "custom_model",
                "modelUri": "azureml://datastores/green/paths/demand/3",
            },
        },
    ),
    "component": (
        f"{ML}:ComponentVersion",
        {
            **WORK,
            "name": "train",
            "version": "7f3a",
            "properties": {
                "componentSpec": {
                    "name": "train",
                    "version": "7f3a",
                    "type": "command",
                    "command": "python -m beans.train",
                    "environment": f"azureml:{SUBSCRIPTION}/resourceGroups/rg-beans/providers"
                    "/Microsoft.MachineLearningServices/workspaces/mlw-beans/environments/roast/versions/0a1b2c",
                }
            },
        },
    ),
    "data": (
        f"{ML}:DataVersion",
        {
            **WORK,
            "name": "sales",
            "version": "2026-11",
            "properties": {
                "dataType": "uri_folder",
                "dataUri": "azureml://datastores/green/paths/sales/2026-11",
            },
        },
    ),
    "schedule": (
        f"{ML}:Schedule",
        {
            **WORK,
            "name": "monthly",
            "properties": {
                "isEnabled": True,
                "trigger": {"triggerType": "Cron", "expression": "0 4 * * *", "timeZone": "UTC"},
                "action": {
                    "actionType": "CreateJob",
                    "jobDefinition": {"jobType": "Pipeline", "componentId": "@component"},
                },
            },
        },
    ),
}
