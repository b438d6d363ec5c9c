"""Network policies of Kubernetes that allow everything, or everybody."""

from __future__ import annotations

from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.ranges import is_internet
from roastery.policies.values import PropertyNode

_EVERYBODY = "everybody"
_ALL_PODS = "the pods of all namespaces"


def _open(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    """Each rule on its own, and the ranges of all rules of a direction together."""
    for direction, peers, harmless in (("ingress", "from", ()), ("egress", "to", settings["egress_ports"])):
        allowed = {int(port) for port in harmless}
        cidrs: list[str] = []
        single = False
        for rule in resource.each(f"spec.{direction}"):
            who = _who(rule, peers)
            limited = bool(allowed) and _only_ports(rule, allowed)
            if who and not (limited and who == _EVERYBODY):
                single = True
                verb = "lets in" if direction == "ingress" else "lets out to"
                yield Violation(rule.path, f"{verb} {who}{_ports_text(rule)}")
            if not limited:
                cidrs += _ranges(rule, peers)
        if not single and is_internet(cidrs):
            yield Violation(f"spec.{direction}", "is the whole Internet, by its ranges together")


def _who(rule: PropertyNode, peers: str) -> str:
    """Whom a rule is about if that is everybody; empty otherwise."""
    listed = list(rule.each(peers))
    if not listed:
        return _EVERYBODY
    if is_internet(_ranges(rule, peers)):
        return _EVERYBODY
    for peer in listed:
        selector = peer.get("namespaceSelector")
        if peer.get("ipBlock") is None and selector is not None and _empty(selector):
            return _ALL_PODS
        if peer.known in (None, {}):
            return _EVERYBODY
    return ""


def _empty(selector: dict[str, object]) -> bool:
    return not selector.get("matchLabels") and not selector.get("matchExpressions")


def _ranges(rule: PropertyNode, peers: str) -> list[str]:
    """The address ranges of a rule. Their exceptions are left out: the rest is still somebody's."""
    return [str(peer.get("ipBlock.cidr")) for peer in rule.each(peers) if peer.get("ipBlock.cidr")]


def _only_ports(rule: PropertyNode, allowed: set[int]) -> bool:
    """Whether a rule is limited to some of these ports over TCP."""
    listed = list(rule.each("ports"))
    return bool(listed) and all(
        port.get("port") in allowed
        and port.get("endPort") in (None, port.get("port"))
        and str(port.get("protocol", "TCP")).upper() == "TCP"
        for port in listed
    )


def _ports_text(rule: PropertyNode) -> str:
    ports = [str(port.get("port", "*")) for port in rule.each("ports")]
    return f" on port {', '.join(ports)}" if ports else " on every port"


POLICIES = (
    Policy(
        id="network-policy-open",
        title="Network policies name who may connect, and where to",
        reason="An empty rule, an empty selector or 0.0.0.0/0 undoes every other policy of the pods.",
        fix="Name pods, namespaces or ranges, and ports; egress to everybody only on `egress_ports`.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS AKS 1.8: 4.4.2", "MCSB NS-1"),
        types=(t.NETWORK_POLICY,),
        check=_open,
        charts=True,
        config={
            "egress_ports": {
                "type": "array",
                "items": {"type": "integer"},
                "default": [443],
                "description": "Ports on which pods may reach everybody: a firewall filters by name.",
            }
        },
    ),
)
