"""Virtual networks, their subnets and their peerings."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence, assumed, documented, specified
from azsandbox.arm.model import Inline, InUse, NameRule, Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.network import outputs
from azsandbox.services.network.rules import subnets, virtual_networks
from azsandbox.services.network.types.common import (
    NAME,
    NAT_GATEWAY,
    NETWORK_SECURITY_GROUP,
    PROVIDER,
    ROUTE_TABLE,
)

_SUBNET_REFERENCES = (
    Reference("networkSecurityGroup.id", (NETWORK_SECURITY_GROUP,)),
    Reference("routeTable.id", (ROUTE_TABLE,)),
    Reference("natGateway.id", (NAT_GATEWAY,)),
)

TYPES = (
    ResourceType(
        token="azure-native:network:VirtualNetwork",
        path=PROVIDER + "virtualNetworks/{virtualNetworkName}",
        name=NameRule(r"[a-zA-Z0-9][\w.-]{0,62}\w", "2 to 64 letters, digits, _ . -", Evidence.DOCUMENTATION),
        references=tuple(
            Reference(f"subnets[].{reference.path}", reference.kinds) for reference in _SUBNET_REFERENCES
        ),
        early=(virtual_networks.address_space_is_valid, virtual_networks.subnets_partition_address_space),
        rules=(virtual_networks.address_space_contains_existing_subnets,),
        outputs=outputs.virtual_network,
        inline=(Inline("subnets", "azure-native:network:Subnet"),),
        claims=(
            specified(
                "prefixes are CIDR ranges without host bits; its subnets lie within it, without overlaps"
            ),
            documented("its address space does not overlap Docker's bridge, 172.17.0.0/16 (for Azure ML)"),
            documented("a virtual network that is declared without subnets keeps those that it has"),
        ),
    ),
    ResourceType(
        token="azure-native:network:Subnet",
        path=PROVIDER + "virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
        name=NAME,
        references=_SUBNET_REFERENCES,
        replace=("defaultOutboundAccess",),
        early=(subnets.prefixes_are_large_enough, subnets.services_are_listed),
        rules=(
            subnets.subnet_within_network,
            subnets.subnet_overlaps_no_other,
            subnets.bastion_subnet_complies,
        ),
        in_use=InUse(
            code="InUseSubnetCannotBeDeleted",
            message="Subnet {id} is in use by {by} and cannot be deleted.",
        ),
        claims=(
            documented("is within its network, overlaps no other subnet, is /29 or larger"),
            documented(
                "AzureBastionSubnet is /26 or larger and has no route table; its security group has all "
                "rules that Bastion requires"
            ),
            documented("delegations and service endpoints name services that have them"),
            documented("can't be deleted while a resource is in it"),
            assumed("default outbound access is decided at creation"),
        ),
    ),
    ResourceType(
        token="azure-native:network:VirtualNetworkPeering",
        path=PROVIDER
        + "virtualNetworks/{virtualNetworkName}/virtualNetworkPeerings/{virtualNetworkPeeringName}",
        name=NAME,
        references=(Reference("remoteVirtualNetwork.id", (kinds.VIRTUAL_NETWORK,)),),
        rules=(virtual_networks.peered_address_spaces_do_not_overlap,),
        outputs=outputs.virtual_network_peering,
        claims=(documented("the address spaces of peered networks don't overlap"),),
    ),
)
