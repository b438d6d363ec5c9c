"""From an empty subscription to a runner with its rights, step by step, as docs/deploy.md has it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azsandbox import commands
from azsandbox.arm.subscription import Subscription
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
from roastery import roles
from roastery.components.identity.delegation import ASSIGNABLE
from roastery.flows.model import FlowVerdict
from roastery.flows.prove.proof import prove
from roastery.policies import state
from roastery.policies.model import DeclaredStack

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("bootstrap"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]
STATE = "stproasteryprodeus27427/pulumi-state/.pulumi/stacks/roastery-bootstrap/prod.json"


@pytest.fixture
def bootstrap(roast: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> Callable[[], dict[str, Any]]:
    """Runs the command; what it prints as JSON."""

    def run() -> dict[str, Any]:
        assert roast("bootstrap", "--stack", "prod", "--target", "sandbox", "--json") == 0
        return json.loads(capsys.readouterr().out)

    return run


def of_kind(project: Project, kind: str) -> list[Any]:
    subscription = Subscription.open(project.model)
    try:
        return subscription.of_kind(kind)
    finally:
        subscription.close()


def test_a_fresh_subscription_refuses_the_platform(checkout: Project) -> None:
    outcome = commands.operate(checkout, "up", "prod", quiet=True)

    assert outcome.exit_code == 1
    assert [line for line in outcome.errors if "MissingSubscriptionRegistration" in line]


def test_bootstrap_registers_and_moves_its_state_into_the_store_that_it_made(
    checkout: Project, bootstrap: Callable[[], dict[str, Any]]
) -> None:
    result = bootstrap()

    assert (result["moved"], result["granted"]) == (True, False)
    assert result["registered"] > 10
    state = json.loads((checkout.blobs / STATE).read_text())
    latest = state["checkpoint"]["latest"]
    assert latest["secrets_providers"]["state"]["url"] == result["secrets_provider"]
    folder = checkout.root / ".roast" / "bootstrap" / "sandbox" / "prod"
    assert len(list(folder.glob("state.moved-*"))) == 1
    assert (folder / "passphrase").stat().st_mode & 0o077 == 0


def test_the_store_takes_no_shared_key_and_lets_in_the_named_address_only(checkout: Project) -> None:
    accounts = of_kind(checkout, "Microsoft.Storage/storageAccounts")
    inputs = next(account.inputs for account in accounts if account.name.startswith("stp"))

    assert inputs["allowSharedKeyAccess"] is False
    assert inputs["networkRuleSet"]["ipRules"] == [{"iPAddressOrRange": "203.0.113.7", "action": "Allow"}]
    assert inputs["networkRuleSet"]["defaultAction"] == "Deny"


def test_a_second_run_changes_nothing(checkout: Project, bootstrap: Callable[[], dict[str, Any]]) -> None:
    before = (checkout.blobs / STATE).read_text()

    result = bootstrap()

    assert (result["registered"], result["changes"], result["moved"]) == (0, False, False)
    assert urns(before) == urns((checkout.blobs / STATE).read_text())


@pytest.mark.usefixtures("checkout")
def test_charts_are_signed_in_to_in_a_file_that_is_in_no_state(
    roast: Callable[..., int], tmp_path: Path
) -> None:
    file = tmp_path / "registry.json"

    assert roast("login-registry", "-s", "prod", "--target", "sandbox", "--file", str(file)) == 0

    assert list(json.loads(file.read_text())["auths"]) == ["crsroasteryprodeus27427.azurecr.io"]
    assert file.stat().st_mode & 0o077 == 0


def test_the_platform_is_deployed_and_bootstrap_grants_its_runner(
    checkout: Project, bootstrap: Callable[[], dict[str, Any]]
) -> None:
    outcome = commands.operate(checkout, "up", "prod", quiet=True)
    assert (outcome.exit_code, outcome.errors) == (0, [])

    result = bootstrap()

    assert (result["granted"], result["changes"]) == (True, True)
    runner = principal(checkout, "runner")
    granted = {
        (inputs["roleDefinitionId"].rpartition("/")[2], inputs["scope"].rpartition("/")[2])
        for inputs in assignments(checkout)
        if inputs["principalId"] == runner
    }
    groups = {f"rg-roastery-{part}-prod-eus2" for part in ("net", "data", "ml")}
    assert {(roles.CONTRIBUTOR, group) for group in groups} <= granted
    assert {(roles.RBAC_ADMINISTRATOR, group) for group in groups} <= granted
    assert (roles.AKS_RBAC_CLUSTER_ADMIN, "aks-roastery-prod-eus2") in granted
    assert (roles.BLOB_CONTRIBUTOR, "pulumi-state") in granted
    assert (roles.KEY_VAULT_CRYPTO_USER, "pulumi") in granted


@pytest.mark.parametrize(
    ("missing", "flows"),
    [
        ("", set[str]()),
        # The faults 8 and 9 of docs/first-deployment.md.
        ("role-administrators-state", {"engineers-state"}),
        ("role-administrators-key", {"engineers-state"}),
        ("role-runner-cluster", {"agents-api-server", "infra-api-server"}),
    ],
)
def test_the_bootstraps_roles_prove_the_flows_that_depend_on_them(
    checkout: Project, missing: str, flows: set[str]
) -> None:
    platform = state.parse(commands.export(checkout, "prod"))
    bootstrap = state.read(checkout.blobs / STATE)
    left = DeclaredStack([r for r in bootstrap.resources if r.name != missing], bootstrap.facts)
    assert bool(missing) == (len(left.resources) < len(bootstrap.resources))

    report = prove(platform, bootstrap=left)

    assert {proved.flow.id for proved in report.broken} == flows
    verdicts = {judgement.verdict for proved in report.flows for judgement in proved.judgements.values()}
    assert FlowVerdict.UNPROVEN not in verdicts


def test_the_runner_may_assign_every_role_of_the_platform_and_no_privileged_one(checkout: Project) -> None:
    runner, argo = principal(checkout, "runner"), principal(checkout, "argo")
    conditions = [
        inputs["condition"]
        for inputs in assignments(checkout)
        if inputs["principalId"] == runner
        and inputs["roleDefinitionId"].endswith(roles.RBAC_ADMINISTRATOR)
        and "/registries/" not in inputs["scope"]
    ]
    platform = {
        inputs["roleDefinitionId"].rpartition("/")[2]
        for inputs in assignments(checkout)
        if inputs["principalId"] not in (runner, argo) and "/rg-roastery-boot-" not in inputs["scope"]
    }

    assert platform <= set(ASSIGNABLE)
    assert len(conditions) == 3
    for condition in conditions:
        assert all(role in condition for role in platform)
        assert roles.OWNER not in condition
        assert roles.USER_ACCESS_ADMINISTRATOR not in condition
        assert roles.CONTRIBUTOR not in condition


def test_pipelines_act_as_the_runner_by_exact_subjects(checkout: Project) -> None:
    credentials = of_kind(
        checkout, "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"
    )
    subjects = {
        credential.inputs["subject"]
        for credential in credentials
        if "/userAssignedIdentities/id-roastery-runner-" in credential.id
    }

    assert subjects == {
        "system:serviceaccount:roastery:sa-argo-infra",
        "repo:globojava/roastery:environment:prod-preview",
        "repo:globojava/roastery:environment:prod",
        "/eid1/c/pub/t/abc/a/def/sc/organisation/connection",
    }


def test_a_closed_store_has_no_public_access(
    checkout: Project,
    bootstrap: Callable[[], dict[str, Any]],
    change: Callable[[dict[str, Any]], None],
) -> None:
    change({"closed": True})

    bootstrap()

    accounts = of_kind(checkout, "Microsoft.Storage/storageAccounts")
    vaults = of_kind(checkout, "Microsoft.KeyVault/vaults")
    registries = of_kind(checkout, "Microsoft.ContainerRegistry/registries")
    assert {account.inputs["publicNetworkAccess"] for account in accounts} == {"Disabled"}
    assert {vault.inputs["properties"]["publicNetworkAccess"] for vault in vaults} == {"Disabled"}
    assert {registry.inputs["publicNetworkAccess"] for registry in registries} == {"Disabled"}


def urns(state: str) -> set[str]:
    return {resource["urn"] for resource in json.loads(state)["checkpoint"]["latest"]["resources"]}


def assignments(project: Project) -> list[dict[str, Any]]:
    return [item.inputs for item in of_kind(project, "Microsoft.Authorization/roleAssignments")]


def principal(project: Project, part: str) -> str:
    identities = of_kind(project, "Microsoft.ManagedIdentity/userAssignedIdentities")
    identity = next(item for item in identities if item.name == f"id-roastery-{part}-prod-eus2")
    return str(identity.outputs["principalId"])
