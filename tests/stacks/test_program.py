"""The real program on the genuine engine: production and development side by side, from up to destroy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azsandbox import commands, drift
from azsandbox.arm.subscription import Subscription
from azsandbox.commands import Outcome
from azsandbox.errors import SandboxError
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
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
    made = {}
    for stack in ("prod", "dev"):
        done = run("up", stack)
        assert (done.exit_code, done.errors) == (0, [])
        assert list(done.changes) == ["create"]
        made[stack] = done.changes["create"]
    return made


@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_a_second_up_changes_nothing(
    stack: str, both_up: dict[str, int], run: Callable[..., Outcome]
) -> None:
    done = run("up", stack, "--expect-no-changes")

    assert (done.exit_code, done.changes) == (0, {"same": both_up[stack]})


@pytest.mark.usefixtures("both_up")
def test_the_security_page_says_who_may_do_what(project: Project) -> None:
    """After a change: `roast policy rights --stack prod`, its headings one level down."""
    held = state.parse(commands.export(project, "prod"))
    told = (ROOT / "docs" / "security.md").read_text().partition("<!-- rights -->\n")[2]

    assert told.strip() == rights.page(held).replace("## ", "### ").strip()


@pytest.mark.usefixtures("both_up")
def test_every_policy_is_kept_in_production(project: Project) -> None:
    report = evaluate(state.parse(commands.export(project, "prod")))

    assert [f"{one.policy.id} {one.urn} {one.message}" for one in report.findings] == []


@pytest.mark.usefixtures("both_up")
def test_production_warns_about_nothing(run: Callable[..., Outcome]) -> None:
    assert run("preview", "prod").warnings == []


@pytest.mark.usefixtures("both_up")
def test_azure_mls_clock_stands_by_for_argos(project: Project) -> None:
    subscription = Subscription.open(project.model)
    found = subscription.of_kind("Microsoft.MachineLearningServices/workspaces/schedules")

    assert [one.inputs["properties"]["isEnabled"] for one in found] == [False, False]
    assert all(one.inputs["properties"]["trigger"]["schedule"]["monthDays"] == [2] for one in found)


def test_drift_is_found_by_a_refresh_and_mended_by_an_up(
    both_up: dict[str, int], project: Project, run: Callable[..., Outcome]
) -> None:
    subscription = Subscription.open(project.model)
    vault = next(one.id for one in subscription.of_kind("Microsoft.KeyVault/vaults") if "prod" in one.id)
    drift.drift(subscription, vault, "properties.publicNetworkAccess=Enabled")
    subscription.close()

    found, mended = run("refresh", "prod"), run("up", "prod")

    assert found.changes["update"] == 1
    assert mended.changes == {"same": both_up["prod"] - 1, "update": 1}
    assert [one["type"] for one in mended.resources] == ["azure-native:keyvault:Vault"]


@pytest.mark.usefixtures("both_up")
def test_a_changed_step_gets_its_own_new_version_and_nothing_else_changes(
    project: Project, run: Callable[..., Outcome]
) -> None:
    """The pipeline's component names the version of each step, so it is new too; what submits it is told."""
    file = project.root / "stacks" / "assets.py"
    before = file.read_text()
    changed = 'code=lambda module: codes()(module) + "changed" * (module == "ml.steps.train")'
    assert before.count("code=codes()") == 1
    file.write_text(before.replace("code=codes()", changed))

    done = run("preview", "prod")

    file.write_text(before)
    found = {(one["operation"], one["urn"].rpartition("::")[2]) for one in done.resources}
    assert {name for operation, name in found if operation == "replace"} == {
        "component-train",
        "component-monthly-demand",
    }
    assert {name for operation, name in found if operation == "update"} == {
        "schedule-retrain",
        "workflowtemplate-data-import",
        "workflowtemplate-preprocess",
        "workflowtemplate-train",
    }
    assert done.changes.keys() == {"same", "replace", "update"}


def test_a_second_region_is_one_more_stack_file(
    with_config: Callable[[str, dict[str, Any]], str], run: Callable[..., Outcome]
) -> None:
    done = run("preview", with_config("prod", {"environment": "eu", "region": "westeurope"}))

    assert (done.exit_code, done.errors, done.warnings) == (0, [], [])
    assert list(done.changes) == ["create"]


def test_a_cluster_out_of_reach_is_declared_and_what_lives_in_it_is_named_as_left_out(
    with_config: Callable[[str, dict[str, Any]], str], run: Callable[..., Outcome]
) -> None:
    done = run("preview", with_config("prod", {"environment": "far", "cluster.reachable": False}))

    types = {one["type"] for one in done.resources}
    assert (done.exit_code, done.warnings) == (0, [LEFT_OUT])
    assert "azure-native:containerservice:ManagedCluster" in types
    assert "azure-native:machinelearningservices:ComponentVersion" in types
    assert not {one for one in types if one.startswith("kubernetes:") or one.endswith(":OnlineEndpoint")}


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
