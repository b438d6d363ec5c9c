"""Violations by kinds of resources that the good program does not have. The stand-in refuses them."""

from __future__ import annotations

from typing import Any

from shared import DIGEST, GROUP, PLACED, SUBSCRIPTION

_HTTPS: dict[str, Any] = {
    "access": "Allow",
    "direction": "Inbound",
    "protocol": "Tcp",
    "destinationPortRange": "8443",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "*",
}
_DENY: dict[str, Any] = {
    "access": "Deny",
    "protocol": "*",
    "sourceAddressPrefix": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "*",
    "sourcePortRange": "*",
    "priority": 4096,
}
_OTHER = "/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/rg/providers"
_NETWORK = "azure-native:network"

BAD_KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "nsg-rules-together": (
        f"{_NETWORK}:NetworkSecurityGroup",
        {
            **PLACED,
            "networkSecurityGroupName": "nsg-together",
            "securityRules": [
                {**_HTTPS, "name": "a", "priority": 100, "sourceAddressPrefix": "203.0.0.0/17"},
                {**_HTTPS, "name": "b", "priority": 110, "sourceAddressPrefix": "203.0.128.0/17"},
                {**_DENY, "name": "in", "direction": "Inbound"},
                {**_DENY, "name": "out", "direction": "Outbound"},
            ],
        },
    ),
    "firewall-open": (
        f"{_NETWORK}:FirewallPolicyRuleCollectionGroup",
        {
            **GROUP,
            "firewallPolicyName": "afwp",
            "ruleCollections": [
                {"name": "c", "rules": [{"name": "all", "ruleType": "ApplicationRule", "targetFqdns": ["*"]}]}
            ],
        },
    ),
    "route-internet": (
        f"{_NETWORK}:Route",
        {**GROUP, "routeTableName": "rt", "addressPrefix": "0.0.0.0/1", "nextHopType": "Internet"},
    ),
    "bastion-link": (f"{_NETWORK}:BastionHost", {**PLACED, "enableShareableLink": True}),
    "balancer-public": (
        f"{_NETWORK}:LoadBalancer",
        {**PLACED, "frontendIPConfigurations": [{"publicIPAddress": {"id": "/p"}}]},
    ),
    "network-foreign": (
        f"{_NETWORK}:VirtualNetworkPeering",
        {**GROUP, "remoteVirtualNetwork": {"id": f"{_OTHER}/Microsoft.Network/virtualNetworks/theirs"}},
    ),
    "data-foreign": (
        "azure-native:storage:ObjectReplicationPolicy",
        {**GROUP, "accountName": "stbeans", "destinationAccount": "sttheirs"},
    ),
    "shared-credential": (
        "azure-native:storage:LocalUser",
        {**GROUP, "accountName": "stbeans", "username": "roaster"},
    ),
    "vault-access-policy": (
        "azure-native:keyvault:AccessPolicy",
        {**GROUP, "vaultName": "kv-beans", "policy": {"permissions": {"keys": ["get"]}}},
    ),
    "role-keys": (
        "azure-native:authorization:PimRoleEligibilitySchedule",
        {
            "scope": f"{SUBSCRIPTION}/resourceGroups/rg-beans",
            "roleDefinitionId": "/x/81a9662b-bebf-436f-a333-f67b29880f12",
        },
    ),
    "role-activation": (
        "azure-native:authorization:RoleManagementPolicy",
        {
            "rules": [
                {"ruleType": "RoleManagementPolicyEnablementRule", "enabledRules": ["Justification"]},
            ]
        },
    ),
    "machine-extension": (
        "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
        {**PLACED, "vmName": "vm-beans", "source": {"script": "id"}},
    ),
    "ingress-internal": (
        "kubernetes:networking.k8s.io/v1:Ingress",
        {"metadata": {"name": "front", "namespace": "beans"}, "spec": {"ingressClassName": "nginx"}},
    ),
    "nested-template": (
        "azure-native:resources:Deployment",
        {**GROUP, "properties": {"template": {"resources": [{"type": "Microsoft.Storage/storageAccounts"}]}}},
    ),
    "kind-unproven": ("azure-native:web:WebApp", {**GROUP, "name": "app-beans"}),
    "image-registry": (
        "kubernetes:core/v1:Pod",
        {
            "metadata": {"name": "stranger", "namespace": "beans"},
            "spec": {
                "serviceAccountName": "roaster",
                "containers": [
                    {
                        "name": "stranger",
                        "image": f"ghcr.io/strangers/grinder@{DIGEST}",
                        "securityContext": {
                            "allowPrivilegeEscalation": False,
                            "runAsNonRoot": True,
                            "capabilities": {"drop": ["ALL"]},
                            "seccompProfile": {"type": "RuntimeDefault"},
                        },
                        "resources": {
                            "requests": {"cpu": "1", "memory": "1Gi"},
                            "limits": {"cpu": "1", "memory": "1Gi"},
                        },
                    }
                ],
            },
        },
    ),
}
