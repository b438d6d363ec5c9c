"""Bastion hosts."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented
from azsandbox.arm.model import Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.network import outputs
from azsandbox.services.network.rules import bastion_hosts
from azsandbox.services.network.types.common import NAME, PROVIDER, PUBLIC_IP_ADDRESS

TYPES = (
    ResourceType(
        token="azure-native:network:BastionHost",
        path=PROVIDER + "bastionHosts/{bastionHostName}",
        name=NAME,
        references=(
            Reference("ipConfigurations[].subnet.id", (kinds.SUBNET,)),
            Reference("ipConfigurations[].publicIPAddress.id", (PUBLIC_IP_ADDRESS,)),
            Reference("virtualNetwork.id", (kinds.VIRTUAL_NETWORK,)),
        ),
        laws=(
            laws.AtMost(path="ipConfigurations", most=1, source="Microsoft.Network/bastionHosts"),
            laws.Climbs(
                path="sku.name",
                order=("Developer", "Basic", "Standard", "Premium"),
                source="About Bastion configuration settings",
            ),
            laws.Unchangeable(path="ipConfigurations[].subnet.id"),
            laws.Unchangeable(path="ipConfigurations[].publicIPAddress.id"),
            laws.Unchangeable(path="zones"),
            laws.SameRegion(path="ipConfigurations[].subnet.id"),
            laws.SameRegion(path="ipConfigurations[].publicIPAddress.id"),
            laws.SameRegion(path="virtualNetwork.id"),
        ),
        early=(bastion_hosts.features_supported_by_sku, bastion_hosts.host_is_in_a_subnet_or_shared),
        rules=(
            bastion_hosts.host_in_bastion_subnet,
            bastion_hosts.only_host_of_network,
            bastion_hosts.address_suits_the_host,
        ),
        outputs=outputs.bastion_host,
        claims=(
            documented("is in AzureBastionSubnet"),
            documented("a network has at most one host"),
            documented("its features are those of its SKU; Basic and Developer have two scale units"),
            documented("SKU Developer has a network only; any other has a subnet and an address"),
            documented("its address is IPv4 of SKU Standard, and in use by nothing else"),
        ),
    ),
)
