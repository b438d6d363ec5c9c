"""Names of subnets with a purpose, and of the rules that every security group has.

Sources, read 2026-12-01, learn.microsoft.com: "About Bastion configuration settings", "Azure Firewall FAQ",
"VPN Gateway settings", "Azure Route Server FAQ", "Azure network security groups overview".
"""

from __future__ import annotations

BASTION_SUBNET = "AzureBastionSubnet"
GATEWAY_SUBNET = "GatewaySubnet"
FIREWALL_SUBNET = "AzureFirewallSubnet"
FIREWALL_MANAGEMENT_SUBNET = "AzureFirewallManagementSubnet"
ROUTE_SERVER_SUBNET = "RouteServerSubnet"

# The longest prefix of a subnet with this name.
LONGEST_PREFIXES = {BASTION_SUBNET: 26, FIREWALL_SUBNET: 26, FIREWALL_MANAGEMENT_SUBNET: 26}
RECOMMENDED_PREFIXES = {GATEWAY_SUBNET: 27, ROUTE_SERVER_SUBNET: 26}

# Names of the rules that every security group has: "Azure network security groups overview".
DEFAULT_RULES = frozenset(
    [
        "AllowVnetInBound",
        "AllowAzureLoadBalancerInBound",
        "DenyAllInBound",
        "AllowVnetOutBound",
        "AllowInternetOutBound",
        "DenyAllOutBound",
    ]
)
