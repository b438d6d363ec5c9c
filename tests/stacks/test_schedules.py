"""The schedules of Azure ML and Argo: both declared, one enabled."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from azure.ai.ml import Input
from azure.ai.ml.entities import (
    JobSchedule,
    PipelineJob,
    PipelineJobSettings,
    RecurrencePattern,
    RecurrenceTrigger,
)

from azsandbox import commands
from azsandbox.arm.subscription import Subscription
from azsandbox.commands import Outcome
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("schedules"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]
CHANGES = {
    "workload": "scheduled",
    "workflows.retrain_scheduler": "azure_ml",
    "workflows.timezone": "America/New_York",
    "serving.champion": {
        "name": "monthly-demand",
        "version": "3",
        "uri": "azureml://datastores/workspaceblobstore/paths/y",
    },
}


def present(value: Any) -> Any:
    """Without what is empty: the SDK writes it, a program does not."""
    if isinstance(value, dict):
        cleaned = {name: present(item) for name, item in value.items()}
        return {name: item for name, item in cleaned.items() if item not in ({}, [], None)}
    return [present(item) for item in value] if isinstance(value, list) else value


def as_the_sdk_sends(declared: dict[str, Any]) -> dict[str, Any]:
    """The same schedule, made with the SDK's own entities."""
    job = declared["action"]["jobDefinition"]
    with warnings.catch_warnings(action="ignore"):
        schedule = JobSchedule(
            name="retrain",
            display_name="retrain",
            description=declared["description"],
            tags=declared["tags"],
            trigger=RecurrenceTrigger(
                frequency="month",
                interval=1,
                schedule=RecurrencePattern(hours=[6], minutes=[0], month_days=[2]),
                time_zone="Eastern Standard Time",
            ),
            create_job=PipelineJob(
                component=job["componentId"],
                display_name="monthly-demand",
                experiment_name="monthly-demand",
                # Read-only is Azure's default, and Pulumi's SDK says so.
                inputs={
                    "champion": Input(
                        type="mlflow_model", mode="ro_mount", path=job["inputs"]["champion"]["uri"]
                    )
                },
                settings=PipelineJobSettings(default_compute=job["settings"]["default_compute"]),
            ),
            is_enabled=True,
        )
        return schedule._to_rest_object().as_dict()["properties"]


def test_azure_mls_schedule_is_enabled_and_argos_suspended_where_the_stack_says_so(
    project: Project, with_config: Callable[[str, dict[str, Any]], str], run: Callable[..., Outcome]
) -> None:
    stack = with_config("dev", CHANGES)

    outcome = run("up", stack)

    assert (outcome.exit_code, outcome.errors) == (0, [])
    subscription = Subscription.open(project.model)
    (schedule,) = subscription.of_kind("Microsoft.MachineLearningServices/workspaces/schedules")
    declared = schedule.inputs["properties"]
    expected = as_the_sdk_sends(declared)
    expected["trigger"]["frequency"] = "Month"  # the SDK sends what Azure answers as Month
    assert present(declared["action"]) == present(expected["action"])
    assert present(declared) == present(expected)
    for reference, kind in (
        ("componentId", "components"),
        ("uri", "models"),
        ("default_compute", "computes"),
    ):
        job = declared["action"]["jobDefinition"]
        id_ = {**job, **job["settings"], **job["inputs"]["champion"]}[reference]
        assert f"/{kind}/" in id_
        assert subscription.get(id_) is not None
    crons = {
        item["outputs"]["metadata"]["name"]: item["outputs"]["spec"].get("suspend", False)
        for item in commands.resources_in_state(project, stack)
        if item["type"].endswith(":CronWorkflow")
    }
    assert crons == {"retrain": True, "monitor": False, "infra": False}
