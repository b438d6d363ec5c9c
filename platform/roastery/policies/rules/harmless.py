"""Kinds of resources that were reviewed: alone they open nothing and grant nothing, each with the reason.

A kind is here because no rule has to judge it, not because nobody wrote one. Sorted by type.
"""

from __future__ import annotations

HARMLESS: dict[str, str] = {
    "azure-native:authorization:RoleManagementPolicyAssignment": "ties a policy, which is judged, to a role",
    "azure-native:compute:AvailabilitySet": "places machines; it reaches nothing",
    "azure-native:compute:ProximityPlacementGroup": "places machines; it reaches nothing",
    "azure-native:compute:SshPublicKey": "holds a public key; who may sign in is decided on the machine",
    "azure-native:containerregistry:ScopeMap": "only lists rights; a token, which is judged, uses them",
    "azure-native:containerservice:MaintenanceConfiguration": "sets when upgrades run",
    "azure-native:containerservice:TrustedAccessRoleBinding": (
        "lets a service of Azure into the cluster with a role that Azure defines; flows prove the need"
    ),
    "azure-native:eventgrid:SystemTopic": "only lists events; a subscription, which is judged, sends them",
    "azure-native:machinelearningservices:CodeContainer": "a name; its versions are judged",
    "azure-native:machinelearningservices:ComponentContainer": "a name; its versions are judged",
    "azure-native:machinelearningservices:DataContainer": "a name; its versions are judged",
    "azure-native:machinelearningservices:EnvironmentContainer": "a name; its versions are judged",
    "azure-native:machinelearningservices:ModelContainer": "a name; its versions are judged",
    "azure-native:managedidentity:UserAssignedIdentity": (
        "an account without rights; roles and federated credentials, which are judged, give it some"
    ),
    "azure-native:monitor:ActivityLogAlert": "reads the activity log; its action group is judged",
    "azure-native:monitor:MetricAlert": "reads metrics and calls an action group, which is judged",
    "azure-native:monitor:PrivateLinkScopedResource": "adds a resource to a link scope: access gets narrower",
    "azure-native:monitor:ScheduledQueryRule": "reads logs and calls an action group, which is judged",
    "azure-native:network:ApplicationSecurityGroup": "a name for machines; security rules are judged",
    "azure-native:network:DdosProtectionPlan": "protects addresses; it opens none",
    "azure-native:network:IpGroup": "a list of addresses; the rules that use it are judged",
    "azure-native:network:NatGateway": "outbound only; subnet-egress-firewall judges its use",
    "azure-native:network:PublicIPPrefix": "reserves addresses; what uses one is judged",
    "azure-native:network:RouteTable": "a list of routes; its routes are judged",
    "azure-native:privatedns:PrivateRecordSet": "answers inside of linked networks only; links are judged",
    "azure-native:resources:TagAtScope": "tags only",
    "azure-native:storage:EncryptionScope": "chooses the key of an encryption that the account already has",
    "azure-native:storage:FileServiceProperties": "retention of deleted shares; the account is judged",
    "azure-native:storage:ManagementPolicy": "moves and deletes blobs by age within the account",
    "azure-native:storage:Queue": "is reached through its account, whose access is judged",
    "azure-native:storage:Table": "is reached through its account, whose access is judged",
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy": "only refuses",
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding": "only refuses",
    "kubernetes:amlarc.azureml.com/v1alpha1:InstanceType": "limits of Azure ML's pods; it grants nothing",
    "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": "a new kind; its objects are unproven",
    "kubernetes:core/v1:ConfigMap": "plain settings; plain-secret looks for secrets in them",
    "kubernetes:core/v1:PersistentVolumeClaim": "asks for storage of a class; it mounts no folder of a node",
    "kubernetes:core/v1:ServiceAccount": "an account without rights; bindings are judged",
    "kubernetes:policy/v1:PodDisruptionBudget": "delays evictions",
    "kubernetes:scheduling.k8s.io/v1:PriorityClass": "an order of pods",
    "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass": (
        "names secrets; the vault gives them only to identities with a role, which is judged"
    ),
}
"""Reason by type."""
