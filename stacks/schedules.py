"""Azure ML's own schedule of the retrain, disabled while Argo's is enabled: docs/decisions/0014."""

from __future__ import annotations

from roastery.components.assets.assets import Assets
from roastery.components.assets.schedule import ScheduleArgs, schedule
from roastery.components.assets.serving import Serving
from stacks.assets import ml_workspace_id
from stacks.cluster import InCluster
from stacks.config import StackConfig
from stacks.foundation import Foundation


def schedules(
    config: StackConfig, base: Foundation, inside: InCluster, assets: Assets, endpoint: Serving
) -> None:
    """Declares the schedule."""
    section, champion = config.workflows, endpoint.model
    schedule(
        "retrain",
        ScheduleArgs(
            resource_group=base.work,
            workspace_id=ml_workspace_id(config),
            pipeline_id=assets.pipeline_id,
            compute_id=inside.compute_id,
            # The gate compares a new model with it. `roast job submit` asks the endpoint for the champion, a
            # schedule only has the one that the stack file pins.
            models={"champion": champion.id} if champion else {},
            cron=section.retrain,
            timezone=section.timezone,
            enabled=section.retrain_scheduler == "azure_ml",
            description="Submits the pipeline once a month, if workflows.retrain_scheduler is azure_ml.",
            before=assets.ready,
        ),
        parent=assets,
    )
