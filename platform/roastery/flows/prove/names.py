"""Whether a name leads to a private endpoint: the endpoint, its zone group, the zones' links to the VNet."""

from __future__ import annotations

from ipaddress import IPv4Network

from roastery.flows.model import FlowVerdict, Judgement, Resource, all_of, allowed, blocked
from roastery.flows.prove.addresses import Party, ranges
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource
from roastery.policies.rules.private_link import ZONES


def resolve(topology: Topology, resource: Resource) -> tuple[Judgement, Party]:
    """Whether a resource's name leads to its private endpoint inside the VNet, and the addresses there."""
    entity, target = topology.resource(resource.key), f"{resource.key} ({resource.group})"
    if entity is None:
        return Judgement(FlowVerdict.NOT_DECLARED, f"the state has no {resource.key}"), Party(name=target)
    endpoint = topology.endpoint(entity.id, resource.group)
    if endpoint is None:
        return blocked(f"{target} has no private endpoint in the VNet"), Party(name=target)
    node = topology.subnet("private_endpoints")
    prefixes = ranges([str(node.get("addressPrefix", ""))]) if node else ()
    party = Party(name=target, ranges=_addresses(endpoint) or prefixes)
    zones = [_zone(topology, endpoint, zone) for zone in ZONES.get(resource.group, ())]
    return all_of([allowed(endpoint.urn), *zones]), party


def _zone(topology: Topology, endpoint: DeclaredResource, zone: str) -> Judgement:
    """Whether the endpoint writes its record into a zone that the VNet asks."""
    name = endpoint.id.rpartition("/")[2]
    for group in topology.stack.of(t.ZONE_GROUP):
        if group.lower_text("privateEndpointName") != name.lower():
            continue
        for config in group.each("privateDnsZoneConfigs"):
            if str(config.get("privateDnsZoneId", "")).lower().endswith(f"/{zone}"):
                linked = links(topology, zone)
                return linked if linked.stops else allowed(group.urn, *linked.uses)
    return blocked(f"no zone group writes a record of {name} into {zone}: its public address is found")


def links(topology: Topology, zone: str) -> Judgement:
    """Whether the VNet asks a zone."""
    vnets = {vnet.id.lower() for vnet in topology.stack.of(t.NETWORK)}
    uses = [
        link.urn
        for link in topology.stack.of(t.ZONE_LINK)
        if link.lower_text("privateZoneName") == zone and link.lower_text("virtualNetwork.id") in vnets
    ]
    return allowed(*uses) if uses else blocked(f"zone {zone} is not linked to the VNet")


def _addresses(endpoint: DeclaredResource) -> tuple[IPv4Network, ...]:
    configs = endpoint.outputs.get("customDnsConfigs")
    listed = configs if isinstance(configs, list) else []
    return ranges(
        f"{address}/32" for config in listed for address in (config.get("ipAddresses") or []) if address
    )
