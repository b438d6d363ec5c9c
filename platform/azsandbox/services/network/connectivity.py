"""What connects a network: addresses, NAT, Bastion, network interfaces, private endpoints."""

from __future__ import annotations

from azsandbox.arm.evidence import assumed, documented, specified
from azsandbox.arm.model import InUse, Reference, ResourceType
from azsandbox.services.network import private_link
from azsandbox.services.network.connectivity_rules import (
    bastion_fits,
    bastion_outputs,
    bastion_place,
    interface_outputs,
    nat_fits,
    public_ip_fits,
    public_ip_outputs,
    standard_only,
)
from azsandbox.services.network.virtual_networks import NAME, NSG, PROVIDER, SUBNET, VNET

PUBLIC_IP = "Microsoft.Network/publicIPAddresses"
PREFIX = "Microsoft.Network/publicIPPrefixes"

DOORS = (
    ResourceType(
        token="azure-native:network:PublicIPAddress",
        path=PROVIDER + "publicIPAddresses/{publicIpAddressName}",
        name=NAME,
        replace=("sku", "publicIPAddressVersion", "zones"),
        early=(public_ip_fits,),
        outputs=public_ip_outputs,
        in_use=InUse(
            code="PublicIPAddressCannotBeDeleted",
            message="Public IP address {id} can not be deleted since it is still allocated to resource {by}.",
        ),
        claims=(
            documented("the standard SKU is static; Basic is retired"),
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
    ResourceType(
        token="azure-native:network:NatGateway",
        path=PROVIDER + "natGateways/{natGatewayName}",
        name=NAME,
        replace=("sku", "zones"),
        references=(
            Reference("publicIpAddresses[].id", (PUBLIC_IP,)),
            Reference("publicIpPrefixes[].id", (PREFIX,)),
        ),
        early=(nat_fits,),
        rules=(standard_only,),
        in_use=InUse(
            code="InUseNatGatewayCannotBeDeleted",
            message="Nat Gateway {id} is in use by {by} and cannot be deleted.",
        ),
        claims=(
            documented("needs an address or prefix of the standard SKU to work; at most one zone"),
            documented("can't be deleted while a subnet uses it"),
        ),
    ),
    ResourceType(
        token="azure-native:network:BastionHost",
        path=PROVIDER + "bastionHosts/{bastionHostName}",
        name=NAME,
        replace=("ipConfigurations", "virtualNetwork", "zones"),
        references=(
            Reference("ipConfigurations[].subnet.id", (SUBNET,)),
            Reference("ipConfigurations[].publicIPAddress.id", (PUBLIC_IP,)),
            Reference("virtualNetwork.id", (VNET,)),
        ),
        early=(bastion_fits,),
        rules=(bastion_place,),
        outputs=bastion_outputs,
        claims=(
            documented(
                "sits in AzureBastionSubnet; tunnelling, IP connect, file copy and scale units need Standard"
            ),
            assumed("another place is a new host"),
        ),
    ),
    ResourceType(
        token="azure-native:network:NetworkInterface",
        path=PROVIDER + "networkInterfaces/{networkInterfaceName}",
        name=NAME,
        references=(
            Reference("ipConfigurations[].subnet.id", (SUBNET,)),
            Reference("ipConfigurations[].publicIPAddress.id", (PUBLIC_IP,)),
            Reference("networkSecurityGroup.id", (NSG,)),
        ),
        outputs=interface_outputs,
        in_use=InUse(code="NicInUse", message="Network Interface {id} is used by existing resource {by}."),
        claims=(
            documented("takes the next free address of its subnet; can't be deleted while a machine uses it"),
        ),
    ),
    ResourceType(
        token="azure-native:network:PrivateEndpoint",
        path=PROVIDER + "privateEndpoints/{privateEndpointName}",
        name=NAME,
        replace=("subnet", "customNetworkInterfaceName", "privateLinkServiceConnections"),
        references=(Reference("subnet.id", (SUBNET,)),),
        early=(private_link.one_connection,),
        rules=(private_link.group_fits_target, private_link.subnet_is_free),
        outputs=private_link.endpoint_outputs,
        claims=(
            documented("the group id is one that the target offers, for every modelled target"),
            documented("not in a delegated subnet; takes the next free addresses"),
            specified("another subnet is a new endpoint"),
        ),
        deviations=("approves every connection at once, as for an owner of both sides",),
    ),
    ResourceType(
        token="azure-native:network:PrivateDnsZoneGroup",
        path=PROVIDER
        + "privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
        name=NAME,
        references=(
            Reference("privateDnsZoneConfigs[].privateDnsZoneId", ("Microsoft.Network/privateDnsZones",)),
        ),
        rules=(private_link.zones_fit, private_link.zones_are_linked),
        claims=(
            documented("the zones are the ones of the endpoint's group id, all of them"),
            assumed(
                "each zone is linked to the endpoint's network, else nothing would resolve (Azure itself "
                "accepts it)"
            ),
        ),
    ),
)
