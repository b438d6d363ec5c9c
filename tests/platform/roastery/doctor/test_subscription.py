"""The sign-in and its rights, and what is registered: each failure once, in the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from azsandbox.arm import faults
from roastery.azure.http import Http
from roastery.doctor.checks.namespaces import COMPONENTS, modules, required
from roastery.doctor.checks.subscription import allows
from roastery.doctor.model import Finding, Line, Status
from roastery.doctor.run import default_credential, exit_code

pytestmark = pytest.mark.xdist_group("doctor")
TENANT = "00000000-0000-0000-0000-0000000000aa"
OTHER_TENANT = "99999999-9999-4999-8999-999999999999"


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_a_sign_in_in_the_right_tenant_is_in_order(trial: Any) -> None:
    assert only(trial.findings("sign-in")).status is Status.OK


def test_without_a_sign_in_there_is_one_line_and_the_rest_is_not_checked(
    trial: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(trial.project.root / "absent"))
    lines = trial.lines("sign-in", "rights", "providers", "snowflake")
    assert [line.check for line in lines] == ["sign-in", "snowflake", "not-checked"]
    first, last = lines[0].finding, lines[-1].finding
    assert first.status is Status.ERROR
    assert first.seen.startswith("not signed in to Azure")
    assert first.todo.startswith("az login --tenant")
    assert "\n" not in first.seen + first.todo
    assert "rights, providers" in last.seen
    assert exit_code(lines) == 77


def test_a_token_of_another_tenant_is_named(trial: Any) -> None:
    trial.configure({"tenant": OTHER_TENANT})
    finding = only(trial.findings("sign-in"))
    assert "another tenant" in finding.seen
    assert finding.todo.startswith("az login --tenant ")
    assert finding.code == 77


def test_a_tenant_in_the_stack_file_that_is_not_the_subscriptions_is_named(trial: Any) -> None:
    examination = trial.examination(tenant=OTHER_TENANT)
    finding = only(trial.findings("sign-in", examination))
    assert finding.status is Status.ERROR
    assert f"roastery:tenant is {OTHER_TENANT}" in finding.seen


def test_without_a_network_there_is_one_line(trial: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_CLOUD_METADATA_URL", "https://127.0.0.1:9/metadata/endpoints")
    examination = trial.examination(http=Http(default_credential, retries=0))
    lines = trial.lines("sign-in", "rights", examination=examination)
    assert "127.0.0.1 can't be reached from here" in lines[0].finding.seen
    assert "HTTPS_PROXY" in lines[0].finding.todo
    assert [line.check for line in lines] == ["sign-in", "not-checked"]
    assert exit_code(lines) == 75


def test_throttling_is_waited_for_as_retry_after_says(trial: Any) -> None:
    faults.add(trial.subscription, "429", "/usages", "read", 2)
    patient = trial.examination(http=Http(default_credential, TENANT))
    assert {finding.status for finding in trial.findings("quota", patient)} == {Status.OK}
    assert trial.subscription.faults() == []


def test_throttling_that_does_not_end_is_said(trial: Any) -> None:
    faults.add(trial.subscription, "429", "/usages", "read", 20)
    patient = trial.examination(http=Http(default_credential, TENANT))
    finding = only(trial.findings("quota", patient))
    assert len(trial.subscription.faults()) == 1
    assert "throttled (429)" in finding.seen
    assert finding.todo == "run it again in 1 seconds"
    assert finding.code == 75


def test_a_service_that_fails_leaves_the_other_checks_alone(trial: Any) -> None:
    faults.add(trial.subscription, "500", "/permissions", "read", 20)
    lines = trial.lines("rights", "features")
    assert [line.finding.status for line in lines] == [Status.ERROR, Status.OK]
    assert "InternalServerError" in lines[0].finding.seen


def test_a_reader_may_not_deploy(trial: Any) -> None:
    trial.configure({"roles": ["Reader"]})
    finding = only(trial.findings("rights"))
    assert "may not Microsoft.Resources/subscriptions/resourceGroups/write" in finding.seen
    assert "--role 'Contributor'" in finding.todo


def test_a_contributor_may_not_assign_roles(trial: Any) -> None:
    trial.configure({"roles": ["Contributor"]})
    finding = only(trial.findings("rights"))
    assert "may not Microsoft.Authorization/roleAssignments/write" in finding.seen
    assert "--role 'Role Based Access Control Administrator'" in finding.todo


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        (["Contributor", "Role Based Access Control Administrator"], Status.OK),
        (["Contributor"], Status.ERROR),
    ],
)
def test_rights_on_the_stacks_own_groups_are_enough(trial: Any, roles: list[str], status: Status) -> None:
    trial.configure({"roles": ["Reader"], "group_roles": roles})
    trial.group("rg-roastery-net-prod-eus2")
    trial.group("rg-of-somebody-else")
    finding = only(trial.findings("rights"))
    assert finding.status is status
    assert "rg-roastery-net-prod-eus2" in finding.seen


def test_what_a_role_takes_away_is_not_allowed() -> None:
    permissions = [{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]}]
    assert allows(permissions, "Microsoft.Network/virtualNetworks/write")
    assert not allows(permissions, "Microsoft.Authorization/roleAssignments/write")


def test_in_a_fresh_subscription_nothing_is_registered_until_it_is(trial: Any) -> None:
    trial.configure("fresh")
    lines: list[Line] = trial.lines("providers", "features")
    missing = {line.finding.seen.partition(" ")[0] for line in lines if line.check == "providers"}
    assert {"Microsoft.ContainerService", "Microsoft.KubernetesConfiguration", "Microsoft.Storage"} <= missing
    assert "Microsoft.Resources" not in missing
    assert all("NotRegistered" in line.finding.seen for line in lines)
    assert "az provider register --namespace Microsoft.Storage --wait" in {
        line.finding.todo for line in lines
    }
    assert lines[-1].finding.todo.startswith(
        "az feature register --namespace Microsoft.Compute --name EncryptionAtHost"
    )
    arm = trial.examination().arm
    for namespace in missing - {"Microsoft.Compute/EncryptionAtHost"}:
        arm.post(f"/providers/{namespace}/register", "2021-04-01", None)
    feature = "/providers/Microsoft.Features/providers/Microsoft.Compute/features/EncryptionAtHost"
    assert arm.post(f"{feature}/register", "2021-07-01", None)["properties"]["state"] == "Registering"
    assert {line.finding.status for line in trial.lines("providers", "features")} == {Status.OK}


def test_the_namespaces_are_those_of_the_types_that_the_components_declare(trial: Any) -> None:
    types, imported = trial.provider.types, set(modules())
    kinds = {
        types.get(token).kind.partition("/")[0].lower()
        for token in types.tokens
        if token.split(":")[1] in imported
    }
    assert kinds <= {name.lower() for name in required()}
    assert Path(COMPONENTS).is_dir()
