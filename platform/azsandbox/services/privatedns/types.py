"""Private DNS: zones, their links to virtual networks, record sets."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import Evidence, documented, recorded, specified
from azsandbox.arm.model import IN_GROUP, InUse, NameRule, Reference, ResourceType, Service
from azsandbox.services import kinds
from azsandbox.services.privatedns import outputs, records, rules

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
            early=(rules.location_is_global, rules.zone_name_is_free),
            outputs=outputs.zone,
            keeps_children=InUse(
                code="CannotDeleteResource",
                message="Cannot delete resource while nested resources exist. Some existing nested resource "
                "IDs include: '{by}'. Please delete all nested resources before deleting this resource.",
                by=frozenset({kinds.PRIVATE_DNS_ZONE_LINK}),
            ),
            claims=(
                documented("its location is global"),
                documented("its name is not reserved for Azure's services, and has at most 34 labels"),
                documented("can't be deleted while it is linked to a virtual network"),
            ),
        ),
        ResourceType(
            token="azure-native:privatedns:VirtualNetworkLink",
            path=_ZONE + "/virtualNetworkLinks/{virtualNetworkLinkName}",
            name=NameRule(
                r"[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,78}[a-zA-Z0-9_])?",
                "1 to 80 letters, digits, _ . -",
                Evidence.DOCUMENTATION,
            ),
            references=(Reference("virtualNetwork.id", (kinds.VIRTUAL_NETWORK,)),),
            laws=(laws.Unchangeable(path="virtualNetwork.id"),),
            early=(rules.location_is_global, rules.network_is_named, rules.fallback_is_for_private_link),
            rules=(rules.network_linked_once_per_zone_name, rules.network_registers_in_a_single_zone),
            outputs=outputs.virtual_network_link,
            claims=(
                documented(
                    "a zone is linked to a virtual network once, and a network to only one zone of a name"
                ),
                recorded("a network registers its machines in one zone"),
                specified("only a privatelink zone falls back to public DNS"),
            ),
        ),
        ResourceType(
            token="azure-native:privatedns:PrivateRecordSet",
            path=_ZONE + "/{recordType}/{relativeRecordSetName}",
            laws=(
                laws.Between(path="ttl", least=1, most=2147483647, source="DNS zones and records"),
                *(
                    laws.AtMost(path=path, most=20, source="Azure DNS limits")
                    for path in (
                        "aRecords",
                        "aaaaRecords",
                        "mxRecords",
                        "ptrRecords",
                        "srvRecords",
                        "txtRecords",
                    )
                ),
                *(
                    laws.Between(path=path, least=0, most=65535, source="RFC 1035 and 2782")
                    for path in (
                        "mxRecords[].preference",
                        "srvRecords[].priority",
                        "srvRecords[].weight",
                        "srvRecords[].port",
                    )
                ),
            ),
            early=(records.fields_match_the_type, records.name_is_valid, records.values_are_valid),
            rules=(records.alias_stands_alone,),
            outputs=outputs.record_set,
            claims=(
                documented("its zone exists"),
                documented(
                    "it has the records of its type only, one of A, AAAA, CNAME, MX, PTR, SOA, SRV and TXT"
                ),
                documented("its name is well-formed; SOA is at the apex of the zone, CNAME is not"),
                specified("addresses, host names and texts have the form of their type"),
                recorded("a CNAME record is the only one of its name"),
            ),
        ),
    ),
)
