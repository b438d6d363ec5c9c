"""The ARM resource types that more than one service refers to."""

from __future__ import annotations

ACTION_GROUP = "Microsoft.Insights/actionGroups"
APPLICATION_INSIGHTS_COMPONENT = "Microsoft.Insights/components"
CONTAINER_REGISTRY = "Microsoft.ContainerRegistry/registries"
KEY_VAULT = "Microsoft.KeyVault/vaults"
LOG_ANALYTICS_WORKSPACE = "Microsoft.OperationalInsights/workspaces"
MANAGED_CLUSTER = "Microsoft.ContainerService/managedClusters"
NETWORK_INTERFACE = "Microsoft.Network/networkInterfaces"
PRIVATE_DNS_ZONE = "Microsoft.Network/privateDnsZones"
PRIVATE_DNS_ZONE_LINK = f"{PRIVATE_DNS_ZONE}/virtualNetworkLinks"
PRIVATE_ENDPOINT = "Microsoft.Network/privateEndpoints"
ROLE_ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
STORAGE_ACCOUNT = "Microsoft.Storage/storageAccounts"
USER_ASSIGNED_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
VIRTUAL_NETWORK = "Microsoft.Network/virtualNetworks"
SUBNET = f"{VIRTUAL_NETWORK}/subnets"
