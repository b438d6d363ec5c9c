"""Private endpoints and the DNS zone groups that resolve them."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, recorded, specified
from azsandbox.arm.model import Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.network import outputs
from azsandbox.services.network.rules import (
    private_dns_zone_groups,
    private_endpoints,
    static_endpoint_addresses,
)
from azsandbox.services.network.types.common import NAME, PROVIDER

_ENDPOINT = PROVIDER + "privateEndpoints/{privateEndpointName}"

TYPES = (
    ResourceType(
        token="azure-native:network:PrivateEndpoint",
        path=_ENDPOINT,
        name=NAME,
        replace=("subnet",),  # pulumi-azure-native, provider/pkg/gen/replacement.go, read 2026-12-01
        references=(Reference("subnet.id", (kinds.SUBNET,)),),
        laws=(
            laws.SameRegion(path="subnet.id"),
            laws.Unique(path="ipConfigurations"),
            laws.Unchangeable(path="customNetworkInterfaceName"),
            private_endpoints.ConnectionStays(source="Microsoft.Network/privateEndpoints"),
        ),
        early=(
            private_endpoints.subnet_is_named,
            private_endpoints.exactly_one_connection,
            private_endpoints.static_addresses_are_complete,
        ),
        rules=(
            private_endpoints.target_offers_group_id,
            private_endpoints.target_supports_private_endpoints,
            private_endpoints.subnet_takes_endpoints,
            static_endpoint_addresses.members_are_all_named,
            static_endpoint_addresses.static_addresses_are_free,
        ),
        doubts=(static_endpoint_addresses.unusual_members,),
        outputs=outputs.private_endpoint,
        claims=(
            recorded("has exactly one connection, to one group"),
            documented("the group id is one that the target offers, for every modelled target"),
            documented("an alias needs a manual connection; your own private link service has no groups"),
            specified("a request message has at most 140 characters"),
            documented(
                "a registry behind it is of SKU Premium, and a dfs endpoint leads to a hierarchical namespace"
            ),
            documented("its subnet is not delegated"),
            documented("it gets the next free addresses of its subnet"),
            recorded("a static address is in its subnet, not reserved, and in use by nothing else"),
            recorded("static addresses name all members of the group"),
        ),
        deviations=("a connection that is not manual is approved at once, as for an owner of both sides",),
    ),
    ResourceType(
        token="azure-native:network:PrivateDnsZoneGroup",
        path=_ENDPOINT + "/privateDnsZoneGroups/{privateDnsZoneGroupName}",
        name=NAME,
        references=(Reference("privateDnsZoneConfigs[].privateDnsZoneId", (kinds.PRIVATE_DNS_ZONE,)),),
        laws=(
            laws.AtMost(path="privateDnsZoneConfigs", most=5, source="private endpoint DNS: zone group"),
            laws.Unique(path="privateDnsZoneConfigs", source="DuplicateResourceName"),
        ),
        early=(private_dns_zone_groups.zones_are_named,),
        rules=(
            private_dns_zone_groups.endpoint_has_a_single_group,
            private_dns_zone_groups.zones_belong_to_the_group,
        ),
        doubts=(
            private_dns_zone_groups.some_zones_are_missing,
            private_dns_zone_groups.some_zones_are_not_linked,
        ),
        claims=(
            recorded("an endpoint has one group of zones"),
            documented("its zones belong to the endpoint's group id; a missing one is a warning"),
            documented("a zone that is not linked to the endpoint's network is a warning"),
        ),
    ),
)
