"""Azure services that every policy accepts, by wire names."""

from __future__ import annotations

from typing import Any

from shared import BLOB_CONTRIBUTOR, GROUP, PLACED, SSH, SUBSCRIPTION, TAGS, TENANT

UEFI = {"secureBootEnabled": True, "vTpmEnabled": True}

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
            "securityProfile": {
                "encryptionAtHost": True,
                "securityType": "TrustedLaunch",
                "uefiSettings": UEFI,
            },
        },
    ),
    "machines": (
        "compute:VirtualMachineScaleSet",
        {
            **PLACED,
            "vmScaleSetName": "vmss-beans",
            "upgradePolicy": {"mode": "Manual"},
            "sku": {"name": "Standard_D2s_v5", "tier": "Standard", "capacity": 0},
            "virtualMachineProfile": {
                "osProfile": {
                    "computerNamePrefix": "beans",
                    "adminUsername": "roaster",
                    "linuxConfiguration": SSH,
                },
                "securityProfile": {
                    "encryptionAtHost": True,
                    "securityType": "TrustedLaunch",
                    "uefiSettings": UEFI,
                },
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
