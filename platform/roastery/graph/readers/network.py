"""Virtual networks: subnets and what is in them, NAT gateways, private endpoints, private DNS zones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from roastery.graph.inventory import key
from roastery.graph.labels import clean, plural
from roastery.graph.model import DrawnCard, DrawnCluster, DrawnEndpoints, DrawnNetwork, DrawnSubnet
from roastery.graph.readers import machines
from roastery.graph.readers.context import Context, same
from roastery.graph.state import StateResource

_VNET = "azure-native:network:VirtualNetwork"
_SUBNET = "azure-native:network:Subnet"
_NSG = "azure-native:network:NetworkSecurityGroup"
_RULE = "azure-native:network:SecurityRule"
_NAT = "azure-native:network:NatGateway"
_ENDPOINT = "azure-native:network:PrivateEndpoint"
_ZONE_GROUP = "azure-native:network:PrivateDnsZoneGroup"
_ZONE = "azure-native:privatedns:PrivateZone"
_ZONE_LINK = "azure-native:privatedns:VirtualNetworkLink"
_RECORDS = "azure-native:privatedns:PrivateRecordSet"
_PREFIX = "privatelink."
BASTION_SUBNET = "AzureBastionSubnet"


def read_networks(context: Context, clusters: Mapping[str, list[DrawnCluster]]) -> tuple[DrawnNetwork, ...]:
    """Every virtual network; `clusters` are grouped by the key of their nodes' subnet."""
    return tuple(_network(context, vnet, clusters) for vnet in context.inventory.of(_VNET))


def _network(
    context: Context, vnet: StateResource, clusters: Mapping[str, list[DrawnCluster]]
) -> DrawnNetwork:
    ranges = vnet.get("addressSpace", "addressPrefixes")
    resources = {key(subnet.id): subnet for subnet in context.inventory.under(vnet.id, _SUBNET)}
    declared: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for subnet in vnet.rows("subnets"):
        declared[f"{key(vnet.id)}/subnets/{key(str(subnet.get('name')))}"] = (str(subnet.get("name")), subnet)
    for identifier, subnet in resources.items():
        declared[identifier] = (subnet.name, {**subnet.outputs, **subnet.inputs})
    card = context.card(
        "Virtual network",
        vnet,
        *resources.values(),
        details=tuple(map(str, ranges)) if isinstance(ranges, list) else (),
    )
    context.labels[card.id] = "virtual network"
    bastion_range = next(
        (_range(settings) for name, settings in declared.values() if name == BASTION_SUBNET), ""
    )
    subnets = [
        replace(
            _subnet(context, identifier, subnet_name, settings, clusters.get(identifier, [])),
            bastion_allowed=_admits_bastion(context, settings, bastion_range),
        )
        for identifier, (subnet_name, settings) in declared.items()
    ]
    return DrawnNetwork(
        card=card,
        subnets=tuple(sorted(subnets, key=_bastion_first)),
        nat_gateways=tuple(_nat_gateways(context, declared)),
        dns_zones=_zones(context, vnet),
    )


def _bastion_first(subnet: DrawnSubnet) -> tuple[int, str, str]:
    titles = {card.title for card in subnet.cards}
    rank = (
        0
        if "Bastion" in titles
        else 1
        if any("no public" in d for c in subnet.cards for d in c.details)
        else 2
    )
    return rank if subnet.cards else 3, subnet.cidr, subnet.name


def _subnet(
    context: Context, identifier: str, name: str, settings: Mapping[str, Any], clusters: list[DrawnCluster]
) -> DrawnSubnet:
    context.labels[identifier] = f"subnet {context.short(name)}"
    return DrawnSubnet(
        name=context.short(name),
        cidr=_range(settings),
        facts=tuple(_facts(context, settings)),
        count=_mark_nsg_drawn(context, settings),
        cards=machines.read_machines(context, identifier),
        endpoints=tuple(_endpoints(context, identifier)),
        clusters=tuple(clusters),
    )


def _range(settings: Mapping[str, Any]) -> str:
    ranges = settings.get("addressPrefixes")
    return clean(
        settings.get("addressPrefix") or ", ".join(map(str, ranges if isinstance(ranges, list) else []))
    )


def _admits_bastion(context: Context, settings: Mapping[str, Any], bastion_range: str) -> bool:
    """Whether a subnet's NSG allows traffic from Bastion's address range; without an NSG all is allowed."""
    group = _reference(settings, "networkSecurityGroup")
    nsg = context.inventory.by_id(group) if group else None
    rules = nsg.rows("securityRules") if nsg is not None else []
    allowed = [
        str(rule.get("sourceAddressPrefix"))
        for rule in rules
        if rule.get("access") == "Allow" and rule.get("direction") == "Inbound"
    ]
    return bool(bastion_range) and (
        not group or bastion_range in allowed or "VirtualNetwork" in allowed or "*" in allowed
    )


def _facts(context: Context, settings: Mapping[str, Any]) -> list[str]:
    facts: list[str] = []
    if group := _reference(settings, "networkSecurityGroup"):
        nsg = context.inventory.by_id(group)
        facts.append(f"NSG {plural(len(nsg.rows('securityRules')), 'rule')}" if nsg else "NSG elsewhere")
    else:
        facts.append("no NSG")
    if _reference(settings, "natGateway"):
        facts.append("NAT")
    if _reference(settings, "routeTable"):
        facts.append("route table")
    return facts


def _mark_nsg_drawn(context: Context, settings: Mapping[str, Any]) -> int:
    """Marks a subnet's NSG and its rules as drawn; returns how many resources that are."""
    nsg = context.inventory.by_id(_reference(settings, "networkSecurityGroup"))
    if nsg is None or nsg.type != _NSG:
        return 0
    return context.inventory.mark_drawn(nsg, *context.inventory.under(nsg.id, _RULE))


def _reference(settings: Mapping[str, Any], name: str) -> str:
    reference = settings.get(name)
    return str(reference.get("id") or "") if isinstance(reference, dict) else ""


def _nat_gateways(context: Context, declared: Mapping[str, tuple[str, Mapping[str, Any]]]) -> list[DrawnCard]:
    used = dict.fromkeys(key(_reference(settings, "natGateway")) for _, settings in declared.values())
    cards: list[DrawnCard] = []
    for gateway in (context.inventory.by_id(identifier) for identifier in used if identifier):
        if gateway is None or not context.inventory.is_undrawn(gateway):
            continue
        addresses = machines.public_addresses(
            context, [str(row.get("id")) for row in gateway.rows("publicIpAddresses")]
        )
        details = tuple(machines.address_of(address) for address in addresses)
        cards.append(context.card("NAT gateway", gateway, *addresses, details=details))
    return cards


def _endpoints(context: Context, subnet: str) -> list[DrawnEndpoints]:
    by_target: dict[str, list[tuple[StateResource, str, list[str]]]] = defaultdict(list)
    for endpoint in context.inventory.of(_ENDPOINT):
        if not same(endpoint.get("subnet", "id"), subnet):
            continue
        rows = endpoint.rows("privateLinkServiceConnections") + endpoint.rows(
            "manualPrivateLinkServiceConnections"
        )
        target = next((str(row.get("privateLinkServiceId") or "") for row in rows), "")
        groups = [str(name) for row in rows for name in row.get("groupIds") or []]
        by_target[key(target)].append((endpoint, target, groups))
    endpoints: list[DrawnEndpoints] = []
    for identifier, members in by_target.items():
        count = 0
        for endpoint, _, _ in members:
            count += context.inventory.mark_drawn(
                endpoint, *context.inventory.under(endpoint.id, _ZONE_GROUP)
            )
            context.labels[key(endpoint.id)] = "private endpoint"
        endpoints.append(
            DrawnEndpoints(
                target=identifier,
                target_name=clean(members[0][1].rstrip("/").rsplit("/", 1)[-1]) or "no target",
                groups=tuple(sorted({clean(name) for _, _, groups in members for name in groups})),
                number=len(members),
                count=count,
            )
        )
    return endpoints


def _zones(context: Context, vnet: StateResource) -> DrawnCard | None:
    links = [
        link for link in context.inventory.of(_ZONE_LINK) if same(link.get("virtualNetwork", "id"), vnet.id)
    ]
    owners = dict.fromkeys(key(link.id).split("/virtualnetworklinks/")[0] for link in links)
    zones = [zone for zone in map(context.inventory.by_id, owners) if zone is not None]
    if not links:
        return None
    records = [record for zone in zones for record in context.inventory.under(zone.id, _RECORDS)]
    for zone in zones:
        context.labels[key(zone.id)] = f"zone {clean(zone.name)}"
    names = sorted(clean(zone.name).removeprefix(_PREFIX) for zone in zones)
    return DrawnCard(
        title=plural(len(zones) or len(links), "private DNS zone"),
        details=(f"linked here, each named {_PREFIX}…",),
        marks=tuple(names),
        count=context.inventory.mark_drawn(*zones, *links, *records),
    )
