"""What Azure fills in where a request says nothing, as recordings of 2022 to 2026 answer it."""

from __future__ import annotations

from typing import Any

_NO_LISTS: dict[str, Any] = {
    "sourcePortRanges": [],
    "destinationPortRanges": [],
    "sourceAddressPrefixes": [],
    "destinationAddressPrefixes": [],
}
SECURITY_RULE: dict[str, Any] = _NO_LISTS
SECURITY_GROUP: dict[str, Any] = {
    "securityRules": [],
    **{f"securityRules[].{name}": value for name, value in _NO_LISTS.items()},
    "securityRules[].provisioningState": "Succeeded",
}
SUBNET: dict[str, Any] = {
    "delegations": [],
    "privateEndpointNetworkPolicies": "Disabled",
    "privateLinkServiceNetworkPolicies": "Enabled",
    "serviceEndpoints[].provisioningState": "Succeeded",
}
VIRTUAL_NETWORK: dict[str, Any] = {
    "subnets": [],
    **{f"subnets[].{name}": value for name, value in SUBNET.items()},
    "virtualNetworkPeerings": [],
}
PEERING: dict[str, Any] = {
    "allowVirtualNetworkAccess": True,
    "allowForwardedTraffic": False,
    "allowGatewayTransit": False,
    "useRemoteGateways": False,
    "doNotVerifyRemoteGateways": False,
}
PUBLIC_IP_ADDRESS: dict[str, Any] = {
    "idleTimeoutInMinutes": 4,
    "ipTags": [],
    "publicIPAddressVersion": "IPv4",
    "sku.tier": "Regional",
}
PUBLIC_IP_PREFIX: dict[str, Any] = {"publicIPAddressVersion": "IPv4", "ipTags": [], "sku.tier": "Regional"}
NAT_GATEWAY: dict[str, Any] = {"idleTimeoutInMinutes": 4}
BASTION_HOST: dict[str, Any] = {
    "scaleUnits": 2,
    "ipConfigurations[].privateIPAllocationMethod": "Dynamic",
    "ipConfigurations[].provisioningState": "Succeeded",
}
NETWORK_INTERFACE: dict[str, Any] = {
    "auxiliaryMode": "None",
    "auxiliarySku": "None",
    "disableTcpStateTracking": False,
    "dnsSettings.appliedDnsServers": [],
    "dnsSettings.dnsServers": [],
    "enableAcceleratedNetworking": False,
    "enableIPForwarding": False,
    "ipConfigurations[].privateIPAddressVersion": "IPv4",
    "nicType": "Standard",
    "tapConfigurations": [],
    "vnetEncryptionSupported": False,
}
ROUTE: dict[str, Any] = {"hasBgpOverride": False}
ROUTE_TABLE: dict[str, Any] = {
    "disableBgpRoutePropagation": False,
    "routes": [],
    "routes[].hasBgpOverride": False,
    "routes[].provisioningState": "Succeeded",
}
AZURE_FIREWALL: dict[str, Any] = {
    "sku.name": "AZFW_VNet",
    "sku.tier": "Standard",
    "threatIntelMode": "Alert",
    "applicationRuleCollections": [],
    "natRuleCollections": [],
    "networkRuleCollections": [],
    "additionalProperties": {},
}
FIREWALL_POLICY: dict[str, Any] = {"sku.tier": "Standard", "threatIntelMode": "Alert"}
RULE_COLLECTION_GROUP: dict[str, Any] = {"ruleCollections": []}
