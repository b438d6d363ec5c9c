"""The virtual network: subnets, security rules, public addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from roastery.policies import tokens as t
from roastery.policies.checks import elements, in_each, must_be, require_allowed, whole_resource
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.values import PropertyNode

MANAGEMENT_PORTS = {22: "SSH", 3389: "RDP", 5985: "WinRM", 5986: "WinRM"}
_ANYWHERE = frozenset({"*", "internet", "any", "0.0.0.0/0", "::/0"})
# Azure supports no network security group there, or breaks with one: learn.microsoft.com, "About VPN Gateway
# configuration settings", "Azure Firewall FAQ", "Azure Route Server FAQ".
_NO_GROUP = frozenset(
    {"gatewaysubnet", "azurefirewallsubnet", "azurefirewallmanagementsubnet", "routeserversubnet"}
)

_SUBNETS = {t.NETWORK: elements("subnets"), t.SUBNET: whole_resource}
_RULES = {t.SECURITY_GROUP: elements("securityRules"), t.SECURITY_RULE: whole_resource}


def values_of(node: PropertyNode, single: str, several: str) -> list[str]:
    value = node.get(single)
    return [*([str(value)] if value else []), *node.texts(several)]


def covers(ranges: Sequence[str], port: int) -> bool:
    """Whether a port lies in one of Azure's port ranges: `22`, `20-25`, `*`."""
    for text in ranges:
        first, _, last = text.partition("-")
        if text == "*" or int(first) <= port <= int(last or first):
            return True
    return False


def open_to_the_internet(rule: PropertyNode) -> bool:
    """Whether a security rule allows inbound traffic from anywhere."""
    sources = values_of(rule, "sourceAddressPrefix", "sourceAddressPrefixes")
    return (
        rule.lower_text("access") == "allow"
        and rule.lower_text("direction") == "inbound"
        and any(prefix.lower() in _ANYWHERE for prefix in sources)
    )


def ports_of(rule: PropertyNode) -> list[str]:
    """The port ranges of a security rule."""
    return values_of(rule, "destinationPortRange", "destinationPortRanges")


def _has_group(subnet: PropertyNode, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if (subnet.lower_text("name") or subnet.lower_text("subnetName")) in _NO_GROUP:
        return
    if not subnet.present("networkSecurityGroup"):
        yield Violation(subnet.path or "networkSecurityGroup", "has no network security group")


def _no_default_outbound(subnet: PropertyNode, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    yield from require_allowed(subnet, "defaultOutboundAccess", (False,))


def _behind_firewall(subnet: PropertyNode, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if subnet.present("natGateway"):
        where = f"{subnet.path}.natGateway" if subnet.path else "natGateway"
        yield Violation(where, "leaves through a NAT gateway, which filters nothing by host name")


def _management_port(rule: PropertyNode, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if not open_to_the_internet(rule):
        return
    for port, name in MANAGEMENT_PORTS.items():
        if covers(ports_of(rule), port):
            where = rule.path or "destinationPortRange"
            yield Violation(where, f"opens {name} ({port}) to the Internet")


def _open_inbound(rule: PropertyNode, settings: PolicySettings) -> Iterator[Violation]:
    if not open_to_the_internet(rule):
        return
    allowed = {str(port) for port in settings["ports"]}
    where = rule.path or "destinationPortRange"
    for ports in ports_of(rule):
        if ports not in allowed:
            yield Violation(
                where, f"allows the Internet on port {ports}, must be one of {', '.join(sorted(allowed))}"
            )
    if rule.lower_text("protocol") in {"udp", "*"}:
        yield Violation(where, f"allows the Internet with protocol {rule.get('protocol')}, must be Tcp")


def _last_deny(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    rules = list(resource.each("securityRules"))
    for direction in ("Inbound", "Outbound"):
        closing = [rule for rule in rules if _denies_all(rule, direction.lower())]
        if not closing:
            yield Violation("securityRules", f"has no rule that denies all other {direction.lower()} traffic")


def _denies_all(rule: PropertyNode, direction: str) -> bool:
    wanted: dict[str, Any] = {
        "direction": direction,
        "access": "deny",
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*",
    }
    return all(rule.lower_text(path) == value for path, value in wanted.items())


def _nic_configurations(resource: DeclaredResource) -> Iterator[PropertyNode]:
    if resource.type == t.NIC:
        yield from resource.each("ipConfigurations")
        return
    for nic in resource.each("virtualMachineProfile.networkProfile.networkInterfaceConfigurations"):
        yield from nic.each("ipConfigurations")


def _no_address(configuration: PropertyNode, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    for name in ("publicIPAddress", "publicIPAddressConfiguration"):
        if configuration.present(name):
            yield Violation(f"{configuration.path}.{name}", "assigns a public address")


POLICIES = (
    Policy(
        id="subnet-security-group",
        title="Every subnet has a network security group",
        reason="Without one, the whole network reaches everything in the subnet.",
        fix="Set networkSecurityGroup on the subnet.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV2_AZURE_31", "MCSB NS-1"),
        types=(t.NETWORK, t.SUBNET),
        check=in_each(_SUBNETS, _has_group),
    ),
    Policy(
        id="subnet-default-outbound",
        title="Subnets have no default outbound access",
        reason="Azure's default outbound address is not yours, is not logged, and no firewall filters it.",
        fix="Set defaultOutboundAccess false and give the subnet a NAT gateway or a firewall.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-1",),
        types=(t.NETWORK, t.SUBNET),
        check=in_each(_SUBNETS, _no_default_outbound),
    ),
    Policy(
        id="subnet-egress-firewall",
        title="Production leaves through a firewall that knows host names",
        reason="Service tags open whole regions to everybody's machines; AKS's own page says that they can't "
        "lock its outbound traffic down.",
        fix="Set network.egress to firewall, or waive this with the reason why tags are enough.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.DISABLED,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-3",),
        types=(t.NETWORK, t.SUBNET),
        check=in_each(_SUBNETS, _behind_firewall),
    ),
    Policy(
        id="nsg-management-port",
        title="No management port is open to the Internet",
        reason="Open SSH, RDP and WinRM ports are attacked within minutes.",
        fix="Remove the rule; people connect through Bastion.",
        severity=Severity.CRITICAL,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_9", "CKV_AZURE_10", "CIS Azure 3.0.0: 7.1", "CIS Azure 3.0.0: 7.2", "MCSB NS-1"),
        types=(t.SECURITY_GROUP, t.SECURITY_RULE),
        check=in_each(_RULES, _management_port),
    ),
    Policy(
        id="nsg-open-inbound",
        title="Inbound traffic from the Internet is limited to listed ports",
        reason="Only Bastion needs inbound Internet traffic, on port 443.",
        fix="Restrict the sources, or add the port to this policy's `ports` in a reviewed change.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_77", "CKV_AZURE_160", "CIS Azure 3.0.0: 7.3", "CIS Azure 3.0.0: 7.4", "MCSB NS-1"),
        types=(t.SECURITY_GROUP, t.SECURITY_RULE),
        check=in_each(_RULES, _open_inbound),
        config={"ports": {"type": "array", "items": {"type": "integer"}, "default": [443]}},
    ),
    Policy(
        id="nsg-last-deny",
        title="Security groups deny all other traffic, inbound and outbound",
        reason="Azure's default rules allow all inbound traffic of the network and all outbound traffic.",
        fix="Add a rule of priority 4096 in each direction that denies everything.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-1",),
        types=(t.SECURITY_GROUP,),
        check=_last_deny,
    ),
    Policy(
        id="machine-public-address",
        title="Virtual machines have no public address",
        reason="With a public address, every vulnerability of the machine can be exploited from anywhere.",
        fix="Remove the public address; use Bastion for people and a NAT gateway for outbound traffic.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_119", "MCSB NS-2"),
        types=(t.NIC, t.MACHINES),
        check=in_each({t.NIC: _nic_configurations, t.MACHINES: _nic_configurations}, _no_address),
    ),
    Policy(
        id="address-basic-sku",
        title="Public addresses use the Standard SKU",
        reason="Basic addresses were retired on 30 September 2025, and they are open by default.",
        fix="Set sku.name to Standard and publicIPAllocationMethod to Static.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS Azure 3.0.0: 6.5", "MCSB NS-1"),
        types=(t.ADDRESS,),
        check=must_be("sku.name", "Standard", "StandardV2"),
    ),
)
