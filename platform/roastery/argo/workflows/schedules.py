"""What starts by the clock."""

from dataclasses import dataclass

from hera.workflows import CronWorkflow, Parameter
from hera.workflows import models as m

from roastery.argo.workflows.settings import Surroundings
from roastery.argo.workflows.template import LABELS


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A template and when it starts.

    Args:
        template: the workflow template.
        schedule: five fields of cron.
        timezone: IANA name.
        reason: handed on as the parameter `reason`, if the template takes one.
        suspended: declared, but stands still: another clock starts the same.
    """

    template: str
    schedule: str
    timezone: str
    reason: str | None = None
    suspended: bool = False


def cron(clock: Clock, surroundings: Surroundings) -> CronWorkflow:
    """Starts the template; never a second time while the first of this clock still runs."""
    return CronWorkflow(
        name=clock.template,
        namespace=surroundings.namespace,
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
        service_account_name=surroundings.account,
        workflow_template_ref=m.WorkflowTemplateRef(name=clock.template),
        arguments=[Parameter(name="reason", value=clock.reason)] if clock.reason else None,
    )
