"""A half-made stack says so, and blames none of the rules about the whole stack."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from roastery.cli.main import main
from roastery.policies import completeness
from roastery.policies.evaluate import evaluate
from roastery.policies.state import parse

STACK_RULES = {
    "private-endpoint-present",
    "budget-present",
    "namespace-network-policy",
    "diagnostics-present",
}


def blocking(state: dict[str, Any]) -> set[str]:
    return {finding.policy.id for finding in evaluate(parse(state)).blocking}


def test_a_whole_state_is_judged_in_full(state: dict[str, Any]) -> None:
    assert parse(state).incomplete == ()
    assert blocking(state) >= STACK_RULES


def with_pending(deployment: dict[str, Any]) -> None:
    operation = {"type": "creating", "resource": {"urn": "urn:pulumi:bad::rules::a:b:C::aks"}}
    deployment["pending_operations"] = [operation]


def with_failed_start(deployment: dict[str, Any]) -> None:
    deployment["resources"][3]["initErrors"] = ["the node did not start"]


def with_absent_dependency(deployment: dict[str, Any]) -> None:
    named = {urn for entry in deployment["resources"] for urn in entry.get("dependencies", ())}
    absent = min(named)
    deployment["resources"] = [entry for entry in deployment["resources"] if entry["urn"] != absent]


def with_component_that_has_not_ended(deployment: dict[str, Any]) -> None:
    entry = {"urn": "urn:pulumi:bad::rules::roastery:x:Y::c", "type": "roastery:x:Y", "custom": False}
    deployment["resources"].append(entry)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (with_pending, "1 pending operations (creating aks)"),
        (with_failed_start, "1 resources have not started"),
        (with_absent_dependency, "1 resources that others depend on are absent"),
        (with_component_that_has_not_ended, "1 components of the program have not ended (c)"),
    ],
)
def test_a_half_made_stack_says_so_instead_of_blaming_its_rules(
    state: dict[str, Any], change: Any, text: str
) -> None:
    broken = copy.deepcopy(state)
    change(broken["deployment"])
    report = evaluate(parse(broken))
    finding = next(finding for finding in report.blocking if finding.policy.id == "stack-complete")
    assert text in finding.message
    assert not {finding.policy.id for finding in report.blocking} & STACK_RULES
    assert {finding.policy.id for finding in report.unproven} >= STACK_RULES
    assert "storage-shared-key" in {finding.policy.id for finding in report.blocking}  # true on its own


def test_what_the_program_declares_and_the_state_lacks_is_counted(state: dict[str, Any]) -> None:
    resources = parse(state).resources
    declared = [resource.urn for resource in resources]
    assert completeness.of_program(resources, declared) == []
    (text,) = completeness.of_program(resources[:-2], declared)
    assert f"2 of {len(declared)} resources that the program declares are absent" in text


def test_the_comparison_with_the_program_needs_both(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["policy", "check", "--state", str(tmp_path / "s.json"), "--against-program"])
    assert left.value.code == 2
    assert "--against-program" in capsys.readouterr().err
