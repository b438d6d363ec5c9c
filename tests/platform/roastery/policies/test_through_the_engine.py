"""Every policy on a good and on a bad resource, through Pulumi's own engine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
from azsandbox.session import session
from roastery.policies import evaluate, waivers
from roastery.policies import state as states
from roastery.policies.catalogue import BY_ID, FAMILIES, POLICIES

PACK = Path(__file__).parents[4] / "platform" / "roastery" / "policies"
PROGRAM = Path(__file__).parent / "program"
EXPIRED = """waivers:
  - policy: lock-present
    resource: '::group'
    reason: moved soon
    owner: platform engineers
    expires: 2026-01-31
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]
REMEDIED = {"required-tags", "tls-floor"}
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


def test_a_low_tls_version_and_missing_tags_are_repaired_before_the_update(bad: Any) -> None:
    after = {one["resourceUrn"].rpartition("::")[2]: one["after"] for one in bad.remediations}
    assert set(after) == REMEDIED
    assert after["tls-floor"]["minimumTlsVersion"] == "TLS1_2"
    assert after["tls-floor"]["allowSharedKeyAccess"] is False, "the rest stays"
    assert after["required-tags"]["tags"] == {
        "workload": "beans",
        "environment": "prod",
        "owner": "roasters",
        "cost-centre": "cc-1",
        "managed-by": "pulumi",
    }


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


def test_there_are_fifteen_families_and_the_waivers() -> None:
    assert len(FIRST) == 15


@pytest.mark.parametrize("policy", sorted(FIRST))
def test_a_violation_of_each_family_is_caught_in_preview_and_in_check_with_the_same_words(
    policy: str, bad: Any, checked: dict[str, Any]
) -> None:
    in_preview = {
        (one["resourceUrn"].rpartition("::")[2], one["message"].splitlines()[1])
        for one in bad.findings
        if one["policyName"] == policy
    }
    in_check = {
        (one["urn"].rpartition("::")[2], f"{one['path']} {one['message']}".strip())
        for one in checked["findings"]
        if one["policy"] == policy and one["blocks"]
    }
    assert in_preview & in_check


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory, preview: Callable[..., Any]) -> Any:
    """The good program with a waiver past its end, under other levels and settings."""
    project = tmp_path_factory.mktemp("project")
    for file in PROGRAM.iterdir():
        if file.is_file():
            (project / file.name).write_bytes(file.read_bytes())
    (project / "stacks").mkdir()
    (project / "stacks" / "policy-waivers.yaml").write_text(EXPIRED)
    config = {
        "pool-bounded": {"nodes": 5, "enforcementLevel": "advisory"},
        "allowed-size": {"sizes": ["X*"]},
    }
    (project / "policies.json").write_text(json.dumps(config))
    seen = preview("good", "--policy-pack-config", str(project / "policies.json"), folder=project)
    return project, seen


def test_the_sixteenth_is_a_waiver_past_its_end(changed: Any, state: dict[str, Any]) -> None:
    project, seen = changed
    (message,) = [one["message"] for one in seen.findings if one["policyName"] == "waiver-expired"]
    assert "line 2: lock-present on …::group ended on 2026-01-31" in message
    assert seen.exit_code != 0
    accepted = waivers.load(waivers.find(project), BY_ID)
    report = evaluate.evaluate(states.parse(state), waivers=accepted)
    assert "waiver-expired" in {one.policy.id for one in report.blocking}


def test_a_team_changes_levels_and_settings_with_a_file(changed: Any) -> None:
    found = {(one["policyName"], one["enforcementLevel"]) for one in changed[1].findings}
    assert found == {
        ("pool-bounded", "advisory"),
        ("allowed-size", "mandatory"),
        ("waiver-expired", "mandatory"),
    }


def test_the_engine_and_our_own_evaluator_find_the_same_on_a_state(
    tmp_path: Path, state: dict[str, Any], tables: Any
) -> None:
    """Own evaluator, since the engine's analysis replaces secrets by text and knows no source lines."""
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    command = ["pulumi", "policy", "analyze", "--file", str(file), "--json", "--policy-pack", str(PACK)]
    with session(Project(root=PROGRAM)) as environment:
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
