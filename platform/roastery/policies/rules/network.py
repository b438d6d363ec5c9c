"""The virtual network: subnets and public addresses."""

from __future__ import annotations

from collections.abc import Iterator

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

# Azure supports no network security group there, or breaks with one: learn.microsoft.com, "About VPN Gateway
# configuration settings", "Azure Firewall FAQ", "Azure Route Server FAQ".
_NO_GROUP = frozenset(
    {"gatewaysubnet", "azurefirewallsubnet", "azurefirewallmanagementsubnet", "routeserversubnet"}
)

_SUBNETS = {t.NETWORK: elements("subnets"), t.SUBNET: whole_resource}


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
