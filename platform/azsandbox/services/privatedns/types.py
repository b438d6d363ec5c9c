"""Private DNS: zones, their links to virtual networks, record sets."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence, assumed, documented
from azsandbox.arm.model import IN_GROUP, InUse, NameRule, Reference, ResourceType, Service
from azsandbox.services import kinds
from azsandbox.services.privatedns import outputs, rules

_ZONE = IN_GROUP + "Microsoft.Network/privateDnsZones/{privateZoneName}"

SERVICE = Service(
    name="privatedns",
    types=(
        ResourceType(
            token="azure-native:privatedns:PrivateZone",
            path=_ZONE,
            name=NameRule(
                r"(?=.{1,253}$)[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?)+",
                "2 to 34 labels of letters, digits, _ and -, joined by dots",
                Evidence.DOCUMENTATION,
            ),
            early=(rules.location_is_global,),
            outputs=outputs.zone,
            keeps_children=InUse(
                code="CannotDeleteResource",
                message="Can not delete resource '{id}' before nested resources such as '{by}' are deleted.",
                by=frozenset({kinds.PRIVATE_DNS_ZONE_LINK}),
            ),
            claims=(
                documented("its location is global"),
                documented("can't be deleted while it is linked to a virtual network"),
            ),
        ),
        ResourceType(
            token="azure-native:privatedns:VirtualNetworkLink",
            path=_ZONE + "/virtualNetworkLinks/{virtualNetworkLinkName}",
            name=NameRule(
                r"[a-zA-Z0-9]([\w.-]{0,78}\w)?", "1 to 80 letters, digits, _ . -", Evidence.DOCUMENTATION
            ),
            references=(Reference("virtualNetwork.id", (kinds.VIRTUAL_NETWORK,)),),
            replace=("virtualNetwork",),
            early=(rules.location_is_global,),
            rules=(rules.network_linked_once_per_zone_name,),
            outputs=outputs.virtual_network_link,
            claims=(
                documented(
                    "a zone is linked to a virtual network once, and a network to only one zone of a name"
                ),
                assumed("another virtual network is a new link"),
            ),
        ),
        ResourceType(
            token="azure-native:privatedns:PrivateRecordSet",
            path=_ZONE + "/{recordType}/{relativeRecordSetName}",
            outputs=outputs.record_set,
            claims=(documented("its zone exists"),),
        ),
    ),
)
