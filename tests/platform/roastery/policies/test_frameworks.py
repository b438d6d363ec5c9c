"""Frameworks: every policy is mapped, or says why not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from roastery.cli.main import main
from roastery.flows import findings as flows
from roastery.policies import completeness, waivers
from roastery.policies.catalogue import BY_ID, POLICIES
from roastery.policies.evaluate import evaluate
from roastery.policies.frameworks import (
    CONTROLS,
    OURS,
    OWN_CONTROLS,
    UNMAPPED,
    Framework,
    controls,
)
from roastery.policies.reports import plain
from roastery.policies.state import parse

OTHERS = (*flows.POLICIES, *waivers.POLICIES, completeness.COMPLETE)


def test_every_policy_serves_a_control_of_every_framework_or_says_why_not() -> None:
    for policy in (*POLICIES, *OTHERS):
        mapped = {framework for framework in Framework if controls(policy, framework)}
        if policy.id in UNMAPPED:
            assert not mapped - {Framework.CIS}, policy.id
        else:
            assert mapped >= {Framework.MCSB, Framework.NIST, Framework.ISO27001}, policy.id


def test_no_mapping_is_left_over() -> None:
    known = set(BY_ID) | {policy.id for policy in OTHERS}
    assert set(OWN_CONTROLS) | set(UNMAPPED) <= known
    used = {
        text.removeprefix("MCSB ") for policy in POLICIES for text in policy.ids if text.startswith("MCSB ")
    }
    assert used | set(OWN_CONTROLS.values()) == set(CONTROLS)


def test_what_no_public_page_says_is_marked() -> None:
    nist = controls(BY_ID["storage-public-network"], Framework.NIST)
    assert nist == ("NIST SP 800-53 r4: AC-4", "NIST SP 800-53 r4: SC-2", "NIST SP 800-53 r4: SC-7")
    assert all(text.endswith(OURS) for text in controls(BY_ID["pod-escalation"], Framework.MCSB))
    for policy in POLICIES:
        assert all(text.endswith(OURS) for text in controls(policy, Framework.ISO27001))


@pytest.mark.parametrize("framework", list(Framework))
def test_a_check_is_limited_to_a_framework(state: dict[str, Any], framework: Framework) -> None:
    stack = parse(state)
    every = {finding.policy.id for finding in evaluate(stack).findings}
    report = evaluate(stack, framework=framework)
    listed_ids = {finding.policy.id for finding in report.findings}
    assert listed_ids == {name for name in every if controls(BY_ID[name], framework)} < every
    text = "\n".join(plain.lines(report))
    assert controls(BY_ID["storage-shared-key"], framework)[0] in text


def test_the_list_shows_the_controls(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["policy", "list", "--framework", "cis", "--json"])
    listed = json.loads(capsys.readouterr().out)
    assert "budget-present" not in {policy["id"] for policy in listed}
    assert all(policy["controls"]["cis"] for policy in listed)
