"""The virtual network: subnets, security rules, public addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from roastery.policies import tokens as t
from roastery.policies.checks import differs, elements, in_each, itself, must_be
from roastery.policies.model import Level, Policy, Problem, Resource, Settings, Severity
from roastery.policies.values import Node

MANAGEMENT_PORTS = {22: "SSH", 3389: "RDP", 5985: "WinRM", 5986: "WinRM"}
_ANYWHERE = frozenset({"*", "internet", "any", "0.0.0.0/0", "::/0"})
# Azure takes no network security group there, or breaks by one: learn.microsoft.com, "About VPN Gateway
# configuration settings", "Azure Firewall FAQ", "Azure Route Server FAQ".
_NO_GROUP = frozenset(
    {"gatewaysubnet", "azurefirewallsubnet", "azurefirewallmanagementsubnet", "routeserversubnet"}
)

_SUBNETS = {t.NETWORK: elements("subnets"), t.SUBNET: itself}
_RULES = {t.SECURITY_GROUP: elements("securityRules"), t.SECURITY_RULE: itself}


def _values(node: Node, single: str, several: str) -> list[str]:
    one = node.get(single)
    return [*([str(one)] if one else []), *node.words(several)]


def covers(ranges: list[str], port: int) -> bool:
    """Whether a port lies in one of Azure's port ranges: `22`, `20-25`, `*`."""
    for text in ranges:
        first, _, last = text.partition("-")
        if text == "*" or int(first) <= port <= int(last or first):
            return True
    return False


def open_to_the_internet(rule: Node) -> bool:
    """Whether a security rule lets everybody in."""
    sources = _values(rule, "sourceAddressPrefix", "sourceAddressPrefixes")
    return (
        rule.word("access") == "allow"
        and rule.word("direction") == "inbound"
        and any(one.lower() in _ANYWHERE for one in sources)
    )


def ports_of(rule: Node) -> list[str]:
    """The port ranges that a security rule is about."""
    return _values(rule, "destinationPortRange", "destinationPortRanges")


def _has_group(subnet: Node, settings: Settings) -> Iterator[Problem]:
    del settings
    if (subnet.word("name") or subnet.word("subnetName")) in _NO_GROUP:
        return
    if not subnet.present("networkSecurityGroup"):
        yield Problem(subnet.path or "networkSecurityGroup", "has no network security group")


def _no_default_outbound(subnet: Node, settings: Settings) -> Iterator[Problem]:
    del settings
    yield from differs(subnet, "defaultOutboundAccess", (False,))


def _management_port(rule: Node, settings: Settings) -> Iterator[Problem]:
    del settings
    if not open_to_the_internet(rule):
        return
    for port, name in MANAGEMENT_PORTS.items():
        if covers(ports_of(rule), port):
            where = rule.path or "destinationPortRange"
            yield Problem(where, f"opens {name} ({port}) to the Internet")


def _open_inbound(rule: Node, settings: Settings) -> Iterator[Problem]:
    if not open_to_the_internet(rule):
        return
    allowed = {str(port) for port in settings["ports"]}
    where = rule.path or "destinationPortRange"
    for ports in ports_of(rule):
        if ports not in allowed:
            yield Problem(where, f"lets the Internet in on {ports}; allowed: {', '.join(sorted(allowed))}")
    if rule.word("protocol") in {"udp", "*"}:
        yield Problem(where, f"lets the Internet in by protocol {rule.get('protocol')}; only Tcp may be")


def _last_deny(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    rules = list(resource.each("securityRules"))
    for direction in ("Inbound", "Outbound"):
        closing = [rule for rule in rules if _denies_all(rule, direction.lower())]
        if not closing:
            yield Problem("securityRules", f"has no rule that denies all other {direction.lower()} traffic")


def _denies_all(rule: Node, direction: str) -> bool:
    wanted: dict[str, Any] = {
        "direction": direction,
        "access": "deny",
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*",
    }
    return all(rule.word(path) == value for path, value in wanted.items())


def _nic_configurations(resource: Resource) -> Iterator[Node]:
    if resource.type == t.NIC:
        yield from resource.each("ipConfigurations")
        return
    for nic in resource.each("virtualMachineProfile.networkProfile.networkInterfaceConfigurations"):
        yield from nic.each("ipConfigurations")


def _no_address(configuration: Node, settings: Settings) -> Iterator[Problem]:
    del settings
    for name in ("publicIPAddress", "publicIPAddressConfiguration"):
        if configuration.present(name):
            yield Problem(f"{configuration.path}.{name}", "gives the machine a public address")


POLICIES = (
    Policy(
        id="subnet-security-group",
        title="Every subnet has a network security group",
        reason="Without one, everything in the network reaches everything in the subnet.",
        fix="Set networkSecurityGroup on the subnet.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV2_AZURE_31", "MCSB NS-1"),
        types=(t.NETWORK, t.SUBNET),
        check=in_each(_SUBNETS, _has_group),
    ),
    Policy(
        id="subnet-default-outbound",
        title="Subnets have no default way out",
        reason="Azure's default outbound address is nobody's, unlogged and not filtered by name.",
        fix="Set defaultOutboundAccess false and give the subnet a NAT gateway or a firewall.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB NS-1",),
        types=(t.NETWORK, t.SUBNET),
        check=in_each(_SUBNETS, _no_default_outbound),
    ),
    Policy(
        id="nsg-management-port",
        title="No management port is open to the Internet",
        reason="SSH, RDP and WinRM on the Internet are tried by robots within minutes.",
        fix="Remove the rule; people come through Bastion.",
        severity=Severity.CRITICAL,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_9", "CKV_AZURE_10", "CIS Azure 3.0.0: 7.1", "CIS Azure 3.0.0: 7.2", "MCSB NS-1"),
        types=(t.SECURITY_GROUP, t.SECURITY_RULE),
        check=in_each(_RULES, _management_port),
    ),
    Policy(
        id="nsg-open-inbound",
        title="The Internet comes in on named ports only",
        reason="Only Bastion needs the Internet, on 443; every other opening is a mistake.",
        fix="Name the sources, or list the port in this policy's `ports` with a reviewer's consent.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_77", "CKV_AZURE_160", "CIS Azure 3.0.0: 7.3", "CIS Azure 3.0.0: 7.4", "MCSB NS-1"),
        types=(t.SECURITY_GROUP, t.SECURITY_RULE),
        check=in_each(_RULES, _open_inbound),
        config={"ports": {"type": "array", "items": {"type": "integer"}, "default": [443]}},
    ),
    Policy(
        id="nsg-last-deny",
        title="Security groups end in a denial, both ways",
        reason="Azure's own last rules let the whole network in and the whole Internet out.",
        fix="Add a rule of priority 4096 in each direction that denies everything.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB NS-1",),
        types=(t.SECURITY_GROUP,),
        check=_last_deny,
    ),
    Policy(
        id="machine-public-address",
        title="Machines have no public address",
        reason="A public address makes every bug of the machine everybody's.",
        fix="Remove the public address; people come through Bastion, machines through the NAT gateway.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_119", "MCSB NS-2"),
        types=(t.NIC, t.MACHINES),
        check=in_each({t.NIC: _nic_configurations, t.MACHINES: _nic_configurations}, _no_address),
    ),
    Policy(
        id="address-basic-sku",
        title="Public addresses are of the Standard SKU",
        reason="Basic addresses were retired on 30 September 2025, and they are open by default.",
        fix="Set sku.name to Standard and publicIPAllocationMethod to Static.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CIS Azure 3.0.0: 6.5", "MCSB NS-1"),
        types=(t.ADDRESS,),
        check=must_be("sku.name", "Standard", "StandardV2"),
    ),
)
