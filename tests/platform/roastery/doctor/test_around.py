"""Snowflake and the agents of Azure DevOps: each failure once, in the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.arm.subscription import Resource
from roastery.doctor.model import Finding, Status

pytestmark = pytest.mark.xdist_group("doctor")
POOL = "roastery-agents"


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_snowflakes_host_answers_or_is_named(trial: Any) -> None:
    assert only(trial.findings("snowflake")).status is Status.OK
    trial.configure({"unreachable": ["globojava-sales.snowflakecomputing.com"]})
    finding = only(trial.findings("snowflake"))
    assert "globojava-sales.snowflakecomputing.com can't be reached" in finding.seen
    assert "roastery:snowflake.account" in finding.todo


@pytest.mark.parametrize(
    ("agents", "status", "seen"),
    [
        ({}, Status.WARNING, f"has no agent pool {POOL}, and the scale set of agents does not exist yet"),
        ({POOL: {}}, Status.WARNING, "has no agent at the moment"),
        ({POOL: {"a": "offline", "b": "offline"}}, Status.ERROR, "none of 2 agents is online"),
        ({POOL: {"a": "offline", "b": "online"}}, Status.OK, "1 of 2 agents are online"),
    ],
)
def test_an_agent_has_to_be_online(
    trial: Any, agents: dict[str, dict[str, str]], status: Status, seen: str
) -> None:
    trial.configure({"agents": agents})
    finding = only(trial.findings("agents"))
    assert finding.status is status
    assert seen in finding.seen


def test_a_scale_set_that_is_not_a_pool_yet_is_named(trial: Any) -> None:
    kind = "Microsoft.Compute/virtualMachineScaleSets"
    trial.group()
    name = trial.names.of("virtual machine scale set", "agents")
    scope = f"/subscriptions/{trial.settings.text('subscription')}/resourceGroups/rg"
    trial.subscription.put(
        Resource(
            id=f"{scope}/providers/{kind}/{name}",
            token="azure-native:compute:VirtualMachineScaleSet",  # noqa: S106 - of a type
            kind=kind,
            inputs={"location": "eastus2", "resourceGroupName": "rg", "vmScaleSetName": name},
        )
    )
    finding = only(trial.findings("agents"))
    assert finding.status is Status.ERROR
    assert finding.todo.startswith(f"add the scale set {name} as agent pool {POOL}")


def test_a_sign_in_that_azure_devops_refuses_says_what_it_needs(trial: Any) -> None:
    trial.configure({"forbidden": ["dev.azure.com"]})
    finding = only(trial.findings("agents"))
    assert "Azure DevOps wants a token of its own" in finding.seen
    assert "Reader on its agent pools" in finding.todo


def test_a_repository_elsewhere_expects_no_agent(trial: Any) -> None:
    trial.configure(settings={"workflows.repository": "https://github.com/globojava/roastery"})
    assert only(trial.findings("agents")).status is Status.OK
