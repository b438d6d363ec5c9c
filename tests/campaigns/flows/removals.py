"""Takes each rule, role, record and policy out of a state in turn, and proves its flows again."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from roastery.flows.prove.proof import FlowReport, prove
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource, DeclaredStack

# What may be taken out as a whole, by what a person calls it.
WHOLE = {
    t.ROLE: "role assignment",
    t.FEDERATION: "federated credential",
    t.ZONE_LINK: "zone link",
    t.ZONE_GROUP: "zone group",
    t.ENDPOINT: "private endpoint",
    t.SECURITY_RULE: "security rule",
    t.K8S_BINDING: "Kubernetes role binding",
    t.K8S_CLUSTER_BINDING: "Kubernetes role binding",
    "azure-native:network:RouteTable": "route table",
}
_POLICY_RULES = ("ingress", "egress")


@dataclass(frozen=True, kw_only=True)
class Removal:
    """One item of a state: what it is, its id as proofs name it, and the state without it."""

    kind: str
    id: str
    without: DeclaredStack


@dataclass(frozen=True, kw_only=True)
class RemovalResult:
    """What a removal did: whether the proof before relied on the item, and which flows it broke."""

    removal: Removal
    used: bool
    broken: Sequence[str]

    @property
    def consistent(self) -> bool:
        return self.used == bool(self.broken)


def results(stack: DeclaredStack) -> tuple[FlowReport, list[RemovalResult]]:
    """The proof of a state, and that of every state with one item less."""
    before = prove(stack)
    already = {proved.flow.id for proved in before.broken}
    listed: list[RemovalResult] = []
    for removal in removals(stack):
        after = prove(removal.without)
        broken = [proved.flow.id for proved in after.broken if proved.flow.id not in already]
        listed.append(RemovalResult(removal=removal, used=removal.id in before.uses, broken=broken))
    return before, listed


def removals(stack: DeclaredStack) -> Iterator[Removal]:
    """Every state with one item less."""
    for resource in stack.resources:
        if resource.type in WHOLE:
            yield Removal(kind=WHOLE[resource.type], id=resource.urn, without=_changed(stack, resource, None))
        elif resource.type == t.SECURITY_GROUP:
            yield from _security_rules(stack, resource)
        elif resource.type == t.NETWORK_POLICY:
            yield from _policy_rules(stack, resource)
        elif resource.type == "azure-native:network:FirewallPolicyRuleCollectionGroup":
            yield from _firewall_rules(stack, resource)


def _security_rules(stack: DeclaredStack, group: DeclaredResource) -> Iterator[Removal]:
    for index, rule in enumerate(group.inputs.get("securityRules") or []):
        if rule.get("access") == "Allow":
            inputs = copy.deepcopy(dict(group.inputs))
            del inputs["securityRules"][index]
            yield _removal(stack, group, "security rule", str(rule.get("name")), inputs)


def _policy_rules(stack: DeclaredStack, policy: DeclaredResource) -> Iterator[Removal]:
    for direction in _POLICY_RULES:
        for index in range(len(policy.inputs.get("spec", {}).get(direction) or [])):
            inputs = copy.deepcopy(dict(policy.inputs))
            del inputs["spec"][direction][index]
            yield _removal(stack, policy, "network policy rule", f"{direction}[{index}]", inputs)


def _firewall_rules(stack: DeclaredStack, group: DeclaredResource) -> Iterator[Removal]:
    for number, collection in enumerate(group.inputs.get("ruleCollections") or []):
        for index, rule in enumerate(collection.get("rules") or []):
            inputs = copy.deepcopy(dict(group.inputs))
            del inputs["ruleCollections"][number]["rules"][index]
            name = f"{collection.get('name')}/{rule.get('name')}"
            yield _removal(stack, group, "firewall rule", name, inputs)


def _removal(
    stack: DeclaredStack, resource: DeclaredResource, kind: str, rule: str, inputs: Mapping[str, Any]
) -> Removal:
    changed = _changed(stack, resource, replace(resource, inputs=inputs))
    return Removal(kind=kind, id=f"{resource.urn}#{rule}", without=changed)


def _changed(stack: DeclaredStack, old: DeclaredResource, new: DeclaredResource | None) -> DeclaredStack:
    listed = [new if resource is old else resource for resource in stack.resources]
    return DeclaredStack([resource for resource in listed if resource is not None], stack.facts)
