"""Whether a flow's packets arrive: names, security groups at both ends, routes, cluster policies."""

from __future__ import annotations

from roastery.flows.inputs import flag, text
from roastery.flows.model import (
    NOT_NEEDED,
    ApiServer,
    AzureService,
    Destination,
    Flow,
    FlowVerdict,
    Hosts,
    Judgement,
    Pods,
    Resource,
    Source,
    Subnet,
    Tagged,
    all_of,
    allowed,
    blocked,
)
from roastery.flows.prove import names, policies, security
from roastery.flows.prove.addresses import Connection, Party, ranges
from roastery.flows.prove.routes import leave, subnet_party
from roastery.flows.topology import Topology


def reach(topology: Topology, flow: Flow) -> Judgement:
    """Whether the flow's source reaches its destination, on each of the ports."""
    if isinstance(flow.source, AzureService):
        return _from_azure(topology, flow, flow.source)
    if isinstance(flow.destination, AzureService):
        return NOT_NEEDED
    subnet = subnet_of(flow.source)
    if topology.subnet(subnet) is None:
        return Judgement(FlowVerdict.NOT_DECLARED, f"the state has no subnet {subnet}")
    return all_of([_arrive(topology, flow, subnet, port) for port in flow.ports])


def subnet_of(end: Source | Destination) -> str:
    """The key of the subnet that an end is in."""
    return end.key if isinstance(end, Subnet) else "cluster"


def _arrive(topology: Topology, flow: Flow, subnet: str, port: int) -> Judgement:
    destination = flow.destination
    if isinstance(destination, (Tagged, Hosts)):
        return _outside(topology, flow, destination, port)
    named, target, entry = _inside(topology, destination)
    if named.stops:
        return named
    source = _source_party(topology, flow.source, to_pods=isinstance(destination, Pods))
    connection = Connection(source=source, target=target, port=port, protocol=flow.protocol)
    return all_of(
        [
            named,
            *_policies(topology, flow, target, source, port),
            security.judge(topology, subnet, "Outbound", connection),
            security.judge(topology, entry, "Inbound", connection),
        ]
    )


def _policies(topology: Topology, flow: Flow, target: Party, source: Party, port: int) -> list[Judgement]:
    """What the cluster's network policies say, of the source's pods and of the destination's."""
    pods, peers = flow.source, flow.destination
    judgements: list[Judgement] = []
    if isinstance(pods, Pods) and not pods.host_network:
        peer = peers if isinstance(peers, Pods) else target
        judgements.append(policies.egress(topology, pods, peer, port, flow.protocol))
    if isinstance(peers, Pods) and not peers.host_network:
        peer = pods if isinstance(pods, Pods) and not pods.host_network else source
        judgements.append(policies.ingress(topology, peers, peer, port, flow.protocol))
    return judgements


def _inside(topology: Topology, destination: Destination) -> tuple[Judgement, Party, str]:
    """Whether an end inside the VNet is found, its addresses, and the subnet that they are in."""
    if isinstance(destination, Resource):
        return (*names.resolve(topology, destination), "private_endpoints")
    if isinstance(destination, ApiServer):
        return _api_server(topology), subnet_party(topology, "cluster"), "cluster"
    key = subnet_of(destination)
    if topology.subnet(key) is None:
        return Judgement(FlowVerdict.NOT_DECLARED, f"the state has no subnet {key}"), Party(name=key), key
    party = _cluster_party(topology) if isinstance(destination, Pods) else subnet_party(topology, key)
    return allowed(), party, key


def _outside(topology: Topology, flow: Flow, destination: Tagged | Hosts, port: int) -> Judgement:
    subnet = subnet_of(flow.source)
    hosts = destination.names if isinstance(destination, Hosts) else destination.hosts
    fqdn_tag = destination.fqdn_tag if isinstance(destination, Tagged) else ""
    placed = tuple(topology.placed(host) for host in hosts)
    source = _source_party(topology, flow.source, to_pods=False)
    judgements: list[Judgement] = []
    for target in _parties(topology, destination):
        connection = Connection(source=source, target=target, port=port, protocol=flow.protocol)
        judgements += [
            *_policies(topology, flow, target, source, port),
            security.judge(topology, subnet, "Outbound", connection),
            leave(topology, subnet, connection, placed, fqdn_tag),
        ]
    return all_of(judgements)


def _parties(topology: Topology, destination: Tagged | Hosts) -> list[Party]:
    if isinstance(destination, Tagged):
        tags = [topology.placed(tag) for tag in destination.tags]
        return [Party(name=tag, tag=tag) for tag in tags]
    if not destination.prefixes:
        return [Party(name=topology.placed(destination.names[0]))]
    return [Party(name=prefix, ranges=ranges([prefix])) for prefix in destination.prefixes]


def _source_party(topology: Topology, source: Source, *, to_pods: bool) -> Party:
    """Pods leave the cluster with their node's address; among themselves they use their own."""
    if isinstance(source, Pods):
        return _cluster_party(topology) if to_pods else subnet_party(topology, "cluster")
    return subnet_party(topology, subnet_of(source))


def _cluster_party(topology: Topology) -> Party:
    nodes = subnet_party(topology, "cluster")
    cluster = topology.resource("cluster")
    pods = text(cluster.declared, "networkProfile.podCidr") if cluster and cluster.declared else ""
    return Party(name="nodes and pods", ranges=(*nodes.ranges, *ranges([pods])))


def _api_server(topology: Topology) -> Judgement:
    cluster = topology.resource("cluster")
    if cluster is None or cluster.declared is None:
        return Judgement(FlowVerdict.NOT_DECLARED, "the state has no cluster")
    if not flag(cluster.declared, "apiServerAccessProfile.enablePrivateCluster"):
        return allowed()
    zone = text(cluster.declared, "apiServerAccessProfile.privateDNSZone")
    if zone.lower() in ("", "system"):
        return allowed()  # AKS makes and links a zone of its own
    return names.links(topology, zone.rpartition("/")[2].lower())


def _from_azure(topology: Topology, flow: Flow, source: AzureService) -> Judgement:
    destination = flow.destination
    if isinstance(destination, Resource):
        return _past_firewall(topology, destination, source)
    if not isinstance(destination, (Subnet, Pods)):
        return NOT_NEEDED
    _, target, entry = _inside(topology, destination)
    party = Party(name=source.name, tag=source.tag or "Internet")
    judgements: list[Judgement] = []
    for port in flow.ports:
        connection = Connection(source=party, target=target, port=port, protocol=flow.protocol)
        judgements.append(security.judge(topology, entry, "Inbound", connection))
        judgements += _policies(topology, flow, target, party, port)
    return all_of(judgements)


def _past_firewall(topology: Topology, destination: Resource, source: AzureService) -> Judgement:
    """A service of Azure passes a resource's own firewall as a trusted one, or where public access is on."""
    entity = topology.resource(destination.key)
    if entity is None or entity.declared is None:
        return Judgement(FlowVerdict.NOT_DECLARED, f"the state has no {destination.key}")
    resource = entity.declared
    paths = ("networkRuleSet", "properties.networkAcls", "networkRuleSet", "networkAcls")
    bypass = " ".join(text(resource, f"{path}.bypass") for path in paths)
    trusted = "AzureServices" in bypass or text(resource, "networkRuleBypassOptions") == "AzureServices"
    public = "Enabled" in (
        text(resource, "publicNetworkAccess"),
        text(resource, "properties.publicNetworkAccess"),
        text(resource, "publicNetworkAccessForIngestion"),
    )
    if public or (source.trusted and trusted):
        return allowed()
    why = "does not let trusted services in" if source.trusted else "has public access off"
    return blocked(f"{source.name} can't reach {destination.key}: it {why}")
