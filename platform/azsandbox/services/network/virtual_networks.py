"""Networks, subnets, security groups, routes."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence, assumed, documented, specified
from azsandbox.arm.model import IN_GROUP, Inline, InUse, NameRule, Reference, ResourceType
from azsandbox.services.network import addresses, security_groups

PROVIDER = IN_GROUP + "Microsoft.Network/"
VNET = "Microsoft.Network/virtualNetworks"
SUBNET = f"{VNET}/subnets"
NSG = "Microsoft.Network/networkSecurityGroups"
ROUTES = "Microsoft.Network/routeTables"
NAT = "Microsoft.Network/natGateways"

NAME = NameRule(r"[a-zA-Z0-9]([\w.-]{0,78}\w)?", "1 to 80 letters, digits, _ . -", Evidence.DOCUMENTATION)
_VNET_NAME = NameRule(r"[a-zA-Z0-9][\w.-]{0,62}\w", "2 to 64 letters, digits, _ . -", Evidence.DOCUMENTATION)
_SUBNET_REFERENCES = (
    Reference("networkSecurityGroup.id", (NSG,)),
    Reference("routeTable.id", (ROUTES,)),
    Reference("natGateway.id", (NAT,)),
)

NETS = (
    ResourceType(
        token="azure-native:network:VirtualNetwork",
        path=PROVIDER + "virtualNetworks/{virtualNetworkName}",
        name=_VNET_NAME,
        references=tuple(Reference(f"subnets[].{one.path}", one.kinds) for one in _SUBNET_REFERENCES),
        early=(addresses.network_plan,),
        rules=(addresses.keeps_its_subnets,),
        outputs=addresses.network_outputs,
        inline=(Inline("subnets", "azure-native:network:Subnet"),),
        claims=(
            specified("prefixes are CIDR ranges without host bits, private networks don't overlap within"),
            documented("Docker's bridge 172.17.0.0/16 is out of bounds for Azure ML"),
            documented("a VNet that does not mention its subnets keeps them"),
        ),
    ),
    ResourceType(
        token="azure-native:network:Subnet",
        path=PROVIDER + "virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
        name=NAME,
        references=_SUBNET_REFERENCES,
        replace=("defaultOutboundAccess",),
        early=(addresses.subnet_plan,),
        rules=(addresses.inside_and_alone, addresses.bastion_subnet),
        in_use=InUse(
            code="InUseSubnetCannotBeDeleted",
            message="Subnet {id} is in use by {by} and cannot be deleted.",
        ),
        claims=(
            documented("inside its network, no overlap with its sisters, /29 or larger"),
            documented(
                "AzureBastionSubnet is /26 or larger and has no route table; its security group has all rules"
            ),
            documented("can't be deleted while something sits in it"),
            assumed("default outbound access is decided at creation"),
        ),
    ),
    ResourceType(
        token="azure-native:network:NetworkSecurityGroup",
        path=PROVIDER + "networkSecurityGroups/{networkSecurityGroupName}",
        name=NAME,
        early=(security_groups.rules_fit,),
        outputs=security_groups.group_outputs,
        inline=(Inline("securityRules", "azure-native:network:SecurityRule"),),
        in_use=InUse(
            code="InUseNetworkSecurityGroupCannotBeDeleted",
            message="Network security group {id} cannot be deleted because it is in use by {by}.",
        ),
        claims=(
            specified(
                "priorities 100 to 4096, unique per direction; ports, prefixes and service tags well-formed"
            ),
            documented("can't be deleted while a subnet or network interface uses it"),
        ),
    ),
    ResourceType(
        token="azure-native:network:SecurityRule",
        path=PROVIDER + "networkSecurityGroups/{networkSecurityGroupName}/securityRules/{securityRuleName}",
        name=NAME,
        early=(security_groups.rule_fits,),
        rules=(security_groups.priority_is_free,),
        claims=(specified("as inline; its priority is free in the group"),),
    ),
    ResourceType(
        token="azure-native:network:RouteTable",
        path=PROVIDER + "routeTables/{routeTableName}",
        name=NAME,
        inline=(Inline("routes", "azure-native:network:Route"),),
        in_use=InUse(
            code="InUseRouteTableCannotBeDeleted",
            message="Route table {id} is in use by {by} and cannot be deleted.",
        ),
        claims=(documented("can't be deleted while a subnet uses it"),),
    ),
    ResourceType(
        token="azure-native:network:Route",
        path=PROVIDER + "routeTables/{routeTableName}/routes/{routeName}",
        name=NAME,
        early=(addresses.route_fits,),
        claims=(documented("a next hop address goes with VirtualAppliance only"),),
    ),
    ResourceType(
        token="azure-native:network:VirtualNetworkPeering",
        path=PROVIDER
        + "virtualNetworks/{virtualNetworkName}/virtualNetworkPeerings/{virtualNetworkPeeringName}",
        name=NAME,
        references=(Reference("remoteVirtualNetwork.id", (VNET,)),),
        rules=(addresses.peers_apart,),
        outputs=lambda _: {"peeringState": "Connected"},
        claims=(documented("peered networks don't overlap"),),
    ),
)
