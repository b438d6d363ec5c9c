"""The types and functions of AKS that the sandbox models, one module per kind of resource."""

from __future__ import annotations

from azsandbox.arm.model import Service
from azsandbox.services.containerservice.types import (
    agent_pools,
    functions,
    maintenance_configurations,
    managed_clusters,
    trusted_access,
)

SERVICE = Service(
    name="containerservice",
    types=(
        *managed_clusters.TYPES,
        *agent_pools.TYPES,
        *maintenance_configurations.TYPES,
        *trusted_access.TYPES,
    ),
    invokes=functions.INVOKES,
)
