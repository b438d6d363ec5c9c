"""Resource type tokens."""

from __future__ import annotations

AZURE = "azure-native:"

STORAGE = "azure-native:storage:StorageAccount"
BLOB_SERVICE = "azure-native:storage:BlobServiceProperties"
CONTAINER = "azure-native:storage:BlobContainer"
VAULT = "azure-native:keyvault:Vault"
VAULT_SECRET = "azure-native:keyvault:Secret"  # noqa: S105 - a type's name
REGISTRY = "azure-native:containerregistry:Registry"
LOGS = "azure-native:operationalinsights:Workspace"
INSIGHTS = "azure-native:applicationinsights:Component"
LINK_SCOPE = "azure-native:monitor:PrivateLinkScope"
DIAGNOSTICS = "azure-native:monitor:DiagnosticSetting"
EVENT_HUBS = "azure-native:eventhub:Namespace"
EVENT_TOPIC = "azure-native:eventgrid:Topic"
GROUP = "azure-native:resources:ResourceGroup"
LOCK = "azure-native:authorization:ManagementLockByScope"
ROLE = "azure-native:authorization:RoleAssignment"
ROLE_DEFINITION = "azure-native:authorization:RoleDefinition"
FEDERATION = "azure-native:managedidentity:FederatedIdentityCredential"
BUDGET = "azure-native:consumption:Budget"

NETWORK = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"
SECURITY_GROUP = "azure-native:network:NetworkSecurityGroup"
SECURITY_RULE = "azure-native:network:SecurityRule"
NIC = "azure-native:network:NetworkInterface"
ADDRESS = "azure-native:network:PublicIPAddress"
ENDPOINT = "azure-native:network:PrivateEndpoint"
ZONE_GROUP = "azure-native:network:PrivateDnsZoneGroup"
ZONE = "azure-native:privatedns:PrivateZone"
ZONE_LINK = "azure-native:privatedns:VirtualNetworkLink"

MACHINE = "azure-native:compute:VirtualMachine"
MACHINES = "azure-native:compute:VirtualMachineScaleSet"
AKS = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
EXTENSION = "azure-native:kubernetesconfiguration:Extension"

ML = "azure-native:machinelearningservices:"
ML_WORKSPACE = f"{ML}Workspace"
ML_COMPUTE = f"{ML}Compute"
ML_DATASTORE = f"{ML}Datastore"
ML_CONNECTION = f"{ML}WorkspaceConnection"
ML_ENDPOINT = f"{ML}OnlineEndpoint"
ML_DEPLOYMENT = f"{ML}OnlineDeployment"
ML_COMPONENT = f"{ML}ComponentVersion"
ML_ENVIRONMENT = f"{ML}EnvironmentVersion"
ML_MODEL = f"{ML}ModelVersion"
ML_DATA = f"{ML}DataVersion"
ML_SCHEDULE = f"{ML}Schedule"

NAMESPACE = "kubernetes:core/v1:Namespace"
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
QUOTA = "kubernetes:core/v1:ResourceQuota"
LIMIT_RANGE = "kubernetes:core/v1:LimitRange"
SERVICE = "kubernetes:core/v1:Service"
INTERNAL = "service.beta.kubernetes.io/azure-load-balancer-internal"
"""The annotation of a service whose load balancer has a private address."""
RELEASE = "kubernetes:helm.sh/v3:Release"
K8S_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role"
K8S_CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
K8S_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
K8S_CLUSTER_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
POD = "kubernetes:core/v1:Pod"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"
DAEMON_SET = "kubernetes:apps/v1:DaemonSet"
JOB = "kubernetes:batch/v1:Job"
CRON_JOB = "kubernetes:batch/v1:CronJob"
WORKFLOW_TEMPLATE = "kubernetes:argoproj.io/v1alpha1:WorkflowTemplate"
CRON_WORKFLOW = "kubernetes:argoproj.io/v1alpha1:CronWorkflow"
WORKFLOW = "kubernetes:argoproj.io/v1alpha1:Workflow"
SENSOR = "kubernetes:argoproj.io/v1alpha1:Sensor"
EVENT_SOURCE = "kubernetes:argoproj.io/v1alpha1:EventSource"
EVENT_BUS = "kubernetes:argoproj.io/v1alpha1:EventBus"

ELIGIBILITIES = (
    "azure-native:authorization:PimRoleEligibilitySchedule",
    "azure-native:authorization:RoleEligibilityScheduleRequest",
    "azure-native:authorization:RoleEligibilitySchedule",
)
SCHEDULED_ROLES = (
    "azure-native:authorization:PimRoleAssignmentSchedule",
    "azure-native:authorization:RoleAssignmentScheduleRequest",
)
ACTIVATION = "azure-native:authorization:RoleManagementPolicy"
PEERING = "azure-native:network:VirtualNetworkPeering"
REPLICATION = "azure-native:storage:ObjectReplicationPolicy"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
REPLICA_SET = "kubernetes:apps/v1:ReplicaSet"
REPLICATION_CONTROLLER = "kubernetes:core/v1:ReplicationController"
POD_TEMPLATE = "kubernetes:core/v1:PodTemplate"
CLUSTER_WORKFLOW_TEMPLATE = "kubernetes:argoproj.io/v1alpha1:ClusterWorkflowTemplate"
CHARTS = (RELEASE, "kubernetes:helm.sh/v3:Chart", "kubernetes:helm.sh/v4:Chart")
MANIFESTS = (
    "kubernetes:yaml:ConfigGroup",
    "kubernetes:yaml:ConfigFile",
    "kubernetes:yaml/v2:ConfigGroup",
    "kubernetes:yaml/v2:ConfigFile",
    "kubernetes:kustomize:Directory",
    "kubernetes:kustomize/v2:Directory",
)
K8S_SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a type's name
