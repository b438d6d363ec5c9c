"""What answers store planners: the endpoint on the attached cluster, with a blue and a green deployment."""

from __future__ import annotations

from roastery.components.assets.assets import Assets
from roastery.components.assets.serving import PinnedModel, Serving, ServingArgs
from stacks.assets import ml_workspace_id
from stacks.cluster import INSTANCE_TYPE, InCluster
from stacks.config import StackConfig
from stacks.foundation import Foundation
from stacks.workbench import Workbench

# Settings of the inference server in the image (its AMLSettings), which holds the checkout in /app.
SCRIPT = {"AML_APP_ROOT": "/app/ml/serving", "AZUREML_ENTRY_SCRIPT": "score.py"}


def serving(
    config: StackConfig, base: Foundation, bench: Workbench, inside: InCluster, assets: Assets
) -> Serving:
    """Declares the endpoint."""
    section, pinned = config.serving, config.serving.champion
    return Serving(
        "serving",
        ServingArgs(
            resource_group=base.work,
            workspace_id=ml_workspace_id(config),
            compute_id=inside.compute_id,
            identity_id=bench.jobs.id,
            environment_id=assets.environment_id,
            instance_type=INSTANCE_TYPE.name,
            replicas=section.replicas,
            cpu=section.cpu,
            memory=section.memory,
            auth_mode=section.auth_mode,
            variables=SCRIPT,
            connection_string=base.logs.insights_connection_string,
            model=PinnedModel(name=pinned.name, version=pinned.version, uri=pinned.uri) if pinned else None,
            before=assets.ready,
        ),
    )
