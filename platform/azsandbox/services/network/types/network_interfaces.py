"""Network interfaces."""

from __future__ import annotations

from azsandbox.arm.evidence import documented
from azsandbox.arm.model import InUse, Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.network import outputs
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
        outputs=outputs.network_interface,
        in_use=InUse(code="NicInUse", message="Network Interface {id} is used by existing resource {by}."),
        claims=(
            documented(
                "gets the next free address of its subnet; can't be deleted while a virtual machine uses it"
            ),
        ),
    ),
)
