"""What answers store planners: the endpoint on the attached cluster, with a blue and a green deployment."""

from __future__ import annotations

from roastery.components.assets.assets import Assets
from roastery.components.assets.serving import Model, Serving, ServingArgs
from stacks.assets import INSTANCE_TYPE, workspace_id
from stacks.cluster import Cluster
from stacks.config import StackConfig
from stacks.foundation import Foundation
from stacks.workbench import Workbench

# The inference server of the image reads these: its AMLSettings. The image holds the checkout in /app.
SCRIPT = {"AML_APP_ROOT": "/app/ml/serving", "AZUREML_ENTRY_SCRIPT": "score.py"}


def serving(
    config: StackConfig, base: Foundation, bench: Workbench, cluster: Cluster, assets: Assets
) -> Serving | None:
    """Declares the endpoint; None where the cluster can't be reached, since it is not attached there."""
    if cluster.compute is None:
        return None
    settings, pinned = config.serving, config.serving.champion
    return Serving(
        "serving",
        ServingArgs(
            resource_group=base.work,
            workspace_id=workspace_id(config),
            compute=cluster.compute,
            identity_id=bench.jobs.id,
            environment_id=assets.environment_id,
            instance_type=INSTANCE_TYPE,
            replicas=settings.replicas,
            cpu=settings.cpu,
            memory=settings.memory,
            auth_mode=settings.auth_mode,
            variables=SCRIPT,
            model=Model(name=pinned.name, version=pinned.version, uri=pinned.uri) if pinned else None,
            before=assets.ready,
        ),
    )
