"""Public IP addresses and prefixes."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import InUse, ResourceType
from azsandbox.services.network import outputs
from azsandbox.services.network.rules import public_ip_addresses
from azsandbox.services.network.types.common import NAME, PROVIDER

TYPES = (
    ResourceType(
        token="azure-native:network:PublicIPAddress",
        path=PROVIDER + "publicIPAddresses/{publicIpAddressName}",
        name=NAME,
        replace=("sku", "publicIPAddressVersion", "zones"),
        early=(public_ip_addresses.sku_is_standard_and_static,),
        outputs=outputs.public_ip_address,
        in_use=InUse(
            code="PublicIPAddressCannotBeDeleted",
            message="Public IP address {id} can not be deleted since it is still allocated to resource {by}.",
        ),
        claims=(
            documented("SKU Standard is static; SKU Basic is retired"),
            specified("SKU, version and zones can't change"),
            documented("can't be deleted while something uses it"),
        ),
    ),
    ResourceType(
        token="azure-native:network:PublicIPPrefix",
        path=PROVIDER + "publicIPPrefixes/{publicIpPrefixName}",
        name=NAME,
        replace=("sku", "prefixLength", "zones"),
        in_use=InUse(code="PublicIPPrefixInUse", message="Public IP prefix {id} is in use by {by}."),
        claims=(documented("can't be deleted while something uses it"),),
    ),
)
