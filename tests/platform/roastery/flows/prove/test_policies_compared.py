"""Network policies: verdicts compared with those of a second evaluator, on generated policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from roastery.flows.model import FlowVerdict, Pods
from roastery.flows.prove.addresses import Party, ranges
from roastery.flows.prove.policies import ingress
from roastery.flows.topology import Topology
from roastery.policies.model import DeclaredResource

Make = Callable[..., DeclaredResource]
Build = Callable[..., Topology]
WEB = Pods(namespace="shop", labels={"app": "web"})
DATABASE = Pods(namespace="data", labels={"app": "db"}, namespace_labels={"team": "data"})
ENDPOINT = Party(name="vault", ranges=ranges(["10.0.4.5/32"]))
INTERNET = Party(name="pypi.org")
ALL: dict[str, Any] = {}


LABELS = st.dictionaries(st.sampled_from("ab"), st.sampled_from("xy"), max_size=2)
REQUIREMENTS = st.one_of(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from("ab"),
            "operator": st.sampled_from(["In", "NotIn"]),
            "values": st.lists(st.sampled_from("xy"), min_size=1, max_size=2),
        }
    ),
    st.fixed_dictionaries(
        {"key": st.sampled_from("ab"), "operator": st.sampled_from(["Exists", "DoesNotExist"])}
    ),
)
SELECTORS = st.fixed_dictionaries(
    {}, optional={"matchLabels": LABELS, "matchExpressions": st.lists(REQUIREMENTS, max_size=2)}
)
PEERS = st.fixed_dictionaries({}, optional={"podSelector": SELECTORS, "namespaceSelector": SELECTORS}).filter(
    bool
)
PORTS = st.fixed_dictionaries({}, optional={"port": st.integers(1, 4)})
RULES = st.fixed_dictionaries(
    {}, optional={"from": st.lists(PEERS, max_size=2), "ports": st.lists(PORTS, max_size=2)}
)
SPECS = st.fixed_dictionaries({"podSelector": SELECTORS, "ingress": st.lists(RULES, max_size=2)})


def naive_selector(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """By lists of what contradicts the selector, written from the reference."""
    against = [
        key for key, value in selector.get("matchLabels", {}).items() if (key, value) not in labels.items()
    ]
    for requirement in selector.get("matchExpressions", []):
        value = labels.get(requirement["key"], "absent")
        wanted = {
            "In": [*requirement.get("values", [])],
            "NotIn": [v for v in "xy" if v not in requirement.get("values", [])] + ["absent"],
            "Exists": ["x", "y"],
            "DoesNotExist": ["absent"],
        }[requirement["operator"]]
        against += [] if value in wanted else [requirement["key"]]
    return not against


def naive_ingress(
    specs: list[tuple[str, dict[str, Any]]],
    pods: Pods,
    peer: Pods,
    port: int,
    namespaces: dict[str, dict[str, str]],
) -> bool:
    """The set of allowed (peer, port) pairs, gathered over all policies, then looked up."""
    isolated, pairs = False, set[tuple[str, int]]()
    for namespace, spec in specs:
        if namespace != pods.namespace or not naive_selector(spec["podSelector"], dict(pods.labels)):
            continue
        isolated = True
        for rule in spec["ingress"]:
            ports = {
                number
                for item in rule.get("ports") or [{}]
                for number in ([item["port"]] if "port" in item else range(1, 5))
            }
            for item in rule.get("from") or [None]:
                if item is None:
                    pairs |= {("peer", number) for number in ports}
                    continue
                of_namespace = (
                    naive_selector(item["namespaceSelector"], namespaces[peer.namespace])
                    if "namespaceSelector" in item
                    else peer.namespace == namespace
                )
                if of_namespace and naive_selector(item.get("podSelector", {}), dict(peer.labels)):
                    pairs |= {("peer", number) for number in ports}
    return not isolated or ("peer", port) in pairs


@settings(max_examples=300, deadline=None)
@given(
    specs=st.lists(st.tuples(st.sampled_from(["n1", "n2"]), SPECS), max_size=3),
    labels=LABELS,
    peer=st.tuples(st.sampled_from(["n1", "n2"]), LABELS),
    own=LABELS,
    other=LABELS,
    port=st.integers(1, 4),
)
def test_the_verdict_is_that_of_a_second_evaluator(
    build: Build,
    policy: Make,
    kubernetes: Make,
    *,
    specs: list[tuple[str, dict[str, Any]]],
    labels: dict[str, str],
    peer: tuple[str, dict[str, str]],
    own: dict[str, str],
    other: dict[str, str],
    port: int,
) -> None:
    namespaces = {"n1": own, "n2": other}
    topology = build(
        [
            kubernetes("core/v1:Namespace", name, metadata={"labels": own_labels})
            for name, own_labels in namespaces.items()
        ],
        [policy(f"p{index}", namespace, **spec) for index, (namespace, spec) in enumerate(specs)],
    )
    pods, caller = Pods(namespace="n1", labels=labels), Pods(namespace=peer[0], labels=peer[1])
    expected = naive_ingress(specs, pods, caller, port, namespaces)
    assert (ingress(topology, pods, caller, port).verdict is FlowVerdict.OK) == expected
