"""What Azure ML refuses about online endpoints and deployments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids, regions
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_ENDPOINT = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"
_ALL_TRAFFIC = 100
_MLFLOW_CPU = 2.0
_MLFLOW_MEMORY = 4.0  # GiB
_LIMITS = "properties.containerResourceRequirements.containerResourceLimits"


def traffic_adds_up(inputs: Values) -> Iterator[Problem]:
    properties = inputs.get("properties")
    traffic = properties.get("traffic") if isinstance(properties, dict) else None
    if isinstance(traffic, dict) and all(isinstance(share, (int, float)) for share in traffic.values()):
        total = sum(traffic.values())
        if total not in {0, _ALL_TRAFFIC}:
            yield Problem("properties.traffic", f"adds up to {total}, but must add up to 0 or 100")


def name_unique_in_region(request: Request) -> None:
    region = regions.canonical(str(request.inputs.get("location", "")))
    for other in request.subscription.of_kind(_ENDPOINT):
        same_name = other.name.lower() == request.name.lower()
        same_region = regions.canonical(str(other.inputs.get("location", ""))) == region
        if same_name and same_region and ids.key(other.id) != ids.key(request.id):
            raise ArmError(
                409,
                "Conflict",
                f"An online endpoint named '{request.name}' already exists in {region}: '{other.id}'.",
            )


def traffic_goes_to_existing_deployments(request: Request) -> None:
    traffic: Any = request.at("properties.traffic") or {}
    for name, share in traffic.items():
        if share and request.subscription.get(f"{request.id}/deployments/{name}") is None:
            raise ArmError(
                400,
                "BadArgumentWithTarget",
                f"Traffic names deployment '{name}', which does not exist in endpoint '{request.name}'.",
            )


def replicas_are_set(inputs: Values) -> Iterator[Problem]:
    sku = inputs.get("sku")
    if not isinstance(sku, dict) or sku.get("capacity") is None:
        yield Problem("sku.capacity", "is required: it is the number of replicas", code="required")
    elif sku.get("name") != "Default":
        yield Problem("sku.name", f"is {sku.get('name')!r}, but a deployment's SKU is called 'Default'")


def limits_are_enough_for_mlflow(inputs: Values) -> Iterator[Problem]:
    """A Kubernetes deployment without an environment serves an MLflow model."""
    properties = inputs.get("properties")
    if not isinstance(properties, dict) or properties.get("endpointComputeType") != "Kubernetes":
        return
    limits = (properties.get("containerResourceRequirements") or {}).get("containerResourceLimits")
    if properties.get("environmentId") is None and isinstance(limits, dict):
        cpu, memory = _quantity(limits.get("cpu")), _quantity(limits.get("memory"))
        if (cpu is not None and cpu < _MLFLOW_CPU) or (memory is not None and memory < _MLFLOW_MEMORY):
            yield Problem(
                _LIMITS,
                f"are {limits.get('cpu')} CPU and {limits.get('memory')}, but an MLflow model needs 2 CPU "
                "and 4Gi",
            )


def _quantity(text: Any) -> float | None:
    """`500m` → 0.5, `4Gi` → 4, `2048Mi` → 2."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(m|Gi|Mi)?", str(text)) if text is not None else None
    if not match:
        return None
    return float(match[1]) * {"m": 0.001, "Mi": 1 / 1024, "Gi": 1.0, None: 1.0}[match[2]]


def deployment_matches_compute_of_endpoint(request: Request) -> None:
    endpoint = request.parent
    compute = ((endpoint.inputs.get("properties") or {}) if endpoint else {}).get("compute")
    kind = str(request.at("properties.endpointComputeType"))
    if (kind == "Kubernetes") != bool(compute):
        location = f"on compute '{compute}'" if compute else "managed"
        raise ArmError(
            400,
            "BadArgumentWithTarget",
            f"A {kind} deployment does not go with endpoint '{ids.parent_of(request.id)}', which is "
            f"{location}.",
        )
