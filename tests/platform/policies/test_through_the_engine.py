"""Every policy on a good and on a bad resource, through Pulumi's own engine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roastery.policies import evaluate, waivers
from roastery.policies import state as states
from roastery.policies.catalogue import BY_ID, FAMILIES, POLICIES
from roastery.sandbox import toolchain
from roastery.sandbox.paths import Places
from roastery.sandbox.session import session

PACK = Path(__file__).parents[3] / "platform" / "roastery" / "policies"
PROGRAM = Path(__file__).parent / "program"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]
REMEDIED = {"tls-floor"}
BOTH = {("nsg-open-inbound", "nsg-management-port")}  # an open SSH port is an open port
# One of each family, and the waivers' own.
FIRST = {next(one.id for one in family.POLICIES if not one.remedy) for family in FAMILIES.values()}


def test_every_policy_has_a_bad_resource_and_a_good_one_of_a_type_it_looks_at(tables: Any) -> None:
    assert {*tables.bad, *tables.left_out, *tables.outputs} == set(BY_ID)
    types = {kind for kind, _ in tables.good.values()}
    for policy in POLICIES:
        if policy.check:
            assert "*" in policy.types or types & set(policy.types), policy.id


def test_good_resources_pass_every_policy_with_nothing_unproven(good: Any) -> None:
    assert [one["message"] for one in good.findings] == []
    assert good.exit_code == 0, good.text


def test_each_mistake_is_found_on_its_resource_and_nothing_else(bad: Any, tables: Any) -> None:
    over_all = set(tables.left_out)
    expected = {(policy, policy) for policy in tables.bad.keys() - tables.refused - REMEDIED}
    expected |= {(policy, "rules-bad") for policy in tables.outputs} | BOTH
    expected |= {(policy, where) for policy, (_, where) in tables.left_out.items()}
    # A bad copy of a service has no endpoint of its own: rules over the stack count on the good ones only.
    found = {
        (policy, name) for policy, name in bad.pairs() if policy not in over_all or name not in tables.bad
    }
    assert found == expected
    assert bad.exit_code != 0
    assert all(one["enforcementLevel"] == "mandatory" for one in bad.findings)


def test_a_low_tls_version_is_raised_before_the_update(bad: Any) -> None:
    repaired = {(one["policyName"], one["resourceUrn"].rpartition("::")[2]) for one in bad.remediations}
    assert repaired == {("tls-floor", "tls-floor")}
    after = bad.remediations[0]["after"]
    assert after["minimumTlsVersion"] == "TLS1_2"
    assert after["allowSharedKeyAccess"] is False, "the rest stays"


def test_a_message_says_what_where_and_how_to_repair_it(bad: Any) -> None:
    message = next(one["message"] for one in bad.findings if one["policyName"] == "storage-shared-key")
    assert message.splitlines() == [
        "Storage accounts take no account keys",
        "allowSharedKeyAccess is true, must be false",
        "Fix: Set allowSharedKeyAccess false; clients use Entra ID.",
    ]


def test_no_message_shows_a_secret(bad: Any) -> None:
    assert "not-so-secret" not in json.dumps(bad.findings)
    assert "A" * 86 not in json.dumps(bad.findings)


@pytest.mark.parametrize("policy", sorted(FIRST))
def test_a_violation_of_each_family_is_caught_in_preview_and_in_check(
    policy: str, bad: Any, checked: dict[str, Any]
) -> None:
    in_preview = {one["policyName"] for one in bad.findings}
    in_check = {one["policy"] for one in checked["findings"] if one["blocks"]}
    assert policy in in_preview
    assert policy in in_check


def test_the_sixteenth_is_a_waiver_past_its_end(
    tmp_path: Path, preview: Callable[..., Any], state: dict[str, Any]
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for file in PROGRAM.iterdir():
        if file.is_file():
            (project / file.name).write_bytes(file.read_bytes())
    accepted = project / "stacks" / "policy-waivers.yaml"
    accepted.parent.mkdir()
    entry = (
        "policy: lock-present\n    resource: '::group'\n    reason: moved soon\n    owner: platform engineers"
    )
    accepted.write_text(f"waivers:\n  - {entry}\n    expires: 2026-01-31\n")
    seen = preview("good", folder=project)
    assert [one["policyName"] for one in seen.findings] == ["waiver-expired"]
    assert "line 2: lock-present on …::group ended on 2026-01-31" in seen.findings[0]["message"]
    assert seen.exit_code != 0

    report = evaluate.evaluate(states.parse(state), waivers=waivers.load(accepted, BY_ID))
    assert "waiver-expired" in {one.policy.id for one in report.blocking}


def test_the_engine_and_our_own_evaluator_find_the_same_on_a_state(
    tmp_path: Path, state: dict[str, Any], tables: Any
) -> None:
    """Own evaluator, since the engine's analysis replaces secrets by text and knows no source lines."""
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    command = ["pulumi", "policy", "analyze", "--file", str(file), "--json", "--policy-pack", str(PACK)]
    with session(Places(project=PROGRAM)) as environment:
        done = subprocess.run(
            command,
            cwd=PROGRAM,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    engine = {
        (one["policyEvent"]["policyName"], one["policyEvent"]["resourceUrn"])
        for one in events
        if "policyEvent" in one and "UNPROVEN" not in one["policyEvent"]["message"]
    }
    report = evaluate.evaluate(states.parse(state))
    own = {(one.policy.id, one.urn) for one in report.findings if one.proven}
    assert {policy for policy, _ in own} == set(BY_ID)
    assert tables.refused <= {policy for policy, _ in own}
    remedied = {pair for pair in own if BY_ID[pair[0]].remedy}
    assert engine - remedied == own - remedied
