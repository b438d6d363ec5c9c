"""NAT gateways."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, recorded
from azsandbox.arm.model import InUse, Reference, ResourceType
from azsandbox.services.network.rules import nat_gateways
from azsandbox.services.network.types.common import NAME, PROVIDER, PUBLIC_IP_ADDRESS, PUBLIC_IP_PREFIX

TYPES = (
    ResourceType(
        token="azure-native:network:NatGateway",
        path=PROVIDER + "natGateways/{natGatewayName}",
        name=NAME,
        references=(
            Reference("publicIpAddresses[].id", (PUBLIC_IP_ADDRESS,)),
            Reference("publicIpPrefixes[].id", (PUBLIC_IP_PREFIX,)),
        ),
        laws=(
            laws.Unchangeable(path="sku.name", source="NAT gateway SKUs"),
            laws.Unchangeable(path="zones", source="NAT gateway resource: availability zones"),
            laws.Between(path="idleTimeoutInMinutes", least=4, most=120, source="NAT gateway resource"),
            laws.Unique(path="publicIpAddresses", by=("id",)),
            laws.Unique(path="publicIpPrefixes", by=("id",)),
            laws.SameRegion(path="publicIpAddresses[].id"),
            laws.SameRegion(path="publicIpPrefixes[].id"),
        ),
        early=(nat_gateways.gateway_in_one_zone, nat_gateways.gateway_has_an_address),
        rules=(
            nat_gateways.addresses_suit_the_gateway,
            nat_gateways.addresses_are_at_most_sixteen,
            nat_gateways.addresses_are_its_own,
        ),
        in_use=InUse(
            code="InUseNatGatewayCannotBeDeleted",
            message="Nat Gateway {id} is in use by {by} and cannot be deleted.",
        ),
        claims=(
            documented("its addresses and prefixes are of its own SKU"),
            documented(
                "SKU Standard takes IPv4 only; no address is routed over the internet or DDoS protected"
            ),
            documented("a gateway and an address that are each in one zone are in the same one"),
            documented("has at most 16 addresses, those of prefixes included"),
            recorded("has at most one zone"),
            recorded("its addresses are in use by nothing else"),
            documented("can't be deleted while a subnet uses it"),
        ),
    ),
)
