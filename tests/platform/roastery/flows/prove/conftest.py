"""A small platform: one VNet with a cluster, agents, a jump box and private endpoints, all flows open."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource, DeclaredStack, StackFacts

GROUP = "/subscriptions/s/resourceGroups/rg/providers"
VNET = f"{GROUP}/Microsoft.Network/virtualNetworks/vnet"
URN = "urn:pulumi:prod::roastery::"
COMPONENT = "roastery:identity:WorkloadIdentity"
RANGES = {
    "cluster": "10.0.0.0/22",
    "private-endpoints": "10.0.4.0/24",
    "agents": "10.0.5.0/26",
    "jump-box": "10.0.5.64/28",
}

Edit = Callable[[dict[str, dict[str, Any]]], None]


def rule(
    name: str, direction: str, access: str = "Allow", priority: int = 100, **more: Any
) -> dict[str, Any]:
    """A security rule; whatever is not given matches everything."""
    return {
        "name": name,
        "direction": direction,
        "access": access,
        "priority": priority,
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*",
        **more,
    }


def _subnet(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "addressPrefix": RANGES[name],
        "networkSecurityGroup": {"id": f"{GROUP}/Microsoft.Network/networkSecurityGroups/nsg-{name}"},
        "natGateway": {"id": f"{GROUP}/Microsoft.Network/natGateways/nat"},
        "defaultOutboundAccess": False,
    }


def resources() -> dict[str, dict[str, Any]]:
    """Resources by name: type, id, inputs and outputs."""
    closed = [rule("DenyIn", "Inbound", "Deny", 4096), rule("DenyOut", "Outbound", "Deny", 4096)]
    inside = [
        rule("OutInside", "Outbound", destinationAddressPrefix="VirtualNetwork", destinationPortRange="443"),
        rule("InInside", "Inbound", sourceAddressPrefix="VirtualNetwork", destinationPortRange="443"),
    ]
    zone = "privatelink.vaultcore.azure.net"
    vault = f"{GROUP}/Microsoft.KeyVault/vaults/kv"
    listed: dict[str, dict[str, Any]] = {
        "vnet": {
            "type": t.NETWORK,
            "id": VNET,
            "inputs": {
                "location": "eastus2",
                "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                "subnets": [_subnet(name) for name in RANGES],
            },
        },
        "nat": {
            "type": "azure-native:network:NatGateway",
            "id": f"{GROUP}/Microsoft.Network/natGateways/nat",
            "inputs": {},
        },
        "aks": {
            "type": t.AKS,
            "id": f"{GROUP}/Microsoft.ContainerService/managedClusters/aks",
            "inputs": {
                "agentPoolProfiles": [{"vnetSubnetID": f"{VNET}/subnets/cluster"}],
                "networkProfile": {"podCidr": "10.244.0.0/16"},
                "apiServerAccessProfile": {"enablePrivateCluster": True, "privateDNSZone": "system"},
            },
        },
        "nic": {
            "type": t.NIC,
            "id": f"{GROUP}/Microsoft.Network/networkInterfaces/nic",
            "inputs": {"ipConfigurations": [{"subnet": {"id": f"{VNET}/subnets/jump-box"}}]},
        },
        "ws": {
            "type": t.ML_WORKSPACE,
            "id": f"{GROUP}/Microsoft.MachineLearningServices/workspaces/ws",
            "inputs": {"keyVault": vault},
            "outputs": {"identity": {"principalId": "p-workspace"}},
        },
        "kv": {"type": t.VAULT, "id": vault, "inputs": {"properties": {"publicNetworkAccess": "Disabled"}}},
        "pep": {
            "type": t.ENDPOINT,
            "id": f"{GROUP}/Microsoft.Network/privateEndpoints/pep",
            "inputs": {
                "subnet": {"id": f"{VNET}/subnets/private-endpoints"},
                "privateLinkServiceConnections": [{"privateLinkServiceId": vault, "groupIds": ["vault"]}],
            },
            "outputs": {"customDnsConfigs": [{"fqdn": "kv", "ipAddresses": ["10.0.4.4"]}]},
        },
        "records": {
            "type": t.ZONE_GROUP,
            "id": f"{GROUP}/Microsoft.Network/privateEndpoints/pep/privateDnsZoneGroups/default",
            "inputs": {
                "privateEndpointName": "pep",
                "privateDnsZoneConfigs": [
                    {"privateDnsZoneId": f"{GROUP}/Microsoft.Network/privateDnsZones/{zone}"}
                ],
            },
        },
        "link": {
            "type": t.ZONE_LINK,
            "id": f"{GROUP}/Microsoft.Network/privateDnsZones/{zone}/virtualNetworkLinks/vnet",
            "inputs": {"privateZoneName": zone, "virtualNetwork": {"id": VNET}},
        },
        "id-jobs": {
            "type": "azure-native:managedidentity:UserAssignedIdentity",
            "id": f"{GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-jobs",
            "inputs": {},
            "outputs": {"principalId": "p-jobs", "clientId": "c-jobs"},
            "parent": f"{URN}{COMPONENT}::jobs",
        },
        "jobs": {"type": COMPONENT, "id": "", "inputs": {}},
    }
    for name in RANGES:
        listed[f"nsg-{name}"] = {
            "type": t.SECURITY_GROUP,
            "id": f"{GROUP}/Microsoft.Network/networkSecurityGroups/nsg-{name}",
            "inputs": {"securityRules": copy.deepcopy([*inside, *closed])},
        }
    return listed


def stack_of(listed: dict[str, dict[str, Any]]) -> DeclaredStack:
    """The stack with these resources."""
    return DeclaredStack(
        [
            DeclaredResource(
                urn=f"{URN}{entry['type']}::{name}",
                type=entry["type"],
                id=entry["id"],
                inputs=entry["inputs"],
                outputs=entry.get("outputs", {}),
                parent=entry.get("parent", ""),
            )
            for name, entry in listed.items()
        ],
        StackFacts(stack="prod", environment="prod"),
    )


@pytest.fixture
def topology() -> Callable[..., Topology]:
    """Makes the topology of the small platform after an edit of its resources."""

    def make(edit: Edit | None = None) -> Topology:
        listed = resources()
        if edit:
            edit(listed)
        return Topology(stack_of(listed))

    return make
