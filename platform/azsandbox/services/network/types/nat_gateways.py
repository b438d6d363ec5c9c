"""NAT gateways."""

from __future__ import annotations

from azsandbox.arm.evidence import documented
from azsandbox.arm.model import InUse, Reference, ResourceType
from azsandbox.services.network.rules import nat_gateways
from azsandbox.services.network.types.common import NAME, PROVIDER, PUBLIC_IP_ADDRESS, PUBLIC_IP_PREFIX

TYPES = (
    ResourceType(
        token="azure-native:network:NatGateway",
        path=PROVIDER + "natGateways/{natGatewayName}",
        name=NAME,
        replace=("sku", "zones"),
        references=(
            Reference("publicIpAddresses[].id", (PUBLIC_IP_ADDRESS,)),
            Reference("publicIpPrefixes[].id", (PUBLIC_IP_PREFIX,)),
        ),
        early=(nat_gateways.gateway_in_one_zone, nat_gateways.gateway_has_an_address),
        rules=(nat_gateways.addresses_are_standard,),
        in_use=InUse(
            code="InUseNatGatewayCannotBeDeleted",
            message="Nat Gateway {id} is in use by {by} and cannot be deleted.",
        ),
        claims=(
            documented("needs a public address or prefix of SKU Standard; has at most one zone"),
            documented("can't be deleted while a subnet uses it"),
        ),
    ),
)
