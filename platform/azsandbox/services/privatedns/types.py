"""Private DNS: zones, their links to virtual networks, record sets."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence, assumed, documented
from azsandbox.arm.model import IN_GROUP, InUse, NameRule, Reference, ResourceType, Service
from azsandbox.services.privatedns.rules import only_one_link_per_network, zone_is_global, zone_outputs

_ZONES = IN_GROUP + "Microsoft.Network/privateDnsZones/{privateZoneName}"
LINKS = "Microsoft.Network/privateDnsZones/virtualNetworkLinks"

SERVICE = Service(
    name="privatedns",
    types=(
        ResourceType(
            token="azure-native:privatedns:PrivateZone",
            path=_ZONES,
            name=NameRule(
                r"(?=.{1,253}$)[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?)+",
                "2 to 34 labels of letters, digits, _ and -, joined by dots",
                Evidence.DOCUMENTATION,
            ),
            early=(zone_is_global,),
            outputs=zone_outputs,
            keeps_children=InUse(
                code="CannotDeleteResource",
                message="Can not delete resource '{id}' before nested resources such as '{by}' are deleted.",
                by=frozenset({LINKS}),
            ),
            claims=(
                documented("location is global"),
                documented("can't be deleted while it is linked to a virtual network"),
            ),
        ),
        ResourceType(
            token="azure-native:privatedns:VirtualNetworkLink",
            path=_ZONES + "/virtualNetworkLinks/{virtualNetworkLinkName}",
            name=NameRule(
                r"[a-zA-Z0-9]([\w.-]{0,78}\w)?", "1 to 80 letters, digits, _ . -", Evidence.DOCUMENTATION
            ),
            references=(Reference("virtualNetwork.id", ("Microsoft.Network/virtualNetworks",)),),
            replace=("virtualNetwork",),
            early=(zone_is_global,),
            rules=(only_one_link_per_network,),
            outputs=lambda _: {"virtualNetworkLinkState": "Completed"},
            claims=(
                documented(
                    "one zone is linked to a virtual network once, and a network to one zone of a name"
                ),
                assumed("another virtual network is a new link"),
            ),
        ),
        ResourceType(
            token="azure-native:privatedns:PrivateRecordSet",
            path=_ZONES + "/{recordType}/{relativeRecordSetName}",
            outputs=lambda request: {"fqdn": f"{request.name}.{request.id.split('/')[8]}."},
            claims=(documented("its zone exists"),),
        ),
    ),
)
