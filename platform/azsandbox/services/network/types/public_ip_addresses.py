"""Public IP addresses and prefixes."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import Evidence, documented, recorded
from azsandbox.arm.model import InUse, Reference, ResourceType
from azsandbox.services.network import defaults, outputs
from azsandbox.services.network.rules import public_ip_addresses
from azsandbox.services.network.types.common import NAME, PROVIDER, PUBLIC_IP_PREFIX

TYPES = (
    ResourceType(
        token="azure-native:network:PublicIPAddress",
        defaults=defaults.PUBLIC_IP_ADDRESS,
        path=PROVIDER + "publicIPAddresses/{publicIpAddressName}",
        name=NAME,
        # pulumi-azure-native, provider/pkg/gen/replacement.go, read 2026-12-01
        replace=("sku", "publicIPAddressVersion", "publicIPPrefix"),
        references=(Reference("publicIPPrefix.id", (PUBLIC_IP_PREFIX,)),),
        laws=(
            laws.Unchangeable(path="zones", source="ResourceAvailabilityZonesCannotBeModified"),
            laws.Between(path="idleTimeoutInMinutes", least=4, most=30, source="public IP addresses"),
            laws.Matches(
                path="dnsSettings.domainNameLabel",
                pattern=r"[a-z][a-z0-9-]{1,61}[a-z0-9]",
                description="3 to 63 lower-case letters, digits and inner hyphens, beginning with a letter",
                source="Microsoft.Network/publicIPAddresses",
            ),
            laws.Feature(
                path="ddosSettings.ddosProtectionPlan",
                only_with="ddosSettings.protectionMode",
                among=("Enabled",),
                default="VirtualNetworkInherited",
                source="Microsoft.Network/publicIPAddresses",
                evidence=Evidence.SPECIFICATION,
            ),
            laws.SameRegion(path="publicIPPrefix.id"),
        ),
        early=(
            public_ip_addresses.sku_is_standard_and_static,
            public_ip_addresses.global_and_routed_addresses_are_ipv4,
            public_ip_addresses.zones_are_all_or_a_single_one,
        ),
        rules=(public_ip_addresses.label_is_free, public_ip_addresses.address_matches_its_prefix),
        outputs=outputs.public_ip_address,
        in_use=InUse(
            code="PublicIPAddressCannotBeDeleted",
            message="Public IP address {id} can not be deleted since it is still allocated to resource {by}. "
            "In order to delete the public IP, disassociate/detach the Public IP address from the resource.  "
            "To learn how to do this, see aka.ms/deletepublicip.",
        ),
        claims=(
            recorded("SKU Standard is static"),
            documented("SKU Basic is retired"),
            documented("tier Global and routing preference are for IPv4, and not for one address"),
            recorded("its DNS label is free in its region"),
            documented("an address from a prefix has its version and its zones"),
            documented("can't be deleted while something uses it"),
        ),
    ),
    ResourceType(
        token="azure-native:network:PublicIPPrefix",
        defaults=defaults.PUBLIC_IP_PREFIX,
        path=PROVIDER + "publicIPPrefixes/{publicIpPrefixName}",
        name=NAME,
        laws=tuple(
            laws.Unchangeable(path=path, source="public IP address prefix")
            for path in ("sku.name", "prefixLength", "zones", "publicIPAddressVersion")
        ),
        early=(
            public_ip_addresses.prefix_length_is_offered,
            public_ip_addresses.zones_are_all_or_a_single_one,
        ),
        in_use=InUse(code="PublicIPPrefixInUse", message="Public IP prefix {id} is in use by {by}."),
        claims=(
            documented("its length is 28 to 31, or 124 to 127 for IPv6; larger ones are your own"),
            documented("can't be deleted while something uses it"),
        ),
    ),
)
