"""Every policy on a state with its mistake, without an engine: the quick half of test_through_the_engine."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from roastery.policies import state as states
from roastery.policies.catalogue import BY_ID, POLICIES
from roastery.policies.evaluate import Report, evaluate

# An open SSH port is an open port.
BOTH = {("nsg-open-inbound", "nsg-management-port")}


@pytest.fixture(scope="module")
def report(state: dict[str, Any]) -> Report:
    return evaluate(states.parse(state))


def test_each_mistake_is_found_on_its_resource_and_nothing_else(report: Report, tables: Any) -> None:
    found = {(one.policy.id, one.urn.rpartition("::")[2]) for one in report.findings}
    over_all = set(tables.left_out)
    expected = {(policy, policy) for policy in tables.bad} | BOTH
    expected |= {(policy, "rules-bad") for policy in tables.outputs}
    expected |= {(policy, where) for policy, (_, where) in tables.left_out.items()}
    # A bad copy of a service has no endpoint of its own: rules over the stack count on the good ones only.
    assert {one for one in found if one[0] not in over_all or one[1] not in tables.bad} == expected
    assert {policy for policy, _ in found} == set(BY_ID)


def test_nothing_is_unproven_where_nothing_is_unknown(report: Report) -> None:
    assert report.unproven == []


def test_no_policy_changes_what_it_looks_at(state: dict[str, Any]) -> None:
    held = states.parse(state)
    before = copy.deepcopy([dict(one.inputs) for one in held.resources])
    evaluate(held)
    for policy in POLICIES:
        if policy.remedy:
            for one in held.resources:
                if policy.sees(one.type):
                    policy.remedy(one, policy.settings(), held.facts)
    assert [dict(one.inputs) for one in held.resources] == before
