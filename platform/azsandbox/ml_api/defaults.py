"""Default values that Azure ML adds to a request; azure-ai-ml expects them in every response."""

from __future__ import annotations

import copy
from typing import Any

from azsandbox.arm_api.wire import Values

_ML = "microsoft.machinelearningservices/workspaces"
_VERSION: Values = {"tags": {}, "properties": {}}
# learn.microsoft.com, "Create and manage instance types for efficient utilization": defaultinstancetype
_CONTAINER: Values = {
    "containerResourceRequests": {"cpu": "100m", "memory": "2Gi"},
    "containerResourceLimits": {"cpu": "2", "memory": "2Gi"},
}
_BY_KIND: dict[str, Values] = {
    f"{_ML}/data/versions": _VERSION,
    f"{_ML}/components/versions": _VERSION,
    f"{_ML}/environments/versions": _VERSION,
    f"{_ML}/models/versions": {**_VERSION, "flavors": {}},
    f"{_ML}/codes/versions": _VERSION,
    f"{_ML}/schedules": {"isEnabled": True, "tags": {}, "properties": {}, "provisioningState": "Succeeded"},
    f"{_ML}/onlineendpoints": {"traffic": {}, "mirrorTraffic": {}, "properties": {}},
    f"{_ML}/onlineendpoints/deployments": {
        "provisioningState": "Succeeded",
        "properties": {},
        "containerResourceRequirements": _CONTAINER,
        "scaleSettings": {"scaleType": "Default"},
    },
}


def fill(kind: str, properties: dict[str, Any]) -> None:
    """Add the defaults that the properties lack."""
    for name, value in _BY_KIND.get(kind.lower(), {}).items():
        if properties.get(name) is None:
            properties[name] = copy.deepcopy(value)
