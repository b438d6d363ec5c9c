"""What no flow uses: rules, roles, credentials, records and policies that could be removed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from roastery.flows.facts.definitions import built_in
from roastery.flows.inputs import text
from roastery.flows.model import Excess
from roastery.flows.prove.policies import PolicyRule, rules_of
from roastery.flows.prove.routes import ROUTE, ROUTE_TABLE, firewall_rules
from roastery.flows.prove.security import rules_of as security_rules
from roastery.flows.prove.security import text_of
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource

NAT = "azure-native:network:NatGateway"
Piece = tuple[str, str]  # id and description


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why pieces that no flow uses are there: a pattern of the end of their ids, after the last `::`."""

    kind: str
    name: str
    reason: str

    def covers(self, kind: str, identifier: str) -> bool:
        return self.kind == kind and bool(re.fullmatch(self.name, identifier.rpartition("::")[2]))


EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        kind="security rule",
        name=r"nsg-bastion#In-GatewayManager",
        reason="Bastion is refused without it, although its rule for the Internet covers these addresses",
    ),
    Explanation(
        kind="role assignment",
        name=r"role-engineers-machine",
        reason="Bastion's page names Reader; the role for sign-in allows the same read",
    ),
)


def excess(
    topology: Topology, used: Collection[str], explanations: Sequence[Explanation] = EXPLANATIONS
) -> tuple[Excess, ...]:
    """What the state has and no flow uses.

    Args:
        topology: of the state.
        used: ids that the proofs of all flows use.
        explanations: why some of it is there all the same.
    """
    return tuple(
        Excess(
            id=identifier,
            kind=kind,
            description=description,
            explained=next((e.reason for e in explanations if e.covers(kind, identifier)), ""),
        )
        for kind, pieces in _KINDS
        for identifier, description in pieces(topology)
        if identifier not in used
    )


def _security_rules(topology: Topology) -> Iterator[Piece]:
    for group in topology.stack.of(t.SECURITY_GROUP):
        for rule in security_rules(topology, group):
            if rule.allow:
                ends = f"{', '.join(rule.sources)} to {', '.join(rule.targets)}"
                what = f"{rule.direction.lower()}, {ends}, {rule.protocol} {', '.join(rule.ports)}"
                yield rule.id, f"{rule.name} of {text_of(group)}: {what}"


def _assignments(topology: Topology) -> Iterator[Piece]:
    for role in topology.stack.of(t.ROLE):
        guid = text(role, "roleDefinitionId").rpartition("/")[2].lower()
        definition = built_in().get(guid)
        name = definition.name if definition else guid
        yield role.urn, f"{role.name}: {name} at {text(role, 'scope').rpartition('/')[2]}"


def _policy_rules(topology: Topology) -> Iterator[Piece]:
    for policy in topology.stack.of(t.NETWORK_POLICY):
        where = f"{text(policy, 'metadata.namespace')}/{text(policy, 'metadata.name')}"
        for direction in ("ingress", "egress"):
            for rule in rules_of(policy, direction):
                yield rule.id, f"{direction} rule of {where}: {_peers(rule)}"


def _peers(rule: PolicyRule) -> str:
    ports = ", ".join(f"{port.get('protocol', 'TCP')} {port.get('port', 'all')}" for port in rule.ports)
    return f"{len(rule.peers) or 'all'} peers, {ports or 'all ports'}"


def _credentials(topology: Topology) -> Iterator[Piece]:
    for credential in topology.stack.of(t.FEDERATION):
        yield credential.urn, f"{text(credential, 'subject')} as {text(credential, 'resourceName')}"


def _links(topology: Topology) -> Iterator[Piece]:
    for link in topology.stack.of(t.ZONE_LINK):
        yield link.urn, f"link of zone {text(link, 'privateZoneName')}"


def _firewall(topology: Topology) -> Iterator[Piece]:
    for identifier, rule in firewall_rules(topology):
        yield identifier, f"{rule.get('ruleType', 'rule')} {identifier.rpartition('#')[2]}"


def _named(*types: str) -> Callable[[Topology], Iterator[Piece]]:
    """Resources whose name describes them."""

    def pieces(topology: Topology) -> Iterator[Piece]:
        for resource in topology.stack.of(*types):
            yield resource.urn, _name(resource)

    return pieces


def _name(resource: DeclaredResource) -> str:
    namespace, name = text(resource, "metadata.namespace"), text(resource, "metadata.name")
    return "/".join(filter(None, (namespace, name))) or text_of(resource)


_KINDS: tuple[tuple[str, Callable[[Topology], Iterator[Piece]]], ...] = (
    ("security rule", _security_rules),
    ("firewall rule", _firewall),
    ("NAT gateway", _named(NAT)),
    ("route", _named(ROUTE_TABLE, ROUTE)),
    ("private endpoint", _named(t.ENDPOINT)),
    ("zone link", _links),
    ("role assignment", _assignments),
    ("federated credential", _credentials),
    ("network policy rule", _policy_rules),
    ("Kubernetes role", _named(t.K8S_ROLE, t.K8S_CLUSTER_ROLE)),
    ("Kubernetes binding", _named(t.K8S_BINDING, t.K8S_CLUSTER_BINDING)),
)
