"""Virtual networks: subnets and what lies in them, the ways out, private endpoints, DNS zones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from roastery.graph.labels import clean, plural
from roastery.graph.ledger import key
from roastery.graph.model import Card, Cluster, Endpoints, Network, Subnet
from roastery.graph.read import machines
from roastery.graph.read.context import Context, same
from roastery.graph.state import Resource

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


def networks(context: Context, clusters: Mapping[str, list[Cluster]]) -> tuple[Network, ...]:
    """Every virtual network; `clusters` are those with nodes in a subnet, by key of its id."""
    return tuple(_network(context, one, clusters) for one in context.ledger.of(_VNET))


def _network(context: Context, vnet: Resource, clusters: Mapping[str, list[Cluster]]) -> Network:
    ranges = vnet.get("addressSpace", "addressPrefixes")
    separate = {key(one.id): one for one in context.ledger.under(vnet.id, _SUBNET)}
    declared: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for one in vnet.rows("subnets"):
        declared[f"{key(vnet.id)}/subnets/{key(str(one.get('name')))}"] = (str(one.get("name")), one)
    for identifier, one in separate.items():
        declared[identifier] = (one.name, {**one.outputs, **one.inputs})
    card = context.card(
        "Virtual network",
        vnet,
        *separate.values(),
        details=tuple(map(str, ranges)) if isinstance(ranges, list) else (),
    )
    context.labels[card.id] = "virtual network"
    door = next((_range(settings) for name, settings in declared.values() if name == BASTION_SUBNET), "")
    subnets = [
        replace(
            _subnet(context, identifier, subnet_name, settings, clusters.get(identifier, [])),
            sessions=_lets_in(context, settings, door),
        )
        for identifier, (subnet_name, settings) in declared.items()
    ]
    return Network(
        card=card,
        subnets=tuple(sorted(subnets, key=_way_in_first)),
        exits=tuple(_exits(context, declared)),
        zones=_zones(context, vnet),
    )


def _way_in_first(subnet: Subnet) -> tuple[int, str, str]:
    titles = {one.title for one in subnet.cards}
    rank = (
        0
        if "Bastion" in titles
        else 1
        if any("no public" in d for c in subnet.cards for d in c.details)
        else 2
    )
    return rank if subnet.cards else 3, subnet.cidr, subnet.name


def _subnet(
    context: Context, identifier: str, name: str, settings: Mapping[str, Any], clusters: list[Cluster]
) -> Subnet:
    context.labels[identifier] = f"subnet {context.short(name)}"
    return Subnet(
        name=context.short(name),
        cidr=_range(settings),
        facts=tuple(_facts(context, settings)),
        count=_take_rules(context, settings),
        cards=machines.cards(context, identifier),
        endpoints=tuple(_endpoints(context, identifier)),
        clusters=tuple(clusters),
    )


def _range(settings: Mapping[str, Any]) -> str:
    ranges = settings.get("addressPrefixes")
    return clean(
        settings.get("addressPrefix") or ", ".join(map(str, ranges if isinstance(ranges, list) else []))
    )


def _lets_in(context: Context, settings: Mapping[str, Any], door: str) -> bool:
    """The NSG of a subnet allows what comes from Bastion's range; without an NSG everything is allowed."""
    group = _reference(settings, "networkSecurityGroup")
    found = context.ledger.by_id(group) if group else None
    rules = found.rows("securityRules") if found is not None else []
    allowed = [
        str(one.get("sourceAddressPrefix"))
        for one in rules
        if one.get("access") == "Allow" and one.get("direction") == "Inbound"
    ]
    return bool(door) and (not group or door in allowed or "VirtualNetwork" in allowed or "*" in allowed)


def _facts(context: Context, settings: Mapping[str, Any]) -> list[str]:
    facts: list[str] = []
    if group := _reference(settings, "networkSecurityGroup"):
        found = context.ledger.by_id(group)
        facts.append(f"NSG {plural(len(found.rows('securityRules')), 'rule')}" if found else "NSG elsewhere")
    else:
        facts.append("no NSG")
    if _reference(settings, "natGateway"):
        facts.append("NAT")
    if _reference(settings, "routeTable"):
        facts.append("route table")
    return facts


def _take_rules(context: Context, settings: Mapping[str, Any]) -> int:
    """The NSG of a subnet is drawn with it."""
    found = context.ledger.by_id(_reference(settings, "networkSecurityGroup"))
    if found is None or found.type != _NSG:
        return 0
    return context.ledger.take(found, *context.ledger.under(found.id, _RULE))


def _reference(settings: Mapping[str, Any], name: str) -> str:
    found = settings.get(name)
    return str(found.get("id") or "") if isinstance(found, dict) else ""


def _exits(context: Context, declared: Mapping[str, tuple[str, Mapping[str, Any]]]) -> list[Card]:
    used = dict.fromkeys(key(_reference(settings, "natGateway")) for _, settings in declared.values())
    cards: list[Card] = []
    for one in (context.ledger.by_id(found) for found in used if found):
        if one is None or not context.ledger.free(one):
            continue
        addresses = machines.public_addresses(
            context, [str(row.get("id")) for row in one.rows("publicIpAddresses")]
        )
        details = tuple(machines.address_of(found) for found in addresses)
        cards.append(context.card("NAT gateway", one, *addresses, details=details))
    return cards


def _endpoints(context: Context, subnet: str) -> list[Endpoints]:
    by_target: dict[str, list[tuple[Resource, str, list[str]]]] = defaultdict(list)
    for one in context.ledger.of(_ENDPOINT):
        if not same(one.get("subnet", "id"), subnet):
            continue
        rows = one.rows("privateLinkServiceConnections") + one.rows("manualPrivateLinkServiceConnections")
        target = next((str(row.get("privateLinkServiceId") or "") for row in rows), "")
        groups = [str(name) for row in rows for name in row.get("groupIds") or []]
        by_target[key(target)].append((one, target, groups))
    found: list[Endpoints] = []
    for identifier, members in by_target.items():
        taken = 0
        for one, _, _ in members:
            taken += context.ledger.take(one, *context.ledger.under(one.id, _ZONE_GROUP))
            context.labels[key(one.id)] = "private endpoint"
        found.append(
            Endpoints(
                target=identifier,
                target_name=clean(members[0][1].rstrip("/").rsplit("/", 1)[-1]) or "no target",
                groups=tuple(sorted({clean(name) for _, _, groups in members for name in groups})),
                number=len(members),
                count=taken,
            )
        )
    return found


def _zones(context: Context, vnet: Resource) -> Card | None:
    links = [one for one in context.ledger.of(_ZONE_LINK) if same(one.get("virtualNetwork", "id"), vnet.id)]
    owners = dict.fromkeys(key(one.id).split("/virtualnetworklinks/")[0] for one in links)
    zones = [found for found in map(context.ledger.by_id, owners) if found is not None]
    if not links:
        return None
    records = [one for zone in zones for one in context.ledger.under(zone.id, _RECORDS)]
    for zone in zones:
        context.labels[key(zone.id)] = f"zone {clean(zone.name)}"
    names = sorted(clean(one.name).removeprefix(_PREFIX) for one in zones)
    return Card(
        title=plural(len(zones) or len(links), "private DNS zone"),
        details=(f"linked here, each named {_PREFIX}…",),
        marks=tuple(names),
        count=context.ledger.take(*zones, *links, *records),
    )
