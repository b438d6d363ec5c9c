"""How machines of a subnet leave the VNet: through a firewall, a NAT gateway, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from roastery.flows.inputs import text
from roastery.flows.model import Judgement, all_of, allowed, blocked
from roastery.flows.prove.addresses import Connection, Match, Party, ranges
from roastery.flows.topology import Topology
from roastery.policies.model import DeclaredResource
from roastery.policies.ranges import covers
from roastery.policies.values import PropertyNode

ROUTE_TABLE = "azure-native:network:RouteTable"
ROUTE = "azure-native:network:Route"
FIREWALL = "azure-native:network:AzureFirewall"
RULE_GROUP = "azure-native:network:FirewallPolicyRuleCollectionGroup"


def leave(
    topology: Topology, subnet: str, connection: Connection, hosts: tuple[str, ...], fqdn_tag: str
) -> Judgement:
    """Whether a connection from a subnet finds a way to the Internet, and passes the firewall there.

    Args:
        topology: of the state.
        subnet: its key.
        connection: to addresses outside of the VNet.
        hosts: names of the destination, as a firewall's application rules know it.
        fqdn_tag: the firewall's name for these hosts, if it has one.
    """
    node = topology.subnet(subnet)
    if node is None:
        return blocked(f"the state has no subnet {subnet}")
    table = topology.by_id.get(str(node.get("routeTable.id", "")).lower())
    default = _default_route(topology, table) if table is not None else None
    if table is None or default is None:
        return _without_route(topology, subnet, node)
    uses, route = default
    hop = route.get("nextHopType", "")
    if hop != "VirtualAppliance":
        return blocked(f"the route 0.0.0.0/0 of {text(table, 'routeTableName')} leads to {hop}")
    return all_of([allowed(*uses), _firewall(topology, connection, hosts, fqdn_tag)])


def _without_route(topology: Topology, subnet: str, node: PropertyNode) -> Judgement:
    gateway = topology.by_id.get(str(node.get("natGateway.id", "")).lower())
    if gateway is not None:
        return allowed(gateway.urn)
    bastion = topology.resource("bastion")
    if subnet == "bastion" and bastion is not None and bastion.declared is not None:
        return allowed(*bastion.declared.sources_of("ipConfigurations"))  # its own public address
    if node.get("defaultOutboundAccess") is not False:
        return allowed()
    return blocked(f"subnet {subnet} has neither a NAT gateway nor a route to a firewall")


def _default_route(
    topology: Topology, table: DeclaredResource
) -> tuple[tuple[str, ...], PropertyNode] | None:
    """The route for everything else, in its table or by itself, and the ids of both."""
    name = text(table, "routeTableName").lower()
    listed = [((table.urn,), route) for route in table.each("routes")]
    listed += [
        ((table.urn, route.urn), route.properties)
        for route in topology.stack.of(ROUTE)
        if route.lower_text("routeTableName") == name
    ]
    return next((entry for entry in listed if entry[1].get("addressPrefix", "") == "0.0.0.0/0"), None)


def _firewall(topology: Topology, connection: Connection, hosts: tuple[str, ...], fqdn_tag: str) -> Judgement:
    if not topology.stack.of(FIREWALL):
        return blocked("the default route leads to a firewall that the state does not have")
    missing = list(hosts)
    uses: list[str] = []
    for identifier, rule in firewall_rules(topology):
        if not _of_source(rule, connection.source, topology):
            continue
        if rule.get("ruleType") == "NetworkRule" and _network_rule(rule, connection, topology):
            return allowed(identifier)
        if rule.get("ruleType") != "ApplicationRule" or not _port(rule, connection.port):
            continue
        if fqdn_tag and fqdn_tag in rule.texts("fqdnTags"):
            return allowed(identifier)
        passed = [host for host in missing if _names(rule, host)]
        if passed:
            uses.append(identifier)
            missing = [host for host in missing if host not in passed]
    if hosts and not missing:
        return allowed(*uses)
    what = ", ".join(missing) or connection.target.name
    return blocked(f"the firewall has no rule that allows {what} from {connection.source.name}")


def firewall_rules(topology: Topology) -> Iterator[tuple[str, PropertyNode]]:
    """Every allowing rule of the firewall's policy, with its id."""
    for group in topology.stack.of(RULE_GROUP):
        for collection in group.each("ruleCollections"):
            if collection.lower_text("action.type") != "allow":
                continue
            for rule in collection.each("rules"):
                yield f"{group.urn}#{collection.get('name', '')}/{rule.get('name', '')}", rule


def _of_source(rule: PropertyNode, source: Party, topology: Topology) -> bool:
    prefixes = rule.texts("sourceAddresses")
    return any(source.match(prefix, topology.address_space) is Match.ALL for prefix in prefixes)


def _network_rule(rule: PropertyNode, connection: Connection, topology: Topology) -> bool:
    protocols = {text.lower() for text in rule.texts("ipProtocols")}
    if not protocols & {"any", connection.protocol.lower()}:
        return False
    if not covers(rule.texts("destinationPorts"), connection.port):
        return False
    target, vnet = connection.target, topology.address_space
    return any(
        target.match(prefix, vnet) is Match.ALL for prefix in rule.texts("destinationAddresses")
    ) or any(target.name == name for name in rule.texts("destinationFqdns"))


def _port(rule: PropertyNode, port: int) -> bool:
    return any(protocol.get("port") == port for protocol in rule.each("protocols"))


def _names(rule: PropertyNode, host: str) -> bool:
    """Whether an application rule covers a host name, or a pattern of them."""
    return any(fnmatchcase(host.lower(), pattern.lower()) for pattern in rule.texts("targetFqdns"))


def subnet_party(topology: Topology, key: str) -> Party:
    """The addresses of a subnet as one end of a connection."""
    node = topology.subnet(key)
    prefixes = [str(node.get("addressPrefix", "")), *node.texts("addressPrefixes")] if node else []
    return Party(name=f"subnet {key}", ranges=ranges(prefixes))
