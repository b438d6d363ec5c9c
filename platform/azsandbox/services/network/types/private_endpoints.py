"""Private endpoints and the DNS zone groups that resolve them."""

from __future__ import annotations

from azsandbox.arm.evidence import assumed, documented, specified
from azsandbox.arm.model import Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.network import outputs
from azsandbox.services.network.rules import private_dns_zone_groups, private_endpoints
from azsandbox.services.network.types.common import NAME, PROVIDER

_ENDPOINT = PROVIDER + "privateEndpoints/{privateEndpointName}"

TYPES = (
    ResourceType(
        token="azure-native:network:PrivateEndpoint",
        path=_ENDPOINT,
        name=NAME,
        replace=("subnet", "customNetworkInterfaceName", "privateLinkServiceConnections"),
        references=(Reference("subnet.id", (kinds.SUBNET,)),),
        early=(private_endpoints.exactly_one_connection,),
        rules=(
            private_endpoints.target_offers_group_id,
            private_endpoints.target_supports_private_endpoints,
            private_endpoints.subnet_is_not_delegated,
        ),
        outputs=outputs.private_endpoint,
        claims=(
            documented("the group id is one that the target offers, for every modelled target"),
            documented("its subnet is not delegated; it gets the next free addresses"),
            specified("a change of subnet is a new endpoint"),
        ),
        deviations=("every connection is approved at once, as for an owner of both sides",),
    ),
    ResourceType(
        token="azure-native:network:PrivateDnsZoneGroup",
        path=_ENDPOINT + "/privateDnsZoneGroups/{privateDnsZoneGroupName}",
        name=NAME,
        references=(Reference("privateDnsZoneConfigs[].privateDnsZoneId", (kinds.PRIVATE_DNS_ZONE,)),),
        rules=(
            private_dns_zone_groups.zones_match_group_id,
            private_dns_zone_groups.zones_are_linked_to_network,
        ),
        claims=(
            documented("its zones are exactly those of the endpoint's group id"),
            assumed(
                "each zone is linked to the endpoint's network, else its names would not resolve (Azure "
                "itself accepts it)"
            ),
        ),
    ),
)
