"""Network policies: each sentence of the API reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.flows.model import FlowVerdict, Pods, Protocol
from roastery.flows.prove.addresses import Party, ranges
from roastery.flows.prove.labels import selects
from roastery.flows.prove.policies import egress, ingress
from roastery.flows.topology import Topology
from roastery.policies.model import DeclaredResource
from roastery.policies.values import UNKNOWN

Make = Callable[..., DeclaredResource]
Build = Callable[..., Topology]
WEB = Pods(namespace="shop", labels={"app": "web"})
DATABASE = Pods(namespace="data", labels={"app": "db"}, namespace_labels={"team": "data"})
ENDPOINT = Party(name="vault", ranges=ranges(["10.0.4.5/32"]))
INTERNET = Party(name="pypi.org")
ALL: dict[str, Any] = {}


def names(uses: frozenset[str]) -> set[str]:
    return {use.rpartition("::")[2] for use in uses}


def test_pods_that_no_policy_selects_are_open(build: Build, policy: Make) -> None:
    other = policy("deny", "shop", podSelector={"matchLabels": {"app": "other"}}, policyTypes=["Egress"])
    elsewhere = policy("deny", "data", podSelector=ALL, policyTypes=["Ingress", "Egress"])
    topology = build(other, elsewhere)
    assert egress(topology, WEB, ENDPOINT, 443).verdict is FlowVerdict.OK
    assert ingress(topology, WEB, DATABASE, 443).verdict is FlowVerdict.OK


def test_a_blocked_one_names_the_isolating_policies_and_the_missing_rule(build: Build, policy: Make) -> None:
    topology = build(
        policy("default-deny", "shop", podSelector=ALL, policyTypes=["Ingress", "Egress"]),
        policy(
            "own", "shop", podSelector=ALL, policyTypes=["Egress"], egress=[{"to": [{"podSelector": ALL}]}]
        ),
        policy("in", "shop", podSelector=ALL, policyTypes=["Ingress"]),
    )
    judgement = egress(topology, WEB, ENDPOINT, 443)
    assert judgement.verdict is FlowVerdict.BLOCKED
    assert judgement.reason == (
        "pods app=web of shop are isolated by default-deny, own; none has a rule for egress to vault, Tcp 443"
    )


def test_only_the_rule_that_allows_is_used(build: Build, policy: Make) -> None:
    topology = build(
        policy("default-deny", "shop", podSelector=ALL, policyTypes=["Egress"]),
        policy(
            "out",
            "shop",
            podSelector=ALL,
            policyTypes=["Egress"],
            egress=[{"ports": [{"port": 53}]}, {"ports": [{"port": 443}]}],
        ),
    )
    assert names(egress(topology, WEB, INTERNET, 443).uses) == {"shop-out#egress[1]"}


@pytest.mark.parametrize(
    ("spec", "direction", "verdict"),
    [
        ({}, "ingress", FlowVerdict.BLOCKED),
        ({}, "egress", FlowVerdict.OK),
        ({"egress": [{"ports": [{"port": 1}]}]}, "egress", FlowVerdict.BLOCKED),
        ({"policyTypes": ["Egress"]}, "ingress", FlowVerdict.OK),
        ({"policyTypes": ["Egress"]}, "egress", FlowVerdict.BLOCKED),
    ],
)
def test_policy_types_default_to_ingress_and_to_egress_where_it_has_rules(
    build: Build, policy: Make, spec: dict[str, Any], direction: str, verdict: FlowVerdict
) -> None:
    topology = build(policy("some", "shop", podSelector=ALL, **spec))
    judge = ingress if direction == "ingress" else egress
    assert judge(topology, WEB, DATABASE, 443).verdict is verdict


@pytest.mark.parametrize(
    ("peer", "verdict"),
    [
        ({"podSelector": {"matchLabels": {"app": "db"}}}, FlowVerdict.BLOCKED),
        ({"namespaceSelector": ALL}, FlowVerdict.OK),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "data"}}}, FlowVerdict.OK),
        ({"namespaceSelector": {"matchLabels": {"team": "data"}}}, FlowVerdict.OK),
        ({"namespaceSelector": {"matchLabels": {"tier": "gold"}}}, FlowVerdict.OK),
        ({"namespaceSelector": ALL, "podSelector": {"matchLabels": {"app": "web"}}}, FlowVerdict.BLOCKED),
        ({"namespaceSelector": ALL, "podSelector": {"matchLabels": {"app": "db"}}}, FlowVerdict.OK),
        ({"ipBlock": {"cidr": "0.0.0.0/0"}}, FlowVerdict.BLOCKED),
    ],
)
def test_a_pod_of_another_namespace_as_peer(
    build: Build, policy: Make, kubernetes: Make, peer: dict[str, Any], verdict: FlowVerdict
) -> None:
    namespace = kubernetes("core/v1:Namespace", "data", metadata={"labels": {"tier": "gold"}})
    topology = build(namespace, policy("in", "shop", podSelector=ALL, ingress=[{"from": [peer]}]))
    assert ingress(topology, WEB, DATABASE, 443).verdict is verdict


def test_two_entries_are_alternatives_and_one_entry_is_a_conjunction(build: Build, policy: Make) -> None:
    namespace = {"namespaceSelector": {"matchLabels": {"team": "data"}}}
    pod = {"podSelector": {"matchLabels": {"app": "other"}}}
    either = policy("in", "shop", podSelector=ALL, ingress=[{"from": [namespace, pod]}])
    both = policy("in", "shop", podSelector=ALL, ingress=[{"from": [namespace | pod]}])
    assert ingress(build(either), WEB, DATABASE, 443).verdict is FlowVerdict.OK
    assert ingress(build(both), WEB, DATABASE, 443).verdict is FlowVerdict.BLOCKED


@pytest.mark.parametrize("rule", [{}, {"from": []}, {"from": None}])
def test_a_rule_without_peers_covers_everybody(build: Build, policy: Make, rule: dict[str, Any]) -> None:
    topology = build(policy("in", "shop", podSelector=ALL, ingress=[rule]))
    for peer in (DATABASE, ENDPOINT, INTERNET, Pods(namespace="x", host_network=True)):
        assert ingress(topology, WEB, peer, 443).verdict is FlowVerdict.OK


@pytest.mark.parametrize(
    ("port", "asked", "protocol", "verdict"),
    [
        ({"port": 443}, 443, "Tcp", FlowVerdict.OK),
        ({"port": 443}, 443, "Udp", FlowVerdict.BLOCKED),
        ({"port": 53, "protocol": "UDP"}, 53, "Udp", FlowVerdict.OK),
        ({"protocol": "TCP"}, 9999, "Tcp", FlowVerdict.OK),
        ({"port": 8000, "endPort": 9000}, 8500, "Tcp", FlowVerdict.OK),
        ({"port": 8000, "endPort": 9000}, 9001, "Tcp", FlowVerdict.BLOCKED),
        ({"port": "https"}, 443, "Tcp", FlowVerdict.UNPROVEN),
    ],
)
def test_ports(
    build: Build, policy: Make, *, port: dict[str, Any], asked: int, protocol: Protocol, verdict: FlowVerdict
) -> None:
    topology = build(policy("in", "shop", podSelector=ALL, ingress=[{"ports": [port]}]))
    assert ingress(topology, WEB, DATABASE, asked, protocol).verdict is verdict


@pytest.mark.parametrize(
    ("blocks", "party", "verdict"),
    [
        ([{"cidr": "10.0.4.0/24"}], ENDPOINT, FlowVerdict.OK),
        ([{"cidr": "10.0.5.0/24"}], ENDPOINT, FlowVerdict.BLOCKED),
        ([{"cidr": "10.0.0.0/8", "except": ["10.0.4.0/30"]}], ENDPOINT, FlowVerdict.OK),
        ([{"cidr": "10.0.0.0/8", "except": ["10.0.4.0/24"]}], ENDPOINT, FlowVerdict.BLOCKED),
        ([{"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "169.254.169.254/32"]}], INTERNET, FlowVerdict.OK),
        ([{"cidr": "0.0.0.0/0", "except": ["20.0.0.0/8"]}], INTERNET, FlowVerdict.BLOCKED),
        ([{"cidr": "0.0.0.0/1"}, {"cidr": "128.0.0.0/1"}], INTERNET, FlowVerdict.OK),
        ([{"cidr": "0.0.0.0/1"}], INTERNET, FlowVerdict.BLOCKED),
        ([{"cidr": "::/0"}], INTERNET, FlowVerdict.BLOCKED),
    ],
)
def test_address_blocks_have_to_cover_the_whole_party(
    build: Build, policy: Make, blocks: list[Any], party: Party, verdict: FlowVerdict
) -> None:
    together = policy(
        "out",
        "shop",
        podSelector=ALL,
        policyTypes=["Egress"],
        egress=[{"to": [{"ipBlock": b} for b in blocks]}],
    )
    assert egress(build(together), WEB, party, 443).verdict is verdict
    apart = policy(
        "out",
        "shop",
        podSelector=ALL,
        policyTypes=["Egress"],
        egress=[{"to": [{"ipBlock": b}]} for b in blocks],
    )
    judgement = egress(build(apart), WEB, party, 443)
    assert judgement.verdict is verdict
    assert len(judgement.uses) == (len(blocks) if verdict is FlowVerdict.OK else 0)


def test_pods_on_the_nodes_network_are_not_subject_and_not_selected(build: Build, policy: Make) -> None:
    topology = build(
        policy(
            "in",
            "shop",
            podSelector=ALL,
            policyTypes=["Ingress", "Egress"],
            ingress=[{"from": [{"namespaceSelector": ALL}]}],
        )
    )
    node = Pods(namespace="shop", labels={"app": "web"}, host_network=True)
    assert egress(topology, node, ENDPOINT, 443).verdict is FlowVerdict.OK
    assert ingress(topology, WEB, node, 443).verdict is FlowVerdict.BLOCKED


def test_an_unknown_value_leaves_it_unproven(build: Build, policy: Make) -> None:
    topology = build(policy("in", "shop", podSelector=ALL, ingress=[{"from": UNKNOWN}]))
    assert ingress(topology, WEB, DATABASE, 443).verdict is FlowVerdict.UNPROVEN


def test_an_unknown_operator_selects_nothing() -> None:
    assert not selects({"matchExpressions": [{"key": "a", "operator": "Gt"}]}, {"a": "1"})
