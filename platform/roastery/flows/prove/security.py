"""Whether a subnet's security group lets a connection out or in.

Source: learn.microsoft.com, "How network security groups filter network traffic". Rules are judged by
priority; the first that matches decides. A denial that covers a part of an end blocks, an allowance has to
cover the whole of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

from roastery.flows.model import Judgement, allowed, blocked
from roastery.flows.prove.addresses import Connection, Match
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource
from roastery.policies.ranges import covers, values_of
from roastery.policies.values import PropertyNode

Direction = Literal["Inbound", "Outbound"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One security rule; `id` is empty for those that every group has."""

    id: str
    name: str
    priority: int
    direction: str
    allow: bool
    protocol: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    ports: tuple[str, ...]

    def match(self, connection: Connection, vnet: Sequence[IPv4Network]) -> Match:
        """How much of a connection the rule covers."""
        if self.protocol.lower() not in ("*", connection.protocol.lower()):
            return Match.NONE
        if not covers(self.ports, connection.port):
            return Match.NONE
        ends = ((connection.source, self.sources), (connection.target, self.targets))
        return Match(min(party.match_all(prefixes, vnet) for party, prefixes in ends))


def _default(direction: Direction, source: str, target: str, *, allow: bool, priority: int) -> Rule:
    name = f"default rule {priority}"
    return Rule(
        id="",
        name=name,
        priority=priority,
        direction=direction,
        allow=allow,
        protocol="*",
        sources=(source,),
        targets=(target,),
        ports=("*",),
    )


DEFAULTS = (
    _default("Inbound", "VirtualNetwork", "VirtualNetwork", allow=True, priority=65000),
    _default("Inbound", "AzureLoadBalancer", "*", allow=True, priority=65001),
    _default("Inbound", "*", "*", allow=False, priority=65500),
    _default("Outbound", "VirtualNetwork", "VirtualNetwork", allow=True, priority=65000),
    _default("Outbound", "*", "Internet", allow=True, priority=65001),
    _default("Outbound", "*", "*", allow=False, priority=65500),
)


def judge(topology: Topology, subnet: str, direction: Direction, connection: Connection) -> Judgement:
    """Whether the group of a subnet, a key of the topology, lets a connection pass."""
    group = group_of(topology, subnet)
    if group is None:
        return allowed()
    vnet = topology.address_space
    for rule in sorted((*rules_of(topology, group), *DEFAULTS), key=lambda rule: rule.priority):
        match = rule.match(connection, vnet) if rule.direction == direction else Match.NONE
        if match is Match.ALL and rule.allow:
            return allowed(*filter(None, (rule.id,)))
        if match is not Match.NONE and not rule.allow:
            return blocked(
                f"{text_of(group)} of subnet {subnet} has no {direction.lower()} rule that allows "
                f"{connection}: {rule.name} denies it"
            )
    return blocked(f"{text_of(group)} of subnet {subnet} has no rule for {connection}")


def group_of(topology: Topology, subnet: str) -> DeclaredResource | None:
    """The security group of a subnet; None if it has none."""
    node = topology.subnet(subnet)
    identifier = str(node.get("networkSecurityGroup.id", "")) if node else ""
    return topology.by_id.get(identifier.lower()) if identifier else None


def rules_of(topology: Topology, group: DeclaredResource) -> list[Rule]:
    """The rules that a group declares, in it or as resources of their own."""
    own = [_rule(f"{group.urn}#{node.get('name', '')}", node) for node in group.each("securityRules")]
    name = text_of(group).lower()
    return own + [
        _rule(rule.urn, rule.properties)
        for rule in topology.stack.of(t.SECURITY_RULE)
        if rule.lower_text("networkSecurityGroupName") == name
    ]


def _rule(identifier: str, node: PropertyNode) -> Rule:
    return Rule(
        id=identifier,
        name=str(node.get("name", "") or node.get("securityRuleName", "")),
        priority=int(node.get("priority", 4096)),
        direction=str(node.get("direction", "")).capitalize(),
        allow=node.lower_text("access") == "allow",
        protocol=str(node.get("protocol", "*")),
        sources=tuple(values_of(node, "sourceAddressPrefix", "sourceAddressPrefixes")),
        targets=tuple(values_of(node, "destinationAddressPrefix", "destinationAddressPrefixes")),
        ports=tuple(values_of(node, "destinationPortRange", "destinationPortRanges")),
    )


def text_of(resource: DeclaredResource) -> str:
    """Its name in Azure."""
    return resource.id.rpartition("/")[2] or resource.name
