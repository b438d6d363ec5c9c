"""The whole platform, read top to bottom."""

from __future__ import annotations

import pulumi

from roastery.components.aliases import without_api_versions
from stacks.assets import assets
from stacks.cluster import agents, cluster, in_cluster
from stacks.config import StackConfig
from stacks.data_events import data_events
from stacks.foundation import foundation
from stacks.operations import operations
from stacks.schedules import schedules
from stacks.serving import serving
from stacks.workbench import workbench
from stacks.workflows import workflows


def declare(config: StackConfig) -> None:
    """Declares everything, and exports what people and pipelines ask for."""
    pulumi.runtime.register_stack_transformation(without_api_versions)
    base = foundation(config)
    aks = cluster(config, base)
    bench = workbench(config, base, aks)
    agents(config, base, bench)
    inside = in_cluster(config, base, bench, aks)
    registered = assets(config, base, bench)
    data_events(config, base, bench)
    endpoint = None
    if inside:
        workflows(config, base, bench, inside, registered)
        endpoint = serving(config, base, bench, inside, registered)
        schedules(config, base, inside, registered, endpoint)
    operations(config, base, bench, aks)

    pulumi.export("workspace", bench.workspace.name)
    pulumi.export("cluster", aks.name)
    pulumi.export("registry", base.registry.login_server)
    pulumi.export("storage", base.storage.name)
    pulumi.export("vault", base.vault.uri)
    pulumi.export("pipeline", registered.pipeline_id)
    pulumi.export("endpoint", endpoint.name if endpoint else None)
