"""Bastion hosts."""

from __future__ import annotations

from azsandbox.arm.evidence import assumed, documented
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
        replace=("ipConfigurations", "virtualNetwork", "zones"),
        references=(
            Reference("ipConfigurations[].subnet.id", (kinds.SUBNET,)),
            Reference("ipConfigurations[].publicIPAddress.id", (PUBLIC_IP_ADDRESS,)),
            Reference("virtualNetwork.id", (kinds.VIRTUAL_NETWORK,)),
        ),
        early=(bastion_hosts.features_supported_by_sku,),
        rules=(bastion_hosts.host_in_bastion_subnet, bastion_hosts.only_host_of_network),
        outputs=outputs.bastion_host,
        claims=(
            documented(
                "is in AzureBastionSubnet, one per network; tunnelling, IP connect, file copy and scale "
                "units need SKU Standard"
            ),
            assumed("a change of subnet, address, network or zones is a new host"),
        ),
    ),
)
