"""Schedules that submit jobs."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import ResourceType
from azsandbox.services.machinelearningservices.rules import jobs, schedules, triggers
from azsandbox.services.machinelearningservices.types.common import ASSET_NAME, WORKSPACE

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:Schedule",
        path=WORKSPACE + "/schedules/{name}",
        name=ASSET_NAME,
        early=(triggers.trigger_is_valid, jobs.scheduled_job_is_valid, schedules.endpoint_is_named),
        rules=(jobs.scheduled_job_can_run,),
        claims=(
            documented(
                "a cron expression has five fields; of days and months, which Azure ML ignores, it warns"
            ),
            documented(
                "a recurrence names hours, minutes and days that exist; days of the month go with frequency "
                "Month only"
            ),
            specified("the time zone has its Windows name"),
            specified("start and end are times, and the end is after the start"),
            specified(
                "the pipeline's component, its compute and its models exist; so do the inputs that it sets"
            ),
            documented("an input without a default that is not optional is set"),
        ),
        deviations=("a schedule submits nothing in the sandbox",),
    ),
)
