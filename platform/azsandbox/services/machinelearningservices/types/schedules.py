"""Schedules that submit jobs."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import ResourceType
from azsandbox.services.machinelearningservices.rules import assets, schedules
from azsandbox.services.machinelearningservices.types.common import ASSET_NAME, WORKSPACE

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:Schedule",
        path=WORKSPACE + "/schedules/{name}",
        name=ASSET_NAME,
        early=(schedules.trigger_is_valid,),
        rules=(assets.asset_references_exist, schedules.job_can_run),
        claims=(
            documented(
                "a cron expression has five fields; days and months, which Azure ML ignores, are refused"
            ),
            documented(
                "a recurrence names hours, minutes and days that exist; days of the month go with frequency "
                "Month only"
            ),
            specified("the time zone has its Windows name"),
            specified(
                "the pipeline's component, its compute and its models exist; so do the inputs that it sets"
            ),
            documented("an input without a default that is not optional is set"),
        ),
        deviations=("a schedule submits nothing in the sandbox",),
    ),
)
