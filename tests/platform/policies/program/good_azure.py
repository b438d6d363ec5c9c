"""Azure resources that every policy accepts, by wire names. `@name` stands for that resource's id."""

from typing import Any

SUBSCRIPTION = "/subscriptions/11111111-2222-4333-8444-555555555555"
ROLES = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
BLOB_CONTRIBUTOR = f"{ROLES}/ba92f5b4-2d11-453d-a403-e96b0029c9fe"
TENANT = "22222222-2222-4222-8222-222222222222"
TAGS = {
    "workload": "beans",
    "environment": "prod",
    "owner": "roasters",
    "cost-centre": "cc-1",
    "managed-by": "pulumi",
}
DIGEST = "sha256:" + "0" * 64
GROUP = {"resourceGroupName": "rg-beans"}
PLACED: dict[str, Any] = {**GROUP, "location": "eastus2", "tags": TAGS}
SSH = {
    "disablePasswordAuthentication": True,
    "ssh": {
        "publicKeys": [{"path": "/home/roaster/.ssh/authorized_keys", "keyData": "ssh-rsa " + "A" * 200}]
    },
}
WORK: dict[str, Any] = {**GROUP, "workspaceName": "mlw-beans"}

DENIALS = [
    {
        "name": f"{direction}DenyAll",
        "priority": 4096,
        "direction": direction,
        "access": "Deny",
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*",
    }
    for direction in ("Inbound", "Outbound")
]
HTTPS = {
    "name": "Https",
    "priority": 100,
    "direction": "Inbound",
    "access": "Allow",
    "protocol": "Tcp",
    "sourceAddressPrefix": "Internet",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "443",
}


def _endpoint(name: str, group: str, target: str) -> dict[str, Any]:
    return {
        **PLACED,
        "privateEndpointName": f"pep-{name}",
        "subnet": {"id": f"{SUBSCRIPTION}/resourceGroups/rg-beans/providers/Microsoft.Network/virtualNetworks"
                   "/vnet-beans/subnets/endpoints"},
        "privateLinkServiceConnections": [
            {"name": name, "groupIds": [group], "privateLinkServiceId": target}
        ],
    }  # fmt: skip


def _zone_group(name: str, *zones: str) -> dict[str, Any]:
    return {
        **GROUP,
        "privateDnsZoneGroupName": "default",
        "privateEndpointName": f"pep-{name}",
        "privateDnsZoneConfigs": [
            {"name": f"zone{i}", "privateDnsZoneId": zone} for i, zone in enumerate(zones)
        ],
    }


def _diagnostics(target: str) -> dict[str, Any]:
    return {
        "name": "to-workspace",
        "resourceUri": target,
        "workspaceId": "@logs",
        "logs": [{"categoryGroup": "allLogs", "enabled": True}],
    }


SERVICES = {
    "storage": ("blob", ("privatelink.blob.core.windows.net",)),
    "vault": ("vault", ("privatelink.vaultcore.azure.net",)),
    "registry": ("registry", ("privatelink.azurecr.io",)),
    "workspace": ("amlworkspace", ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net")),
    "events": ("namespace", ("privatelink.servicebus.windows.net",)),
    "topic": ("topic", ("privatelink.eventgrid.azure.net",)),
}
LOGGED = ("storage", "vault", "registry", "workspace", "cluster", "events")

AZURE: dict[str, tuple[str, dict[str, Any]]] = {
    "group": ("resources:ResourceGroup", {**GROUP, "location": "eastus2", "tags": TAGS}),
    "lock": (
        "authorization:ManagementLockByScope",
        {"lockName": "no-delete", "scope": "@group", "level": "CanNotDelete"},
    ),
    "budget": (
        "consumption:Budget",
        {
            "budgetName": "budget-beans",
            "scope": SUBSCRIPTION,
            "amount": 100,
            "category": "Cost",
            "timeGrain": "Monthly",
            "timePeriod": {"startDate": "2026-12-01T00:00:00Z"},
            "notifications": {
                "spent": {
                    "enabled": True,
                    "operator": "GreaterThan",
                    "threshold": 80,
                    "contactEmails": ["roasters@beans.example"],
                }
            },
        },
    ),
    "logs": (
        "operationalinsights:Workspace",
        {
            **PLACED,
            "workspaceName": "log-beans",
            "retentionInDays": 90,
            "features": {"disableLocalAuth": True},
            "publicNetworkAccessForIngestion": "Disabled",
        },
    ),
    "insights": (
        "applicationinsights:Component",
        {
            **PLACED,
            "resourceName": "appi-beans",
            "kind": "web",
            "workspaceResourceId": "@logs",
            "applicationType": "web",
            "disableLocalAuth": True,
            "publicNetworkAccessForIngestion": "Disabled",
        },
    ),
    "network": (
        "network:VirtualNetwork",
        {
            **PLACED,
            "virtualNetworkName": "vnet-beans",
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [
                {
                    "name": "endpoints",
                    "addressPrefix": "10.0.0.0/24",
                    "defaultOutboundAccess": False,
                    "networkSecurityGroup": {"id": "@rules"},
                }
            ],
        },
    ),
    "subnet": (
        "network:Subnet",
        {
            **GROUP,
            "virtualNetworkName": "vnet-beans",
            "subnetName": "nodes",
            "addressPrefix": "10.0.1.0/24",
            "defaultOutboundAccess": False,
            "networkSecurityGroup": {"id": "@rules"},
        },
    ),
    "rules": (
        "network:NetworkSecurityGroup",
        {**PLACED, "networkSecurityGroupName": "nsg-beans", "securityRules": [HTTPS, *DENIALS]},
    ),
    "rule": (
        "network:SecurityRule",
        {
            **GROUP,
            "networkSecurityGroupName": "nsg-beans",
            "securityRuleName": "Own",
            **{key: value for key, value in HTTPS.items() if key != "name"},
            "priority": 110,
            "sourceAddressPrefix": "VirtualNetwork",
        },
    ),
    "nic": (
        "network:NetworkInterface",
        {
            **PLACED,
            "networkInterfaceName": "nic-beans",
            "ipConfigurations": [
                {
                    "name": "default",
                    "subnet": {
                        "id": f"{SUBSCRIPTION}/resourceGroups/rg-beans/providers/Microsoft.Network"
                        "/virtualNetworks/vnet-beans/subnets/endpoints"
                    },
                }
            ],
        },
    ),
    "address": (
        "network:PublicIPAddress",
        {
            **PLACED,
            "publicIpAddressName": "pip-beans",
            "sku": {"name": "Standard"},
            "publicIPAllocationMethod": "Static",
        },
    ),
    "machine": (
        "compute:VirtualMachine",
        {
            **PLACED,
            "vmName": "vm-beans",
            "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
            "networkProfile": {"networkInterfaces": [{"id": "@nic", "primary": True}]},
            "osProfile": {
                "computerName": "beans",
                "adminUsername": "roaster",
                "linuxConfiguration": SSH,
            },
            "securityProfile": {"encryptionAtHost": True, "securityType": "TrustedLaunch"},
        },
    ),
    "machines": (
        "compute:VirtualMachineScaleSet",
        {
            **PLACED,
            "vmScaleSetName": "vmss-beans",
            "sku": {"name": "Standard_D2s_v5", "tier": "Standard", "capacity": 0},
            "virtualMachineProfile": {
                "osProfile": {
                    "computerNamePrefix": "beans",
                    "adminUsername": "roaster",
                    "linuxConfiguration": SSH,
                },
                "securityProfile": {"encryptionAtHost": True, "securityType": "TrustedLaunch"},
                "networkProfile": {
                    "networkInterfaceConfigurations": [
                        {"name": "nic", "primary": True, "ipConfigurations": [{"name": "default"}]}
                    ]
                },
            },
        },
    ),
    "federation": (
        "managedidentity:FederatedIdentityCredential",
        {
            **GROUP,
            "resourceName": "id-beans",
            "federatedIdentityCredentialResourceName": "fc-beans",
            "issuer": "https://eastus2.oic.prod-aks.azure.com/tenant/issuer/",
            "subject": "system:serviceaccount:beans:roaster",
            "audiences": ["api://AzureADTokenExchange"],
        },
    ),
    "role": (
        "authorization:RoleAssignment",
        {
            "principalId": "33333333-3333-4333-8333-333333333333",
            "principalType": "ServicePrincipal",
            "roleDefinitionId": BLOB_CONTRIBUTOR,
            "scope": f"{SUBSCRIPTION}/resourceGroups/rg-beans/providers/Microsoft.Storage/storageAccounts/st",
            "roleAssignmentName": "44444444-4444-4444-8444-444444444444",
            "description": "Jobs read and write beans",
        },
    ),
    "storage": (
        "storage:StorageAccount",
        {
            **PLACED,
            "accountName": "stbeans",
            "kind": "StorageV2",
            "sku": {"name": "Standard_ZRS"},
            "publicNetworkAccess": "Disabled",
            "networkRuleSet": {"defaultAction": "Deny"},
            "allowSharedKeyAccess": False,
            "isLocalUserEnabled": False,
            "minimumTlsVersion": "TLS1_2",
            "enableHttpsTrafficOnly": True,
            "allowBlobPublicAccess": False,
            "allowCrossTenantReplication": False,
            "encryption": {"keySource": "Microsoft.Storage", "requireInfrastructureEncryption": True},
        },
    ),
    "blobs": (
        "storage:BlobServiceProperties",
        {
            **GROUP,
            "accountName": "stbeans",
            "blobServicesName": "default",
            "deleteRetentionPolicy": {"enabled": True, "days": 30},
            "containerDeleteRetentionPolicy": {"enabled": True, "days": 30},
        },
    ),
    "container": (
        "storage:BlobContainer",
        {**GROUP, "accountName": "stbeans", "containerName": "green", "publicAccess": "None"},
    ),
    "vault": (
        "keyvault:Vault",
        {
            **PLACED,
            "vaultName": "kvbeans",
            "properties": {
                "tenantId": TENANT,
                "sku": {"family": "A", "name": "standard"},
                "publicNetworkAccess": "Disabled",
                "networkAcls": {"bypass": "AzureServices", "defaultAction": "Deny"},
                "enableRbacAuthorization": True,
                "enablePurgeProtection": True,
                "enableSoftDelete": True,
                "softDeleteRetentionInDays": 90,
            },
        },
    ),
    "secret": (
        "keyvault:Secret",
        {
            **GROUP,
            "vaultName": "kvbeans",
            "secretName": "grinder",
            "properties": {"value": "!secret", "attributes": {"expires": 1900000000}},
        },
    ),
    "registry": (
        "containerregistry:Registry",
        {
            **PLACED,
            "registryName": "crbeans",
            "sku": {"name": "Premium"},
            "adminUserEnabled": False,
            "anonymousPullEnabled": False,
            "publicNetworkAccess": "Disabled",
            "networkRuleSet": {"defaultAction": "Deny"},
            "policies": {"exportPolicy": {"status": "disabled"}},
        },
    ),
    "events": (
        "eventhub:Namespace",
        {
            **PLACED,
            "namespaceName": "evhns-beans",
            "sku": {"name": "Standard", "tier": "Standard"},
            "publicNetworkAccess": "Disabled",
            "disableLocalAuth": True,
            "minimumTlsVersion": "1.2",
        },
    ),
    "topic": (
        "eventgrid:Topic",
        {
            **PLACED,
            "topicName": "evgt-beans",
            "publicNetworkAccess": "Disabled",
            "disableLocalAuth": True,
            "minimumTlsVersionAllowed": "1.2",
        },
    ),
}

for _service, (_group, _zones) in SERVICES.items():
    AZURE[f"endpoint-{_service}"] = ("network:PrivateEndpoint", _endpoint(_service, _group, f"@{_service}"))
    AZURE[f"names-{_service}"] = (
        "network:PrivateDnsZoneGroup",
        _zone_group(_service, *(f"@{zone}" for zone in _zones)),
    )
    for _zone in _zones:
        AZURE[_zone] = (
            "privatedns:PrivateZone",
            {**GROUP, "privateZoneName": _zone, "location": "global", "tags": TAGS},
        )
        AZURE[f"link-{_zone}"] = (
            "privatedns:VirtualNetworkLink",
            {
                **GROUP,
                "privateZoneName": _zone,
                "virtualNetworkLinkName": "vnet",
                "location": "global",
                "registrationEnabled": False,
                "virtualNetwork": {"id": "@network"},
            },
        )
for _service in LOGGED:
    AZURE[f"diagnostics-{_service}"] = ("monitor:DiagnosticSetting", _diagnostics(f"@{_service}"))
