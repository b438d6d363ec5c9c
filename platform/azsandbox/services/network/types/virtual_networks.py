"""Virtual networks, their subnets and their peerings."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import Evidence, documented, recorded, specified
from azsandbox.arm.laws import Law
from azsandbox.arm.model import Inline, InUse, NameRule, Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.network import defaults, outputs
from azsandbox.services.network.rules import (
    peerings,
    special_subnets,
    subnet_services,
    subnets,
    virtual_networks,
)
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
_FAQ = "virtual network FAQ"


def _subnet_laws(within: str = "") -> tuple[Law, ...]:
    """The laws of a subnet's inputs, inline (`subnets[]`) or of its own."""
    prefix = f"{within}." if within else ""
    return (
        laws.ExactlyOne(
            within=within,
            of=("addressPrefix", "addressPrefixes", "ipamPoolPrefixAllocations"),
            source="Microsoft.Network/virtualNetworks/subnets",
        ),
        laws.NotEmpty(path=f"{prefix}addressPrefixes"),
        laws.Unique(path=f"{prefix}serviceEndpoints", by=("service",)),
        laws.Unique(path=f"{prefix}delegations", by=("name",)),
        laws.Feature(
            within=within,
            path="sharingScope",
            values=("Tenant",),
            only_with="defaultOutboundAccess",
            among=(False,),
            source="Microsoft.Network/virtualNetworks/subnets",
            evidence=Evidence.SPECIFICATION,
        ),
    )


TYPES = (
    ResourceType(
        token="azure-native:network:VirtualNetwork",
        defaults=defaults.VIRTUAL_NETWORK,
        path=PROVIDER + "virtualNetworks/{virtualNetworkName}",
        name=NameRule(
            r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9_]",
            "2 to 64 letters, digits, _ . -",
            Evidence.DOCUMENTATION,
        ),
        references=tuple(
            Reference(f"subnets[].{reference.path}", reference.kinds) for reference in _SUBNET_REFERENCES
        ),
        laws=(
            *_subnet_laws("subnets[]"),
            laws.Unique(path="subnets"),
            laws.Unique(path="virtualNetworkPeerings"),
            laws.Format(path="dhcpOptions.dnsServers[]", form="address", source=_FAQ),
            laws.AtMost(path="dhcpOptions.dnsServers", most=20, source="networking limits"),
            laws.Unique(path="dhcpOptions.dnsServers", by=()),
            laws.Between(
                path="flowTimeoutInMinutes", least=4, most=30, source="virtualNetworks.flowTimeoutInMinutes"
            ),
            laws.Needs(
                when="enableDdosProtection",
                values=(True,),
                needs=("ddosProtectionPlan",),
                source="Microsoft.Network/virtualNetworks",
                evidence=Evidence.SPECIFICATION,
            ),
        ),
        early=(
            virtual_networks.address_space_is_valid,
            virtual_networks.subnets_partition_address_space,
            virtual_networks.community_is_valid,
            virtual_networks.encryption_enforcement_is_available,
        ),
        rules=(
            virtual_networks.address_space_contains_existing_subnets,
            virtual_networks.address_space_is_apart_from_peers,
        ),
        outputs=outputs.virtual_network,
        inline=(Inline("subnets", "azure-native:network:Subnet"),),
        claims=(
            documented(
                "has an address range, none of them multicast, loopback, link-local or Azure's own DNS"
            ),
            documented("its address ranges are without host bits and don't overlap each other"),
            documented("its subnets lie within it, without overlaps"),
            documented("a range that Docker's bridge has, 172.17.0.0/16, is a warning (for Azure ML)"),
            documented("its address space overlaps no network that it is peered with"),
            documented("a virtual network that is declared without subnets keeps those that it has"),
            specified("a BGP community is two numbers"),
        ),
    ),
    ResourceType(
        token="azure-native:network:Subnet",
        defaults=defaults.SUBNET,
        path=PROVIDER + "virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
        name=NAME,
        references=_SUBNET_REFERENCES,
        laws=(
            *_subnet_laws(),
            laws.SameRegion(path="networkSecurityGroup.id"),
            laws.SameRegion(path="routeTable.id"),
            laws.SameRegion(path="natGateway.id"),
        ),
        early=(
            subnets.ranges_are_valid,
            special_subnets.dedicated_subnet_is_left_alone,
            subnet_services.delegations_are_known,
            subnet_services.service_endpoints_are_known,
        ),
        rules=(
            subnets.subnet_within_network,
            subnets.subnet_overlaps_no_other,
            subnets.prefix_in_use_stays,
            subnet_services.attached_resources_are_in_the_subscription,
            subnet_services.gateway_serves_a_single_network,
            special_subnets.bastion_group_complies,
            special_subnets.firewall_table_leads_to_the_internet,
        ),
        in_use=InUse(
            code="InUseSubnetCannotBeDeleted",
            message="Subnet {id} is in use by {by} and cannot be deleted. In order to delete the subnet, "
            "delete all the resources within the subnet. See aka.ms/deletesubnet.",
            by=subnets.RESIDENTS,
        ),
        claims=(
            documented("is within its network and overlaps no other subnet"),
            documented("is /29 or larger, exactly /64 for IPv6"),
            documented("AzureBastionSubnet and the subnets of Azure Firewall are /26 or larger"),
            documented(
                "AzureBastionSubnet has no route table; its security group has all rules that Bastion "
                "requires, inline "
                "or as resources of their own"
            ),
            recorded("a route table of AzureFirewallSubnet sends 0.0.0.0/0 to the Internet"),
            recorded("GatewaySubnet and the subnets of Azure Firewall have no security group"),
            documented("GatewaySubnet has no NAT gateway; subnets with a purpose are not delegated"),
            documented("its delegations and service endpoints name published services"),
            documented("its security group, route table and NAT gateway are in its subscription"),
            documented("a NAT gateway serves subnets of a single network"),
            recorded("a prefix with addresses in use can't be removed or changed"),
            documented("can't be deleted while a resource is in it"),
        ),
    ),
    ResourceType(
        token="azure-native:network:VirtualNetworkPeering",
        defaults=defaults.PEERING,
        path=PROVIDER
        + "virtualNetworks/{virtualNetworkName}/virtualNetworkPeerings/{virtualNetworkPeeringName}",
        name=NAME,
        references=(Reference("remoteVirtualNetwork.id", (kinds.VIRTUAL_NETWORK,)),),
        laws=(
            laws.Unchangeable(path="remoteVirtualNetwork.id", source="manage virtual network peerings"),
            laws.Feature(
                path="localSubnetNames", only_with="peerCompleteVnets", among=(False,), default=True
            ),
            laws.Feature(
                path="remoteSubnetNames", only_with="peerCompleteVnets", among=(False,), default=True
            ),
            laws.Feature(
                path="enableOnlyIPv6Peering", only_with="peerCompleteVnets", among=(False,), default=True
            ),
            laws.Needs(
                when="peerCompleteVnets",
                values=(False,),
                needs=("localSubnetNames", "remoteSubnetNames"),
                source="subnet peering",
            ),
        ),
        early=(peerings.remote_network_is_named, peerings.gateways_are_used_one_way),
        rules=(
            peerings.networks_are_two,
            peerings.pair_is_peered_once,
            peerings.address_spaces_do_not_overlap,
            peerings.remote_gateway_can_be_used,
        ),
        outputs=outputs.virtual_network_peering,
        claims=(
            specified(
                "it leads to another network, and a pair of networks has one peering in each direction"
            ),
            documented("the address spaces of peered networks don't overlap"),
            recorded("nor does that of a network with one that the other is peered with"),
            specified("at most one peering of a network uses the remote gateway"),
            recorded("the remote gateway exists and is lent: a network of the program itself has none"),
            documented("a network does not lend a gateway and use the remote one through one peering"),
        ),
    ),
)
