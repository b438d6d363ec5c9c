"""Cron workflows: templates that are started by time."""

from __future__ import annotations

from hera.workflows import CronWorkflow, Parameter
from hera.workflows import models as m

from roastery.components.argo.manifest import LABELS
from roastery.components.argo.workflows.plan import CronSchedule
from roastery.components.argo.workflows.settings import RuntimeContext


def cron_workflow(schedule: CronSchedule, runtime: RuntimeContext) -> CronWorkflow:
    """Starts the template; never while an earlier workflow of this schedule still runs."""
    return CronWorkflow(
        name=schedule.template,
        namespace=runtime.namespace,
        labels=LABELS,
        schedules=[schedule.cron],
        timezone=schedule.timezone,
        cron_suspend=schedule.suspended or None,
        concurrency_policy="Forbid",
        # Missed because the controller was down: still started if it is at most an hour late.
        starting_deadline_seconds=3600,
        successful_jobs_history_limit=3,
        failed_jobs_history_limit=3,
        # The template sets it too; here it is visible to policies, which do not resolve templates.
        service_account_name=schedule.account or runtime.account,
        workflow_template_ref=m.WorkflowTemplateRef(name=schedule.template),
        arguments=[Parameter(name=name, value=value) for name, value in schedule.arguments.items()] or None,
    )
