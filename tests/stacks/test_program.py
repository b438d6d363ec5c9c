"""The real program on the genuine engine: production and development side by side, from up to destroy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azsandbox import commands, drift
from azsandbox.arm.subscription import Subscription
from azsandbox.commands import Outcome
from azsandbox.errors import SandboxError
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
from roastery import roles
from roastery.cost import prices, quantities, report
from roastery.cost.estimate import estimate
from roastery.cost.model import Assumptions
from roastery.policies import state
from roastery.policies.evaluate import evaluate
from roastery.policies.reports import rights
from stacks.cluster import LEFT_OUT
from stacks.config import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("program"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]


@pytest.fixture(scope="module")
def both_up(run: Callable[..., Outcome]) -> dict[str, int]:
    """Number of resources of each stack, just created."""
    created = {}
    for stack in ("prod", "dev"):
        outcome = run("up", stack)
        assert (outcome.exit_code, outcome.errors) == (0, [])
        assert list(outcome.changes) == ["create"]
        created[stack] = outcome.changes["create"]
    return created


@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_a_second_up_changes_nothing(
    stack: str, both_up: dict[str, int], run: Callable[..., Outcome]
) -> None:
    outcome = run("up", stack, "--expect-no-changes")

    assert (outcome.exit_code, outcome.changes) == (0, {"same": both_up[stack]})


@pytest.mark.usefixtures("both_up")
def test_the_security_page_says_who_may_do_what(project: Project) -> None:
    """After a change: `roast policy rights --stack prod`, its headings one level down."""
    stack_state = state.parse(commands.export(project, "prod"))
    page = (ROOT / "docs" / "security.md").read_text().partition("<!-- rights -->\n")[2]

    assert page.strip() == rights.page(stack_state).replace("## ", "### ").strip()


@pytest.mark.usefixtures("both_up")
def test_production_violates_no_policy(project: Project) -> None:
    report = evaluate(state.parse(commands.export(project, "prod")))

    assert [f"{finding.policy.id} {finding.urn} {finding.message}" for finding in report.findings] == []


@pytest.mark.usefixtures("both_up")
def test_production_warns_about_nothing(run: Callable[..., Outcome]) -> None:
    assert run("preview", "prod").warnings == []


@pytest.mark.usefixtures("both_up")
def test_argos_page_reads_the_container_of_artefacts_and_no_other(project: Project) -> None:
    resources = state.parse(commands.export(project, "prod"))
    server = next(each for each in resources.resources if each.urn.endswith("::id-argo-server"))
    principal = server.outputs["principalId"]
    assigned = [
        each.inputs
        for each in resources.of("azure-native:authorization:RoleAssignment")
        if each.inputs["principalId"] == principal
    ]
    assert [each["roleDefinitionId"].rpartition("/")[2] for each in assigned] == [roles.BLOB_READER]
    assert assigned[0]["scope"].endswith("/blobServices/default/containers/argo-artefacts")
    subjects = [
        each.inputs["subject"]
        for each in resources.of("azure-native:managedidentity:FederatedIdentityCredential")
        if each.inputs["resourceName"] == server.inputs["resourceName"]
    ]
    assert subjects == ["system:serviceaccount:argo:sa-argo-server"]


@pytest.mark.usefixtures("both_up")
def test_the_import_gets_its_token_itself(project: Project) -> None:
    """Snowflake's connector alone would ask the metadata service of the node."""
    components = state.parse(commands.export(project, "prod")).of(
        "azure-native:machinelearningservices:ComponentVersion"
    )
    spec = next(str(each.inputs) for each in components if "SNOWFLAKE_ACCOUNT" in str(each.inputs))
    assert "'SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER': 'OIDC'" in spec


@pytest.mark.usefixtures("both_up")
def test_azure_mls_schedule_is_disabled_while_argos_is_enabled(project: Project) -> None:
    subscription = Subscription.open(project.model)
    schedules = subscription.of_kind("Microsoft.MachineLearningServices/workspaces/schedules")

    assert [schedule.inputs["properties"]["isEnabled"] for schedule in schedules] == [False, False]
    assert all(
        schedule.inputs["properties"]["trigger"]["schedule"]["monthDays"] == [2] for schedule in schedules
    )


@pytest.mark.usefixtures("both_up")
def test_the_deploy_page_shows_what_both_stacks_cost(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a change: the first command below "What it costs"; its output goes between the marks."""
    monkeypatch.chdir(ROOT)
    listed = prices.load(Path("docs/prices.csv"))
    estimates = [
        estimate(quantities.quantities(state.parse(commands.export(project, stack)), Assumptions()), listed)
        for stack in ("dev", "prod")
    ]
    page = Path("docs/deploy.md").read_text().partition("<!-- cost -->\n")[2].partition("<!-- /cost -->")[0]

    assert page == report.markdown(estimates)


def test_drift_is_found_by_a_refresh_and_corrected_by_an_up(
    both_up: dict[str, int], project: Project, run: Callable[..., Outcome]
) -> None:
    subscription = Subscription.open(project.model)
    vault = next(
        vault.id for vault in subscription.of_kind("Microsoft.KeyVault/vaults") if "prod" in vault.id
    )
    drift.drift(subscription, vault, "properties.publicNetworkAccess=Enabled")
    subscription.close()

    refreshed, corrected = run("refresh", "prod"), run("up", "prod")

    assert refreshed.changes["update"] == 1
    assert corrected.changes == {"same": both_up["prod"] - 1, "update": 1}
    assert [resource["type"] for resource in corrected.resources] == ["azure-native:keyvault:Vault"]


@pytest.mark.usefixtures("both_up")
def test_a_changed_step_gets_its_own_new_version_and_nothing_else_changes(
    project: Project, run: Callable[..., Outcome]
) -> None:
    """The pipeline's component names each step's version, so it is new too, and so is what submits it."""
    file = project.root / "stacks" / "assets.py"
    before = file.read_text()
    old = "code_hash=code_hash"
    new = 'code_hash=lambda module: code_hash(module) + "changed" * (module == "ml.steps.train")'
    assert before.count(old) == 1
    file.write_text(before.replace(old, new))

    outcome = run("preview", "prod")

    file.write_text(before)
    changed = {(resource["operation"], resource["urn"].rpartition("::")[2]) for resource in outcome.resources}
    assert {name for operation, name in changed if operation == "replace"} == {
        "component-train",
        "component-monthly-demand",
    }
    assert {name for operation, name in changed if operation == "update"} == {
        "schedule-retrain",
        "workflowtemplate-data-import",
        "workflowtemplate-preprocess",
        "workflowtemplate-train",
    }
    assert outcome.changes.keys() == {"same", "replace", "update"}


def test_a_second_region_is_one_more_stack_file(
    with_config: Callable[[str, dict[str, Any]], str], run: Callable[..., Outcome]
) -> None:
    outcome = run("preview", with_config("prod", {"environment": "eu", "region": "westeurope"}))

    assert (outcome.exit_code, outcome.errors, outcome.warnings) == (0, [], [])
    assert list(outcome.changes) == ["create"]


def test_a_cluster_out_of_reach_is_declared_and_what_lives_in_it_is_named_as_left_out(
    with_config: Callable[[str, dict[str, Any]], str], run: Callable[..., Outcome]
) -> None:
    outcome = run("preview", with_config("prod", {"environment": "far", "cluster.reachable": False}))

    types = {resource["type"] for resource in outcome.resources}
    assert (outcome.exit_code, outcome.warnings) == (0, [LEFT_OUT])
    assert "azure-native:containerservice:ManagedCluster" in types
    assert "azure-native:machinelearningservices:ComponentVersion" in types
    assert not {
        type_ for type_ in types if type_.startswith("kubernetes:") or type_.endswith(":OnlineEndpoint")
    }


@pytest.mark.usefixtures("both_up")
def test_production_is_protected_until_somebody_says_otherwise_and_then_leaves_nothing(
    project: Project, run: Callable[..., Outcome]
) -> None:
    before = commands.resources_in_state(project, "prod")
    with pytest.raises(SandboxError, match="protects aks, cr, dls, kv, log, mlw, st: nothing was deleted"):
        run("destroy", "prod")
    assert commands.resources_in_state(project, "prod") == before

    assert run("destroy", "prod", unprotect=True).exit_code == 0
    assert run("destroy", "dev").exit_code == 0

    assert Subscription.open(project.model).all() == []
    assert commands.resources_in_state(project, "prod") == []
