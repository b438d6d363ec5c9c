"""Whether the cluster's network policies let pods out to a peer, or a peer in to pods.

Source: kubernetes.io/docs/concepts/services-networking/network-policies and the API reference of
networking.k8s.io/v1. Policies only add: a pod that none selects in a direction is open in that direction.
Cilium, the data plane of the cluster, never matches pods by `ipBlock`:
learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Network
from typing import Any, Literal, cast

from roastery.flows.inputs import text
from roastery.flows.model import FlowVerdict, Judgement, Pods, Protocol, allowed, blocked
from roastery.flows.prove.addresses import Party, ranges
from roastery.flows.prove.labels import selects
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource
from roastery.policies.values import UnprovenError, reveal

Direction = Literal["egress", "ingress"]
Spec = dict[str, Any]
_NOT_PUBLIC = ranges(
    (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
    )
)


class _Ports(IntEnum):
    """Whether a rule covers a port; a named port belongs to the pod's manifest, which the state lacks."""

    NO = 0
    BY_NAME = 1
    YES = 2


@dataclass(frozen=True, kw_only=True)
class PolicyRule:
    """One rule of a policy; `peers` is empty where it covers everybody."""

    id: str
    namespace: str
    peers: tuple[Spec, ...]
    ports: tuple[Spec, ...]

    def covers_port(self, port: int, protocol: Protocol) -> _Ports:
        if not self.ports:
            return _Ports.YES
        return max(_covers(listed, port, protocol) for listed in self.ports)

    def covers_pods(self, pods: Pods, topology: Topology) -> bool:
        """Whether it covers these pods as a peer; nodes are covered only where everybody is."""
        if not self.peers:
            return True
        return not pods.host_network and any(self._is_peer(peer, pods, topology) for peer in self.peers)

    def _is_peer(self, peer: Spec, pods: Pods, topology: Topology) -> bool:
        if peer.get("ipBlock"):
            return False
        namespaces, selector = peer.get("namespaceSelector"), peer.get("podSelector")
        if namespaces is None and pods.namespace != self.namespace:
            return False
        if namespaces is not None and not selects(namespaces, namespace_labels(topology, pods)):
            return False
        return selector is None or selects(selector, pods.labels)

    def uncovered(self, addresses: Sequence[IPv4Network]) -> list[IPv4Network]:
        """What of these addresses it does not cover."""
        if not self.peers:
            return []
        left = list(addresses)
        for peer in self.peers:
            block: Spec = peer.get("ipBlock") or {}
            for network in ranges([str(block.get("cidr", ""))]) if block else ():
                exceptions = ranges(str(item) for item in block.get("except") or ())
                left = list(_without(left, network, exceptions))
        return left


@dataclass(frozen=True, kw_only=True)
class _Question:
    """May these pods talk to, or be talked to by, this peer?"""

    direction: Direction
    pods: Pods
    peer: Pods | Party
    port: int
    protocol: Protocol

    def __str__(self) -> str:
        peer = pods_name(self.peer) if isinstance(self.peer, Pods) else self.peer.name
        word = "to" if self.direction == "egress" else "from"
        return f"{self.direction} {word} {peer}, {self.protocol} {self.port}"


def egress(
    topology: Topology, pods: Pods, peer: Pods | Party, port: int, protocol: Protocol = "Tcp"
) -> Judgement:
    """Whether network policies let pods out to a peer; a party without ranges is anywhere outside."""
    return _judge(topology, _Question(direction="egress", pods=pods, peer=peer, port=port, protocol=protocol))


def ingress(
    topology: Topology, pods: Pods, peer: Pods | Party, port: int, protocol: Protocol = "Tcp"
) -> Judgement:
    """Whether network policies let a peer in to pods; a party without ranges is anywhere outside."""
    return _judge(
        topology, _Question(direction="ingress", pods=pods, peer=peer, port=port, protocol=protocol)
    )


def namespace_labels(topology: Topology, pods: Pods) -> dict[str, str]:
    """The labels of the pods' namespace: those of the state, those that the flow states, and its name."""
    labels = dict(pods.namespace_labels)
    for resource in topology.stack.of(t.NAMESPACE):
        if text(resource, "metadata.name") == pods.namespace:
            labels |= {
                str(key): str(value) for key, value in _plain(resource.get("metadata.labels", {})).items()
            }
    return labels | {"kubernetes.io/metadata.name": pods.namespace}


def pods_name(pods: Pods) -> str:
    """Pods as messages call them: `pods app=fe of azureml`."""
    labels = ",".join(f"{key}={value}" for key, value in sorted(pods.labels.items()))
    return " ".join(filter(None, ("pods", labels, f"of {pods.namespace}")))


def _judge(topology: Topology, question: _Question) -> Judgement:
    if question.pods.host_network:
        return allowed()
    try:
        isolating = [
            policy
            for policy in topology.stack.of(t.NETWORK_POLICY)
            if _isolates(policy, question.direction) and _selects(policy, question.pods)
        ]
        rules = [rule for policy in isolating for rule in rules_of(policy, question.direction)]
        return _by_rules(topology, question, isolating, rules) if isolating else allowed()
    except UnprovenError as error:
        return Judgement(FlowVerdict.UNPROVEN, f"a network policy of {question.pods.namespace}: {error.path}")


def _by_rules(
    topology: Topology,
    question: _Question,
    isolating: Sequence[DeclaredResource],
    rules: Sequence[PolicyRule],
) -> Judgement:
    ports = {rule.id: rule.covers_port(question.port, question.protocol) for rule in rules}
    judged = _covering(topology, question.peer, [rule for rule in rules if ports[rule.id] is _Ports.YES])
    if judged is not None:
        return allowed(*judged)
    named = _covering(topology, question.peer, [rule for rule in rules if ports[rule.id]])
    if named is not None:
        return Judgement(
            FlowVerdict.UNPROVEN, f"{named[0].rpartition('::')[2]} allows a port by its name only"
        )
    names = ", ".join(sorted(text(policy, "metadata.name") for policy in isolating))
    return blocked(f"{pods_name(question.pods)} are isolated by {names}; none has a rule for {question}")


def _covering(topology: Topology, peer: Pods | Party, rules: Sequence[PolicyRule]) -> list[str] | None:
    """The ids of the rules that cover a peer: one if one is enough; None if they do not cover it."""
    if isinstance(peer, Pods):
        return next(([rule.id] for rule in rules if rule.covers_pods(peer, topology)), None)
    addresses = list(peer.ranges) or _public()
    single = next(([rule.id] for rule in rules if not rule.uncovered(addresses)), None)
    if single is not None:
        return single
    together: list[str] = []
    for rule in rules:
        left = rule.uncovered(addresses)
        if left != addresses:
            together.append(rule.id)
        addresses = left
    return None if addresses else together


def rules_of(policy: DeclaredResource, direction: Direction) -> list[PolicyRule]:
    """The rules of a policy in a direction; ids end in `#ingress[0]`, `#egress[1]`."""
    listed = _plain(policy.get(f"spec.{direction}", []))
    side = "to" if direction == "egress" else "from"
    return [
        PolicyRule(
            id=f"{policy.urn}#{direction}[{index}]",
            namespace=text(policy, "metadata.namespace"),
            peers=tuple(rule.get(side) or ()),
            ports=tuple(rule.get("ports") or ()),
        )
        for index, rule in enumerate(listed)
    ]


def _isolates(policy: DeclaredResource, direction: Direction) -> bool:
    """Ingress by default; egress by default only where there are rules for it."""
    types = [kind.lower() for kind in policy.texts("spec.policyTypes")]
    if types:
        return direction in types
    return direction == "ingress" or bool(policy.get("spec.egress"))


def _selects(policy: DeclaredResource, pods: Pods) -> bool:
    if text(policy, "metadata.namespace") != pods.namespace:
        return False
    return selects(_plain(policy.get("spec.podSelector", {})), pods.labels)


def _covers(listed: Spec, port: int, protocol: Protocol) -> _Ports:
    if str(listed.get("protocol") or "TCP").upper() != protocol.upper():
        return _Ports.NO
    first = listed.get("port")
    if first is None:
        return _Ports.YES
    if isinstance(first, str):
        return _Ports.BY_NAME
    return _Ports.YES if int(first) <= port <= int(listed.get("endPort") or first) else _Ports.NO


def _without(
    addresses: Iterable[IPv4Network], block: IPv4Network, exceptions: Sequence[IPv4Network]
) -> Iterator[IPv4Network]:
    """The addresses that a block does not cover, or takes back by an exception."""
    for network in addresses:
        yield from _minus(network, block)
        for exception in exceptions:
            if network.subnet_of(exception):
                yield network
            elif exception.subnet_of(network):
                yield exception


def _minus(network: IPv4Network, block: IPv4Network) -> Iterator[IPv4Network]:
    if network.subnet_of(block):
        return
    if block.subnet_of(network):
        yield from network.address_exclude(block)
    else:
        yield network


def _public() -> list[IPv4Network]:
    """Every public address."""
    left = list(ranges(["0.0.0.0/0"]))
    for network in _NOT_PUBLIC:
        left = [part for own in left for part in _minus(own, network)]
    return left


def _plain(value: Any) -> Any:
    """A value without markers of secrets.

    Raises:
        UnprovenError: a part of it is unknown before an update.
    """
    known = reveal(value, "spec")
    if isinstance(known, dict):
        return {key: _plain(item) for key, item in cast("dict[str, Any]", known).items()}
    return [_plain(item) for item in cast("list[Any]", known)] if isinstance(known, list) else known
