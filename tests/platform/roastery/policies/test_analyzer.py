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
from roastery.policies import waivers
from roastery.policies.catalogue import BY_ID, FAMILIES, POLICIES
from roastery.policies.evaluate import evaluate
from roastery.policies.state import parse

PACK = Path(__file__).parents[4] / "platform" / "roastery" / "policies"
PROGRAM = Path(__file__).parent / "program"
EXPIRED = """waivers:
  - policy: lock-present
    resource: '::group'
    reason: will be moved
    owner: platform engineers
    expires: 2026-01-31
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]
REMEDIED = {"required-tags", "tls-floor"}
# An open SSH port is an open port; a role that allows everything allows to grant roles.
BOTH = {("nsg-open-inbound", "nsg-management-port"), ("role-escalation", "role-wildcard")}
# One policy of each family.
FIRST = {
    next(family_policy.id for family_policy in family.POLICIES if not family_policy.remedy)
    for family in FAMILIES.values()
}


def test_every_policy_has_a_bad_resource_and_a_good_one_of_a_type_that_it_applies_to(tables: Any) -> None:
    assert {*tables.bad, *tables.left_out, *tables.outputs} == set(BY_ID)
    types = {kind for kind, _ in tables.good.values()}
    for policy in POLICIES:
        if policy.check and policy.id not in tables.refused:
            assert "*" in policy.types or types & set(policy.types), policy.id


def test_good_resources_pass_every_policy_with_nothing_unproven(good: Any) -> None:
    assert [event["message"] for event in good.findings] == []
    assert good.exit_code == 0, good.text


def test_each_mistake_is_found_on_its_resource_and_nothing_else(bad: Any, tables: Any) -> None:
    over_all = set(tables.left_out)
    expected = {(policy, policy) for policy in tables.bad.keys() - tables.refused - REMEDIED}
    expected |= {(policy, "rules-bad") for policy in tables.outputs} | BOTH
    expected |= {(policy, where) for policy, (_, where) in tables.left_out.items()}
    # A bad copy of a service has no endpoint of its own: rules over the stack count on the good ones only.
    violations = {
        (policy, name) for policy, name in bad.pairs() if policy not in over_all or name not in tables.bad
    }
    assert violations == expected
    assert bad.exit_code != 0
    levels = {event["policyName"]: event["enforcementLevel"] for event in bad.findings}
    assert levels == {policy: BY_ID[policy].prod.value for policy in levels}


def test_a_low_tls_version_and_missing_tags_are_repaired_before_the_update(bad: Any) -> None:
    after = {event["resourceUrn"].rpartition("::")[2]: event["after"] for event in bad.remediations}
    assert set(after) == REMEDIED
    assert after["tls-floor"]["minimumTlsVersion"] == "TLS1_2"
    assert after["tls-floor"]["allowSharedKeyAccess"] is False, "the other inputs are unchanged"
    assert after["required-tags"]["tags"] == {
        "workload": "beans",
        "environment": "prod",
        "owner": "roasters",
        "cost-centre": "cc-1",
        "managed-by": "pulumi",
    }


def test_a_message_has_the_policy_the_property_and_the_fix(bad: Any) -> None:
    message = next(event["message"] for event in bad.findings if event["policyName"] == "storage-shared-key")
    assert message.splitlines() == [
        "Storage accounts do not accept account keys",
        "allowSharedKeyAccess is true, must be false",
        "Fix: Set allowSharedKeyAccess false; clients use Entra ID.",
    ]


def test_no_message_shows_a_secret(bad: Any) -> None:
    assert "not-so-secret" not in json.dumps(bad.findings)
    assert "A" * 86 not in json.dumps(bad.findings)


def test_there_are_fifteen_families_and_the_waivers() -> None:
    assert len(FIRST) == 15


@pytest.mark.parametrize("policy", sorted(FIRST))
def test_a_violation_of_each_family_is_caught_in_preview_and_in_check_with_the_same_message(
    policy: str, bad: Any, checked: dict[str, Any]
) -> None:
    in_preview = {
        (event["resourceUrn"].rpartition("::")[2], event["message"].splitlines()[1])
        for event in bad.findings
        if event["policyName"] == policy
    }
    in_check = {
        (finding["urn"].rpartition("::")[2], f"{finding['path']} {finding['message']}".strip())
        for finding in checked["findings"]
        if finding["policy"] == policy and finding["blocks"]
    }
    assert in_preview & in_check


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory, preview: Callable[..., Any]) -> Any:
    """The good program with an expired waiver, with other levels and settings."""
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


def test_an_expired_waiver_fails_preview_and_check(changed: Any, state: dict[str, Any]) -> None:
    project, seen = changed
    (message,) = [event["message"] for event in seen.findings if event["policyName"] == "waiver-expired"]
    assert "line 2: lock-present on …::group expired on 2026-01-31" in message
    assert seen.exit_code != 0
    accepted = waivers.load(waivers.find(project), BY_ID)
    report = evaluate(parse(state), waivers=accepted)
    assert "waiver-expired" in {finding.policy.id for finding in report.blocking}


def test_a_team_changes_levels_and_settings_with_a_file(changed: Any) -> None:
    violations = {(event["policyName"], event["enforcementLevel"]) for event in changed[1].findings}
    assert violations == {
        ("pool-bounded", "advisory"),
        ("allowed-size", "mandatory"),
        ("waiver-expired", "mandatory"),
    }


def test_the_engine_and_our_own_evaluator_find_the_same_on_a_state(
    tmp_path: Path, state: dict[str, Any], tables: Any
) -> None:
    """The engine's own analysis replaces secrets with text and has no source lines: hence our evaluator."""
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    command = ["pulumi", "policy", "analyze", "--file", str(file), "--json", "--policy-pack", str(PACK)]
    with session(Project(root=PROGRAM)) as environment:
        process = subprocess.run(
            command,
            cwd=PROGRAM,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    events = [json.loads(line) for line in process.stdout.splitlines() if line.startswith("{")]
    engine = {
        (event["policyEvent"]["policyName"], event["policyEvent"]["resourceUrn"])
        for event in events
        if "policyEvent" in event and "UNPROVEN" not in event["policyEvent"]["message"]
    }
    report = evaluate(parse(state))
    own = {(finding.policy.id, finding.urn) for finding in report.findings if finding.proven}
    assert {policy for policy, _ in own} == set(BY_ID)
    assert tables.refused <= {policy for policy, _ in own}
    remedied = {pair for pair in own if BY_ID[pair[0]].remedy}
    assert engine - remedied == own - remedied
