"""Azure ML's own clock, which stands by for Argo's; the decision on two clocks says when to take which."""

from __future__ import annotations

from pulumi_azure_native import machinelearningservices as ml

from roastery.components.assets.assets import Assets
from roastery.components.assets.schedule import ScheduleArgs, schedule
from roastery.components.assets.serving import Serving
from stacks.assets import workspace_id
from stacks.cluster import Cluster
from stacks.config import StackConfig
from stacks.foundation import Foundation


def schedules(
    config: StackConfig, base: Foundation, cluster: Cluster, assets: Assets, serving: Serving | None
) -> ml.Schedule | None:
    """Declares the retrain's schedule; None where the cluster is not attached: nothing could run it."""
    if cluster.compute is None:
        return None
    given = config.workflows
    champion = serving.model if serving else None
    return schedule(
        "retrain",
        ScheduleArgs(
            resource_group=base.work,
            workspace_id=workspace_id(config),
            pipeline_id=assets.pipeline_id,
            compute=cluster.compute,
            # What a new model is judged by; `roast submit` looks it up, a schedule only knows what is pinned.
            models={"champion": champion.id} if champion else {},
            line=given.retrain,
            timezone=given.timezone,
            enabled=given.retrain_clock == "azure_ml",
            description="Submits the pipeline when the month is over, if workflows.retrain_clock says so.",
            before=assets.ready,
        ),
        parent=assets,
    )
