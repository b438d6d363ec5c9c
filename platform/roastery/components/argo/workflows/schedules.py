"""What starts by the clock."""

from __future__ import annotations

from hera.workflows import CronWorkflow, Parameter
from hera.workflows import models as m

from roastery.components.argo.workflows.plan import Clock
from roastery.components.argo.workflows.settings import LABELS, RuntimeContext


def cron(clock: Clock, runtime: RuntimeContext) -> CronWorkflow:
    """Starts the template; never a second time while the first of this clock still runs."""
    return CronWorkflow(
        name=clock.template,
        namespace=runtime.namespace,
        labels=LABELS,
        schedules=[clock.schedule],
        timezone=clock.timezone,
        cron_suspend=clock.suspended or None,
        concurrency_policy="Forbid",
        # Missed because the controller was away: still start, if it is not more than an hour late.
        starting_deadline_seconds=3600,
        successful_jobs_history_limit=3,
        failed_jobs_history_limit=3,
        # The template says so too; said here, no policy has to know what a template holds.
        service_account_name=runtime.account,
        workflow_template_ref=m.WorkflowTemplateRef(name=clock.template),
        arguments=[Parameter(name="reason", value=clock.reason)] if clock.reason else None,
    )
