"""A schedule of Azure ML: as a cron expression where that means the same, otherwise as a recurrence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_azure_native import machinelearningservices as ml

from roastery.components.assets.schedule import ScheduleArgs, schedule, trigger
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]


def test_days_of_the_week_are_a_cron_trigger() -> None:
    cron = trigger("*/30 6 * * 1", "America/New_York")

    assert isinstance(cron, ml.CronTriggerArgs)
    assert (cron.expression, cron.time_zone) == ("0,30 6 * * 1", "Eastern Standard Time")


def test_days_of_the_month_are_a_recurrence() -> None:
    recurrence = trigger("0 6 2 * *", "Etc/UTC")

    assert isinstance(recurrence, ml.RecurrenceTriggerArgs)
    assert isinstance(recurrence.schedule, ml.RecurrenceScheduleArgs)
    assert (recurrence.schedule.month_days, recurrence.schedule.hours) == ([2], [6])
    assert recurrence.time_zone == "UTC"


@pytest.mark.parametrize(
    ("expression", "zone", "words"),
    [("0 6 2 1 *", "Etc/UTC", "names months"), ("0 6 2 * *", "Mars", "there is no time zone")],
)
def test_what_azure_ml_does_not_support_is_refused(expression: str, zone: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        trigger(expression, zone)


@pytest.mark.parametrize("enabled", [True, False])
def test_a_disabled_schedule_is_declared_too(
    declare: Declare, group: ResourceGroup, *, enabled: bool
) -> None:
    args = ScheduleArgs(
        resource_group=group,
        workspace_id="/workspaces/mlw",
        pipeline_id="/components/monthly-demand/versions/h1",
        compute_id="compute-id",
        models={"champion": "model-id"},
        cron="0 6 2 * *",
        timezone="Etc/UTC",
        enabled=enabled,
        description="why",
        before=[],
    )

    def program() -> None:
        schedule("retrain", args, pulumi.ComponentResource("tests:index:Parent", "assets"))

    registration = declare(program).named("schedule-retrain")
    properties = registration.inputs["properties"]
    assert properties["isEnabled"] is enabled
    job = properties["action"]["jobDefinition"]
    assert (job["componentId"], job["displayName"]) == (args.pipeline_id, "monthly-demand")
    assert job["settings"]["default_compute"] == "compute-id"
    assert job["inputs"]["champion"]["uri"] == "model-id"
    assert registration.parent == "assets"
