"""What the types of Microsoft.Network share: the head of their paths, their names, what they refer to."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence
from azsandbox.arm.model import IN_GROUP, NameRule

PROVIDER = IN_GROUP + "Microsoft.Network/"
NAME = NameRule(
    r"[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,78}[a-zA-Z0-9_])?",
    "1 to 80 letters, digits, _ . -, beginning with a letter or digit and ending with one or _",
    Evidence.DOCUMENTATION,
)

NETWORK_SECURITY_GROUP = "Microsoft.Network/networkSecurityGroups"
ROUTE_TABLE = "Microsoft.Network/routeTables"
FIREWALL_POLICY = "Microsoft.Network/firewallPolicies"
NAT_GATEWAY = "Microsoft.Network/natGateways"
PUBLIC_IP_ADDRESS = "Microsoft.Network/publicIPAddresses"
PUBLIC_IP_PREFIX = "Microsoft.Network/publicIPPrefixes"
