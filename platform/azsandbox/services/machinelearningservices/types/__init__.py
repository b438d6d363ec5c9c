"""The types and functions of Azure ML that the sandbox models, one module per kind of resource."""

from __future__ import annotations

from azsandbox.arm.model import Service
from azsandbox.services.machinelearningservices.types import (
    assets,
    computes,
    connections,
    datastores,
    endpoints,
    functions,
    jobs,
    schedules,
    workspaces,
)

SERVICE = Service(
    name="machinelearningservices",
    types=(
        *workspaces.TYPES,
        *connections.TYPES,
        *computes.TYPES,
        *datastores.TYPES,
        *endpoints.TYPES,
        *assets.TYPES,
        *schedules.TYPES,
        *jobs.TYPES,
    ),
    invokes=functions.INVOKES,
)
