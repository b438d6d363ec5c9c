"""Route tables and their routes."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, recorded, specified
from azsandbox.arm.model import Inline, InUse, ResourceType
from azsandbox.services.network.rules import route_tables, routes
from azsandbox.services.network.types.common import NAME, PROVIDER

_TABLE = PROVIDER + "routeTables/{routeTableName}"

TYPES = (
    ResourceType(
        token="azure-native:network:RouteTable",
        path=_TABLE,
        name=NAME,
        laws=(
            laws.Unique(path="routes"),
            laws.Unique(path="routes", by=("addressPrefix",), source="RouteConflict"),
        ),
        early=(route_tables.inline_routes_are_valid, routes.inline_next_hops_are_addresses),
        inline=(Inline("routes", "azure-native:network:Route"),),
        in_use=InUse(
            code="InUseRouteTableCannotBeDeleted",
            message="Route table {id} is in use by {by} and cannot be deleted.",
        ),
        claims=(documented("can't be deleted while a subnet uses it"),),
    ),
    ResourceType(
        token="azure-native:network:Route",
        path=_TABLE + "/routes/{routeName}",
        name=NAME,
        early=(
            route_tables.destination_is_a_range_or_tag,
            route_tables.next_hop_address_only_for_appliances,
            routes.next_hop_is_an_address,
        ),
        rules=(routes.destination_is_free,),
        claims=(
            documented("a next hop address is set for VirtualAppliance, and for nothing else"),
            documented("the destination is a CIDR range or a service tag that routes take"),
            specified("its next hop is an IP address"),
            recorded("no other route of its table has the same destination"),
        ),
    ),
)
