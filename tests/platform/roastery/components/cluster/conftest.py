"""An AKS cluster as a compute of the workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from roastery.components.cluster.access import provider
from roastery.components.cluster.attach import allow_attach, attach
from roastery.components.cluster.extension import ml_extension
from roastery.components.cluster.instance_type import InstanceType, declare_instance_type
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]
SMALL = InstanceType(
    name="small", node_labels={"pool": "jobs"}, requests={"cpu": "1"}, limits={"cpu": "2", "memory": "4Gi"}
)


@pytest.fixture
def attached(declare: Declare, group: ResourceGroup) -> Any:
    """Everything that makes an AKS cluster a compute of the workspace."""

    def program() -> None:
        parent = pulumi.ComponentResource("tests:index:Parent", "cluster")
        kubernetes = provider("rg", "aks", "workloadidentity", parent)
        plugin = ml_extension(
            group,
            "aks-id",
            "aks",
            parent,
            tls_secret="tls",  # noqa: S106 - a name
            high_availability=True,
        )
        before = [plugin, *allow_attach(group, "workspace-principal", "aks-id", parent)]
        instance_type = declare_instance_type(SMALL, kubernetes, parent, before)
        attach(
            group,
            workspace_name="mlw",
            cluster_id="aks-id",
            namespace="jobs",
            instance_type=SMALL.name,
            identity_id="id-jobs-id",
            parent=parent,
            before=[*before, instance_type],
        )

    return declare(program)
