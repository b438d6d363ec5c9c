"""Network interfaces."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, recorded, specified
from azsandbox.arm.model import InUse, Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.network import outputs
from azsandbox.services.network.rules import network_interfaces
from azsandbox.services.network.types.common import (
    NAME,
    NETWORK_SECURITY_GROUP,
    PROVIDER,
    PUBLIC_IP_ADDRESS,
)

TYPES = (
    ResourceType(
        token="azure-native:network:NetworkInterface",
        path=PROVIDER + "networkInterfaces/{networkInterfaceName}",
        name=NAME,
        references=(
            Reference("ipConfigurations[].subnet.id", (kinds.SUBNET,)),
            Reference("ipConfigurations[].publicIPAddress.id", (PUBLIC_IP_ADDRESS,)),
            Reference("networkSecurityGroup.id", (NETWORK_SECURITY_GROUP,)),
        ),
        laws=(
            laws.NotEmpty(path="ipConfigurations", demanded=True),
            laws.Unique(path="ipConfigurations"),
            laws.Needs(
                when="auxiliaryMode", needs=("auxiliarySku",), source="Microsoft.Network/networkInterfaces"
            ),
            laws.Needs(
                when="auxiliarySku", needs=("auxiliaryMode",), source="Microsoft.Network/networkInterfaces"
            ),
            laws.SameRegion(path="ipConfigurations[].subnet.id"),
            laws.SameRegion(path="ipConfigurations[].publicIPAddress.id"),
            laws.SameRegion(path="networkSecurityGroup.id"),
        ),
        early=(
            network_interfaces.configurations_are_complete,
            network_interfaces.name_servers_are_addresses,
        ),
        rules=(
            network_interfaces.configurations_are_in_a_single_network,
            network_interfaces.static_addresses_are_free,
            network_interfaces.public_addresses_are_its_own,
        ),
        outputs=outputs.network_interface,
        in_use=InUse(code="NicInUse", message="Network Interface {id} is used by existing resource {by}."),
        claims=(
            specified("each IPv4 configuration has a subnet, all in one virtual network"),
            recorded("a static configuration has an address"),
            recorded("a static address is in its subnet, not reserved, and in use by nothing else"),
            specified("exactly one of several configurations is primary, and at least one is IPv4"),
            specified("its DNS servers are IP addresses, or AzureProvidedDNS alone"),
            recorded("its public address is in use by nothing else"),
            documented("gets the next free address of its subnet"),
            documented("can't be deleted while a virtual machine uses it"),
        ),
    ),
)
