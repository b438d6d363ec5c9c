"""Azure ML's own clock: a schedule that submits the registered pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import machinelearningservices as ml

from roastery import cron
from roastery.components.resource_group import ResourceGroup


@dataclass(frozen=True, kw_only=True)
class ScheduleArgs:
    """One schedule.

    Args:
        resource_group: group and tags.
        workspace_id: ARM id of the workspace, as plain text.
        pipeline_id: ARM id of the pipeline component's version.
        compute: what its steps run on.
        models: ids of models by the pipeline's input that takes them; all other inputs keep their defaults.
        line: of cron.
        timezone: IANA name.
        enabled: whether it runs; a schedule that stands by is declared and does not.
        description: what it is for.
        before: what has to be there first.
    """

    resource_group: ResourceGroup
    workspace_id: str
    pipeline_id: str
    compute: ml.Compute
    models: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    line: str
    timezone: str
    enabled: bool
    description: str
    before: Sequence[pulumi.Resource]


def schedule(name: str, args: ScheduleArgs, parent: pulumi.Resource) -> ml.Schedule:
    """Declares it; tests/platform/roastery/components/assets holds its job against what the SDK would send.

    Raises:
        ValueError: Azure ML has no words for the line or the zone.
    """
    what = args.pipeline_id.split("/")[-3]
    return ml.Schedule(
        f"schedule-{name}",
        name=name,
        workspace_name=args.workspace_id.rpartition("/")[2],
        resource_group_name=args.resource_group.name,
        properties=ml.SchedulePropertiesArgs(
            action=ml.JobScheduleActionArgs(
                action_type="CreateJob",
                job_definition=ml.PipelineJobArgs(
                    job_type="Pipeline",
                    component_id=args.pipeline_id,
                    display_name=what,
                    experiment_name=what,
                    inputs={
                        port: ml.MLFlowModelJobInputArgs(job_input_type="mlflow_model", uri=model)
                        for port, model in args.models.items()
                    },
                    settings={"default_compute": args.compute.id, "_source": "REMOTE.WORKSPACE.JOB"},
                ),
            ),
            trigger=trigger(args.line, args.timezone),
            is_enabled=args.enabled,
            display_name=name,
            description=args.description,
            tags=args.resource_group.tags,
        ),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=args.before),
    )


def trigger(line: str, timezone: str) -> ml.CronTriggerArgs | ml.RecurrenceTriggerArgs:
    """What Azure ML calls that line and that zone.

    Raises:
        ValueError: it has no words for them.
    """
    zone, recurring = cron.windows(timezone), cron.monthly(line)
    if recurring is None:
        return ml.CronTriggerArgs(trigger_type="Cron", expression=cron.spelled(line), time_zone=zone)
    return ml.RecurrenceTriggerArgs(
        trigger_type="Recurrence",
        frequency=ml.RecurrenceFrequency.MONTH,
        interval=1,
        schedule=ml.RecurrenceScheduleArgs(
            month_days=list(recurring.days), hours=list(recurring.hours), minutes=list(recurring.minutes)
        ),
        time_zone=zone,
    )
