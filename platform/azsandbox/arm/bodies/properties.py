"""The property in ARM of each input that azure-native takes at the top level.

azure-native flattens ARM's `properties`, on a resource and on its nested objects, and gives some inputs other
names than ARM. For each type, and for each nested object with `properties` of its own, these tables list the
inputs that are next to `properties`; all others are inside it. Source: Azure's REST specifications, read from
the models of the azure-mgmt packages; tests/platform/azsandbox/export/arm compares the tables with those,
input by input, and lists the few inputs that no published model contains.
"""

from __future__ import annotations

_PLAIN = ""
_PLACED = "location tags"
_TRACKED = "identity kind location sku tags"
_NETWORK = "id location tags"
_ZONED = "id location sku tags zones"
_CHILD = "id name type"
_AS_IS = "properties"  # the SDK does not flatten `properties` here

RESOURCES: dict[str, str] = {
    "applicationinsights:Component": "kind location tags",
    "applicationinsights:Workbook": "identity kind location tags",
    "authorization:ManagementLockAtResourceGroupLevel": _PLAIN,
    "authorization:ManagementLockByScope": _PLAIN,
    "authorization:PolicyAssignment": "identity location",
    "authorization:RoleAssignment": _PLAIN,
    "authorization:RoleDefinition": _PLAIN,
    "compute:SshPublicKey": _PLACED,
    "compute:VirtualMachine": "extendedLocation identity location placement plan tags zones",
    "compute:VirtualMachineExtension": _PLACED,
    "compute:VirtualMachineScaleSet": "extendedLocation identity location plan sku tags zones",
    "compute:VirtualMachineScaleSetExtension": "name",
    "consumption:Budget": "eTag",
    "containerregistry:CacheRule": _PLAIN,
    "containerregistry:Registry": "identity location sku tags",
    "containerservice:AgentPool": _PLAIN,
    "containerservice:MaintenanceConfiguration": _PLAIN,
    "containerservice:ManagedCluster": f"extendedLocation {_TRACKED}",
    "containerservice:TrustedAccessRoleBinding": _PLAIN,
    "eventgrid:EventSubscription": _PLAIN,
    "eventgrid:SystemTopic": "identity location tags",
    "eventgrid:SystemTopicEventSubscription": _PLAIN,
    "eventgrid:Topic": "identity location tags",
    "eventhub:ConsumerGroup": _PLAIN,
    "eventhub:EventHub": _PLAIN,
    "eventhub:Namespace": "identity location sku tags",
    "eventhub:NamespaceNetworkRuleSet": _PLAIN,
    "keyvault:Key": f"{_AS_IS} tags",
    "keyvault:Secret": f"{_AS_IS} tags",
    "keyvault:Vault": f"location {_AS_IS} tags",
    "kubernetesconfiguration:Extension": "identity plan",
    "kubernetesconfiguration:FluxConfiguration": _PLAIN,
    "machinelearningservices:CodeContainer": _AS_IS,
    "machinelearningservices:CodeVersion": _AS_IS,
    "machinelearningservices:ComponentContainer": _AS_IS,
    "machinelearningservices:ComponentVersion": _AS_IS,
    "machinelearningservices:Compute": f"identity location {_AS_IS} sku tags",
    "machinelearningservices:DataContainer": _AS_IS,
    "machinelearningservices:DataVersion": _AS_IS,
    "machinelearningservices:Datastore": _AS_IS,
    "machinelearningservices:EnvironmentContainer": _AS_IS,
    "machinelearningservices:EnvironmentVersion": _AS_IS,
    "machinelearningservices:Job": _AS_IS,
    "machinelearningservices:ManagedNetworkSettingsRule": _AS_IS,
    "machinelearningservices:ModelContainer": _AS_IS,
    "machinelearningservices:ModelVersion": _AS_IS,
    "machinelearningservices:OnlineDeployment": f"{_TRACKED} {_AS_IS}",
    "machinelearningservices:OnlineEndpoint": f"{_TRACKED} {_AS_IS}",
    "machinelearningservices:Schedule": _AS_IS,
    "machinelearningservices:Workspace": _TRACKED,
    "machinelearningservices:WorkspaceConnection": _AS_IS,
    "managedidentity:FederatedIdentityCredential": _PLAIN,
    "managedidentity:UserAssignedIdentity": _PLACED,
    "monitor:ActionGroup": "identity location tags",
    "monitor:ActivityLogAlert": _PLACED,
    "monitor:DataCollectionEndpoint": "identity kind location tags",
    "monitor:DataCollectionRule": "identity kind location tags",
    "monitor:DataCollectionRuleAssociation": _PLAIN,
    "monitor:DiagnosticSetting": _PLAIN,
    "monitor:MetricAlert": _PLACED,
    "monitor:PrivateLinkScope": _PLACED,
    "monitor:PrivateLinkScopedResource": _PLAIN,
    "monitor:ScheduledQueryRule": "identity kind location tags",
    "network:AzureFirewall": "id location tags zones",
    "network:BastionHost": _ZONED,
    "network:FirewallPolicy": "id identity location tags",
    "network:FirewallPolicyRuleCollectionGroup": "id name",
    "network:NatGateway": _ZONED,
    "network:NetworkInterface": f"extendedLocation {_NETWORK}",
    "network:NetworkSecurityGroup": _NETWORK,
    "network:PrivateDnsZoneGroup": "id name",
    "network:PrivateEndpoint": f"extendedLocation {_NETWORK}",
    "network:PublicIPAddress": f"extendedLocation {_ZONED}",
    "network:PublicIPPrefix": f"extendedLocation {_ZONED}",
    "network:Route": _CHILD,
    "network:RouteTable": _NETWORK,
    "network:SecurityRule": _CHILD,
    "network:Subnet": _CHILD,
    "network:VirtualNetwork": f"extendedLocation {_NETWORK}",
    "network:VirtualNetworkPeering": _CHILD,
    "operationalinsights:Workspace": "identity location tags",
    "portal:Dashboard": f"location {_AS_IS} tags",
    "privatedns:PrivateRecordSet": _PLAIN,
    "privatedns:PrivateZone": _PLACED,
    "privatedns:VirtualNetworkLink": _PLACED,
    "resources:ResourceGroup": "location managedBy tags",
    "storage:BlobContainer": _PLAIN,
    "storage:BlobServiceProperties": _PLAIN,
    "storage:FileServiceProperties": _PLAIN,
    "storage:FileShare": _PLAIN,
    "storage:ManagementPolicy": _PLAIN,
    "storage:Queue": _PLAIN,
    "storage:QueueServiceProperties": _PLAIN,
    "storage:StorageAccount": f"extendedLocation {_TRACKED}",
    "storage:Table": _PLAIN,
    "storage:TableServiceProperties": _PLAIN,
}
"""Type of the SDK → the inputs that are next to `properties`."""

OBJECTS: dict[str, str] = {
    "compute:NetworkInterfaceReference": "id",
    "compute:VirtualMachineNetworkInterfaceConfiguration": "name",
    "compute:VirtualMachineNetworkInterfaceIPConfiguration": "name",
    "compute:VirtualMachinePublicIPAddressConfiguration": "name sku",
    "compute:VirtualMachineScaleSetExtension": "name",
    "compute:VirtualMachineScaleSetIPConfiguration": "name",
    "compute:VirtualMachineScaleSetNetworkConfiguration": "name",
    "compute:VirtualMachineScaleSetPublicIPAddressConfiguration": "name sku",
    "eventgrid:AzureFunctionEventSubscriptionDestination": "endpointType",
    "eventgrid:DynamicDeliveryAttributeMapping": "name type",
    "eventgrid:EventHubEventSubscriptionDestination": "endpointType",
    "eventgrid:HybridConnectionEventSubscriptionDestination": "endpointType",
    "eventgrid:JsonInputSchemaMapping": "inputSchemaMappingType",
    "eventgrid:MonitorAlertEventSubscriptionDestination": "endpointType",
    "eventgrid:NamespaceTopicEventSubscriptionDestination": "endpointType",
    "eventgrid:ServiceBusQueueEventSubscriptionDestination": "endpointType",
    "eventgrid:ServiceBusTopicEventSubscriptionDestination": "endpointType",
    "eventgrid:StaticDeliveryAttributeMapping": "name type",
    "eventgrid:StorageBlobDeadLetterDestination": "endpointType",
    "eventgrid:StorageQueueEventSubscriptionDestination": "endpointType",
    "eventgrid:WebHookEventSubscriptionDestination": "endpointType",
    "eventhub:Destination": "identity name",
    "eventhub:PrivateEndpointConnection": _PLAIN,
    "machinelearningservices:SharedPrivateLinkResource": "name",
    "network:ApplicationGatewayBackendAddressPool": "id name",
    "network:ApplicationGatewayIPConfiguration": "id name",
    "network:AzureFirewallApplicationRuleCollection": "id name",
    "network:AzureFirewallIPConfiguration": "id name",
    "network:AzureFirewallNatRuleCollection": "id name",
    "network:AzureFirewallNetworkRuleCollection": "id name",
    "network:BackendAddressPool": "id name",
    "network:BastionHostIPConfiguration": "id name",
    "network:Delegation": f"etag {_CHILD}",
    "network:FrontendIPConfiguration": "id name zones",
    "network:InboundNatRule": "id name",
    "network:LoadBalancerBackendAddress": "name",
    "network:NatGateway": _ZONED,
    "network:NetworkInterfaceIPConfiguration": _CHILD,
    "network:NetworkSecurityGroup": f"etag {_NETWORK}",
    "network:PrivateDnsZoneConfig": "name",
    "network:PrivateEndpointIPConfiguration": "name",
    "network:PrivateLinkService": f"extendedLocation {_NETWORK}",
    "network:PrivateLinkServiceConnection": "id name",
    "network:PrivateLinkServiceIpConfiguration": "id name",
    "network:PublicIPAddress": f"extendedLocation {_ZONED}",
    "network:ResourceNavigationLink": "id name",
    "network:Route": f"etag {_CHILD}",
    "network:RouteTable": f"etag {_NETWORK}",
    "network:SecurityRule": f"etag {_CHILD}",
    "network:ServiceAssociationLink": "id name",
    "network:ServiceEndpointPolicy": f"etag {_NETWORK}",
    "network:ServiceEndpointPolicyDefinition": f"etag {_CHILD}",
    "network:Subnet": f"etag {_CHILD}",
    "network:VirtualNetworkPeering": _CHILD,
    "network:VirtualNetworkTap": _NETWORK,
}
"""Nested object with `properties` of its own → the inputs that are next to them."""


def _kebab(*names: str) -> dict[str, str]:
    return {
        name: "".join(f"-{character.lower()}" if character.isupper() else character for character in name)
        for name in names
    }


RENAMED: dict[str, dict[str, str]] = {
    "applicationinsights:Component": {
        "applicationType": "Application_Type",
        "disableIpMasking": "DisableIpMasking",
        "disableLocalAuth": "DisableLocalAuth",
        "flowType": "Flow_Type",
        "forceCustomerStorageForProfiler": "ForceCustomerStorageForProfiler",
        "hockeyAppId": "HockeyAppId",
        "immediatePurgeDataOn30Days": "ImmediatePurgeDataOn30Days",
        "ingestionMode": "IngestionMode",
        "requestSource": "Request_Source",
        "retentionInDays": "RetentionInDays",
        "samplingPercentage": "SamplingPercentage",
        "workspaceResourceId": "WorkspaceResourceId",
    },
    "authorization:RoleDefinition": {"roleType": "type"},
    "containerregistry:IPRule": {"iPAddressOrRange": "value"},
    "containerservice:ManagedClusterPropertiesAutoScalerProfile": _kebab(
        "balanceSimilarNodeGroups",
        "daemonsetEvictionForEmptyNodes",
        "daemonsetEvictionForOccupiedNodes",
        "ignoreDaemonsetsUtilization",
        "maxEmptyBulkDelete",
        "maxGracefulTerminationSec",
        "maxNodeProvisionTime",
        "maxTotalUnreadyPercentage",
        "newPodScaleUpDelay",
        "okTotalUnreadyCount",
        "scaleDownDelayAfterAdd",
        "scaleDownDelayAfterDelete",
        "scaleDownDelayAfterFailure",
        "scaleDownUnneededTime",
        "scaleDownUnreadyTime",
        "scaleDownUtilizationThreshold",
        "scanInterval",
        "skipNodesWithLocalStorage",
        "skipNodesWithSystemPods",
    ),
    "keyvault:SecretAttributes": {"expires": "exp", "notBefore": "nbf"},
    "monitor:MetricAlertMultipleResourceMultipleMetricCriteria": {"odataType": "odata.type"},
    "monitor:MetricAlertSingleResourceMultipleMetricCriteria": {"odataType": "odata.type"},
    "monitor:WebtestLocationAvailabilityCriteria": {"odataType": "odata.type"},
    "network:IpamPoolPrefixAllocation": {"id": "pool/id"},
    "storage:Encryption": {"encryptionIdentity": "identity", "keyVaultProperties": "keyvaultproperties"},
    "storage:EncryptionIdentity": {
        "encryptionFederatedIdentityClientId": "federatedIdentityClientId",
        "encryptionUserAssignedIdentity": "userAssignedIdentity",
    },
    "storage:IPRule": {"iPAddressOrRange": "value"},
    "storage:KeyVaultProperties": {
        "keyName": "keyname",
        "keyVaultUri": "keyvaulturi",
        "keyVersion": "keyversion",
    },
    "storage:StorageAccount": {
        "enableHttpsTrafficOnly": "supportsHttpsTrafficOnly",
        "enableNfsV3": "isNfsV3Enabled",
        "networkRuleSet": "networkAcls",
    },
    "storage:VirtualNetworkRule": {"virtualNetworkResourceId": "id"},
}
"""Inputs that have another name in ARM; `/` separates the name of an object that the SDK leaves out."""

QUERY_PARAMETERS: dict[str, str] = {
    "machinelearningservices:Datastore": "skipValidation",
    "network:VirtualNetworkPeering": "syncRemoteAddressSpace",
    "storage:FileShare": "expand",
}
"""Query parameters of the request: a template can't contain them."""


def property_path(name: str, beside: str | None, key: str) -> tuple[str, ...] | None:
    """The path of an input inside its object in ARM; None if it is not known.

    Args:
        name: the type or nested object, `network:Subnet`.
        beside: the inputs next to `properties`; None for an object without `properties`.
        key: the input's wire name.
    """
    if key in QUERY_PARAMETERS.get(name, "").split():
        return None
    target = tuple(RENAMED.get(name, {}).get(key, key).split("/"))
    if beside is None or key in beside.split():
        return target
    # Where the SDK does not flatten `properties`, nothing else can be in it.
    return None if _AS_IS in beside.split() else ("properties", *target)
