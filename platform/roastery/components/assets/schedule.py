"""A schedule of Azure ML that submits the registered pipeline."""

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
        compute_id: ARM id of the compute that its steps run on.
        models: ids of models by input of the pipeline; all other inputs keep their defaults.
        cron: cron expression.
        timezone: IANA name.
        enabled: whether it submits; a disabled schedule is declared too.
        description: what it is for.
        before: what has to exist first.
    """

    resource_group: ResourceGroup
    workspace_id: str
    pipeline_id: str
    compute_id: pulumi.Input[str]
    models: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    cron: str
    timezone: str
    enabled: bool
    description: str
    before: Sequence[pulumi.Resource]


def schedule(name: str, args: ScheduleArgs, parent: pulumi.Resource) -> ml.Schedule:
    """Declares the schedule; a test compares its job with the one that the SDK would send.

    Raises:
        ValueError: Azure ML has no equivalent of the cron expression or the time zone.
    """
    pipeline = args.pipeline_id.split("/")[-3]
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
                    display_name=pipeline,
                    experiment_name=pipeline,
                    inputs={
                        port: ml.MLFlowModelJobInputArgs(job_input_type="mlflow_model", uri=model)
                        for port, model in args.models.items()
                    },
                    settings={"default_compute": args.compute_id, "_source": "REMOTE.WORKSPACE.JOB"},
                ),
            ),
            trigger=trigger(args.cron, args.timezone),
            is_enabled=args.enabled,
            display_name=name,
            description=args.description,
            tags=args.resource_group.tags,
        ),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=args.before),
    )


def trigger(expression: str, timezone: str) -> ml.CronTriggerArgs | ml.RecurrenceTriggerArgs:
    """The trigger of Azure ML for that cron expression in that time zone.

    Raises:
        ValueError: Azure ML has no equivalent.
    """
    zone, recurrence = cron.windows_zone(timezone), cron.monthly(expression)
    if recurrence is None:
        return ml.CronTriggerArgs(trigger_type="Cron", expression=cron.expanded(expression), time_zone=zone)
    return ml.RecurrenceTriggerArgs(
        trigger_type="Recurrence",
        frequency=ml.RecurrenceFrequency.MONTH,
        interval=1,
        schedule=ml.RecurrenceScheduleArgs(
            month_days=list(recurrence.days), hours=list(recurrence.hours), minutes=list(recurrence.minutes)
        ),
        time_zone=zone,
    )
