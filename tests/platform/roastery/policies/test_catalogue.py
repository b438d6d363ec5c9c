"""Every policy on a state that violates it, without an engine: the fast counterpart of test_analyzer."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from roastery.policies import tokens as t
from roastery.policies.catalogue import BY_ID, POLICIES
from roastery.policies.evaluate import PolicyReport, evaluate, over_resource
from roastery.policies.model import DeclaredResource
from roastery.policies.state import parse

# An open SSH port is an open port; a role that allows everything allows to grant roles.
BOTH = {("nsg-open-inbound", "nsg-management-port"), ("role-escalation", "role-wildcard")}


@pytest.fixture(scope="module")
def report(state: dict[str, Any]) -> PolicyReport:
    return evaluate(parse(state))


def test_each_mistake_is_found_on_its_resource_and_nothing_else(report: PolicyReport, tables: Any) -> None:
    pairs = {(finding.policy.id, finding.urn.rpartition("::")[2]) for finding in report.findings}
    over_all = set(tables.left_out)
    expected = {(policy, policy) for policy in tables.bad} | BOTH
    expected |= {(policy, "rules-bad") for policy in tables.outputs}
    expected |= {(policy, where) for policy, (_, where) in tables.left_out.items()}
    # A bad copy of a service has no endpoint of its own: rules over the stack count on the good ones only.
    assert {pair for pair in pairs if pair[0] not in over_all or pair[1] not in tables.bad} == expected
    assert {policy for policy, _ in pairs} == set(BY_ID)


def test_nothing_is_unproven_where_nothing_is_unknown(report: PolicyReport) -> None:
    assert report.unproven == []


def test_no_policy_changes_the_resources(state: dict[str, Any]) -> None:
    stack = parse(state)
    before = copy.deepcopy([dict(resource.inputs) for resource in stack.resources])
    evaluate(stack)
    for policy in POLICIES:
        if policy.remedy:
            for resource in stack.resources:
                if policy.applies_to(resource.type):
                    policy.remedy(resource, policy.settings(), stack.facts)
    assert [dict(resource.inputs) for resource in stack.resources] == before


def test_no_policy_ever_raises(resource: Callable[..., DeclaredResource]) -> None:
    """Whatever the inputs have in place of an object, a list or a number."""
    for policy in POLICIES:
        kinds = [kind for kind in policy.types if kind != "*"] or [t.STORAGE]
        for kind in kinds:
            for junk in ("text", 7, [], {}, None, ["x"], {"a": 1}):
                tops = ("properties", "spec", "tags", "sku", "identity", "metadata", "rules", "location")
                candidate = resource(kind, **dict.fromkeys(tops, junk))
                list(over_resource(policy, candidate, policy.settings()))


def test_every_policy_is_described_completely() -> None:
    for policy in POLICIES:
        assert policy.title, policy.id
        assert policy.reason.endswith("."), policy.id
        assert policy.fix.endswith("."), policy.id
        assert (policy.check is None) is not (policy.check_stack is None), policy.id
        assert (policy.check is None) or policy.types, policy.id
        for schema in policy.config.values():
            assert "default" in schema, policy.id
