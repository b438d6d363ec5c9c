"""Types that are not billed by themselves: settings of others, or billed with what they belong to."""

from __future__ import annotations

_BY_MODULE = {
    "applicationinsights": "Component",  # its data is ingested by Log Analytics
    "authorization": "ManagementLockByScope RoleAssignment",
    "compute": "VirtualMachineExtension VirtualMachineScaleSetExtension",
    "consumption": "Budget",
    "containerservice": "MaintenanceConfiguration TrustedAccessRoleBinding",
    "eventgrid": "SystemTopicEventSubscription",  # operations are billed with the topic
    "keyvault": "Key Secret",  # billed by operations of the vault
    "kubernetesconfiguration": "Extension",
    # The workspace has no charge of its own, and its compute is the cluster:
    # azure.microsoft.com/pricing/details/machine-learning.
    "machinelearningservices": "CodeContainer CodeVersion ComponentContainer ComponentVersion Compute "
    "DataContainer DataVersion Datastore EnvironmentContainer EnvironmentVersion ModelContainer ModelVersion "
    "OnlineDeployment OnlineEndpoint Schedule Workspace WorkspaceConnection",
    "managedidentity": "FederatedIdentityCredential UserAssignedIdentity",
    "monitor": "ActionGroup ActivityLogAlert DiagnosticSetting PrivateLinkScope PrivateLinkScopedResource",
    "network": "FirewallPolicy FirewallPolicyRuleCollectionGroup NetworkInterface NetworkSecurityGroup "
    "PrivateDnsZoneGroup Route RouteTable SecurityRule Subnet VirtualNetwork",
    "privatedns": "PrivateRecordSet VirtualNetworkLink",
    "resources": "ResourceGroup",
    # Their data is counted with the account.
    "storage": "BlobContainer BlobServiceProperties FileServiceProperties ManagementPolicy Queue "
    "QueueServiceProperties TableServiceProperties",
}
NO_CHARGE = frozenset(
    f"azure-native:{module}:{name}" for module, names in _BY_MODULE.items() for name in names.split()
)
