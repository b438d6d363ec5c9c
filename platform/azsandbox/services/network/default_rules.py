"""The rules that every network security group has below its own."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values

# Name, description, source, destination, direction, access, priority: answers recorded on 2022-05-12
# (Azure CLI's test_network_nsg), the same in every recording since 2016.
_RULES = (
    (
        "AllowVnetInBound",
        "Allow inbound traffic from all VMs in VNET",
        *("VirtualNetwork", "VirtualNetwork", "Inbound", "Allow", 65000),
    ),
    (
        "AllowAzureLoadBalancerInBound",
        "Allow inbound traffic from azure load balancer",
        *("AzureLoadBalancer", "*", "Inbound", "Allow", 65001),
    ),
    ("DenyAllInBound", "Deny all inbound traffic", *("*", "*", "Inbound", "Deny", 65500)),
    (
        "AllowVnetOutBound",
        "Allow outbound traffic from all VMs to all VMs in VNET",
        *("VirtualNetwork", "VirtualNetwork", "Outbound", "Allow", 65000),
    ),
    (
        "AllowInternetOutBound",
        "Allow outbound traffic from all VMs to Internet",
        *("*", "Internet", "Outbound", "Allow", 65001),
    ),
    ("DenyAllOutBound", "Deny all outbound traffic", *("*", "*", "Outbound", "Deny", 65500)),
)


def default_rules(group: str) -> Iterator[Values]:
    """The default rules of the group with this id."""
    for name, description, source, destination, direction, access, priority in _RULES:
        yield {
            "id": f"{group}/defaultSecurityRules/{name}",
            "name": name,
            "type": "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
            "description": description,
            "protocol": "*",
            "sourcePortRange": "*",
            "sourcePortRanges": [],
            "destinationPortRange": "*",
            "destinationPortRanges": [],
            "sourceAddressPrefix": source,
            "sourceAddressPrefixes": [],
            "destinationAddressPrefix": destination,
            "destinationAddressPrefixes": [],
            "access": access,
            "priority": priority,
            "direction": direction,
            "provisioningState": "Succeeded",
        }
