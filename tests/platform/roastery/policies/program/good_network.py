"""A network that every policy accepts."""

from __future__ import annotations

from typing import Any

from shared import GROUP, PLACED, SUBSCRIPTION

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

NETWORK: dict[str, tuple[str, dict[str, Any]]] = {
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
}
