"""The cluster, the workspace, ML assets and Kubernetes objects that every policy accepts."""

from typing import Any

from good_azure import DIGEST, GROUP, PLACED, SUBSCRIPTION, TENANT, WORK

ML = "machinelearningservices"
RESOURCES = {
    "requests": {"cpu": "100m", "memory": "128Mi"},
    "limits": {"cpu": "1", "memory": "1Gi"},
}
HARDENED = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
CONTAINER: dict[str, Any] = {
    "name": "grinder",
    "image": f"crbeans.azurecr.io/grinder@{DIGEST}",
    "securityContext": HARDENED,
    "resources": RESOURCES,
}
WITHOUT_NAME = {key: value for key, value in CONTAINER.items() if key != "name"}

PLATFORM: dict[str, tuple[str, dict[str, Any]]] = {
    "cluster": (
        "containerservice:ManagedCluster",
        {
            **PLACED,
            "resourceName": "aks-beans",
            "dnsPrefix": "beans",
            "kubernetesVersion": "1.34",
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
                "trigger": {"triggerType": "Cron", "expression": "0 4 1 * *", "timeZone": "UTC"},
                "action": {
                    "actionType": "CreateJob",
                    "jobDefinition": {"jobType": "Pipeline", "componentId": "@component"},
                },
            },
        },
    ),
}


def _meta(name: str, namespace: str | None = "beans") -> dict[str, Any]:
    return {"name": name, **({"namespace": namespace} if namespace else {})}


def _object(kind: str, version: str, name: str, **more: Any) -> dict[str, Any]:
    namespace = more.pop("namespace", "beans")
    metadata = {**_meta(name, namespace), **more.pop("metadata", {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **more}


POD = {"serviceAccountName": "roaster", "containers": [CONTAINER]}
LABELS = {"app": "grinder"}

KUBERNETES: dict[str, tuple[str, dict[str, Any]]] = {
    "namespace": (
        "core/v1:Namespace",
        _object(
            "Namespace",
            "v1",
            "beans",
            namespace=None,
            metadata={"labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
        ),
    ),
    "deny": (
        "networking.k8s.io/v1:NetworkPolicy",
        _object(
            "NetworkPolicy",
            "networking.k8s.io/v1",
            "deny",
            spec={"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        ),
    ),
    "quota": ("core/v1:ResourceQuota", _object("ResourceQuota", "v1", "quota", spec={"hard": {"pods": "9"}})),
    "limits": (
        "core/v1:LimitRange",
        _object(
            "LimitRange", "v1", "limits", spec={"limits": [{"type": "Container", "default": {"cpu": "1"}}]}
        ),
    ),
    "chart": (
        "helm.sh/v3:Release",
        {
            "name": "argo-workflows",
            "namespace": "beans",
            "chart": "argo-workflows",
            "version": "1.0.18",
            "repositoryOpts": {"repo": "https://argoproj.github.io/argo-helm"},
            "values": {"server": {"authModes": ["client"], "secure": True}},
        },
    ),
    "rights": (
        "rbac.authorization.k8s.io/v1:Role",
        _object(
            "Role",
            "rbac.authorization.k8s.io/v1",
            "rights",
            rules=[{"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get"]}],
        ),
    ),
    "binding": (
        "rbac.authorization.k8s.io/v1:RoleBinding",
        _object(
            "RoleBinding",
            "rbac.authorization.k8s.io/v1",
            "binding",
            roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "rights"},
            subjects=[{"kind": "ServiceAccount", "name": "roaster", "namespace": "beans"}],
        ),
    ),
    "service": (
        "core/v1:Service",
        _object(
            "Service",
            "v1",
            "service",
            spec={"type": "ClusterIP", "selector": LABELS, "ports": [{"port": 443}]},
        ),
    ),
    "pod": (
        "apps/v1:Deployment",
        _object(
            "Deployment",
            "apps/v1",
            "pod",
            spec={
                "replicas": 1,
                "selector": {"matchLabels": LABELS},
                "template": {"metadata": {"labels": LABELS}, "spec": POD},
            },
        ),
    ),
    "workflow": (
        "argoproj.io/v1alpha1:WorkflowTemplate",
        _object(
            "WorkflowTemplate",
            "argoproj.io/v1alpha1",
            "workflow",
            spec={
                "entrypoint": "main",
                "serviceAccountName": "roaster",
                "templates": [{"name": "main", "container": WITHOUT_NAME}],
            },
        ),
    ),
}
