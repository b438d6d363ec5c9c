"""What Azure ML refuses about endpoints and deployments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_ALL = 100
_MLFLOW_CPU = 2.0
_MLFLOW_MEMORY = 4.0  # GiB
_KIND = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"


def traffic_adds_up(inputs: Values) -> Iterator[Problem]:
    properties = inputs.get("properties")
    traffic = properties.get("traffic") if isinstance(properties, dict) else None
    if isinstance(traffic, dict) and all(isinstance(share, (int, float)) for share in traffic.values()):
        total = sum(traffic.values())
        if total not in {0, _ALL}:
            yield Problem("properties.traffic", f"adds up to {total}, but must to 0 or 100")


def name_is_free(request: Request) -> None:
    region = str(request.inputs.get("location", "")).replace(" ", "").lower()
    for other in request.subscription.of_kind(_KIND):
        there = str(other.inputs.get("location", "")).replace(" ", "").lower()
        if (
            other.name.lower() == request.name.lower()
            and there == region
            and ids.key(other.id) != ids.key(request.id)
        ):
            raise ArmError(
                409,
                "Conflict",
                f"An online endpoint named '{request.name}' already exists in {region}: '{other.id}'.",
            )


def traffic_has_deployments(request: Request) -> None:
    traffic: Any = request.at("properties.traffic") or {}
    for name, share in traffic.items():
        if share and request.subscription.get(f"{request.id}/deployments/{name}") is None:
            raise ArmError(
                400,
                "BadArgumentWithTarget",
                f"Traffic names deployment '{name}', which does not exist in endpoint '{request.name}'.",
            )


def endpoint_outputs(request: Request) -> Values:
    region = str(request.inputs.get("location", "")).replace(" ", "").lower()
    host = f"https://{request.name}.{region}.inference.ml.azure.com"
    properties = {key: value for key, value in request.inputs["properties"].items() if key != "keys"}
    return {
        "properties": {
            **properties,
            "scoringUri": f"{host}/score",
            "swaggerUri": f"{host}/swagger.json",
            "provisioningState": "Succeeded",
        }
    }


def deployment_fits(inputs: Values) -> Iterator[Problem]:
    sku = inputs.get("sku")
    if not isinstance(sku, dict) or sku.get("capacity") is None:
        yield Problem("sku.capacity", "is required: it is the number of replicas", code="required")
    elif sku.get("name") != "Default":
        yield Problem("sku.name", f"is {sku.get('name')!r}, but a deployment's SKU is called 'Default'")
    properties = inputs.get("properties")
    if not isinstance(properties, dict) or properties.get("endpointComputeType") != "Kubernetes":
        return
    limits = (properties.get("containerResourceRequirements") or {}).get("containerResourceLimits")
    if properties.get("environmentId") is None and isinstance(
        limits, dict
    ):  # no environment: an MLflow model
        cpu, memory = _number(limits.get("cpu")), _number(limits.get("memory"))
        if (cpu is not None and cpu < _MLFLOW_CPU) or (memory is not None and memory < _MLFLOW_MEMORY):
            yield Problem(
                "properties.containerResourceRequirements.containerResourceLimits",
                f"are {limits.get('cpu')} CPU and {limits.get('memory')}, but an MLflow model needs 2 "
                "CPU and 4Gi",
            )


def _number(text: Any) -> float | None:
    """`500m` → 0.5, `4Gi` → 4, `2048Mi` → 2."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(m|Gi|Mi)?", str(text)) if text is not None else None
    if not found:
        return None
    return float(found[1]) * {"m": 0.001, "Mi": 1 / 1024, "Gi": 1.0, None: 1.0}[found[2]]


def deployment_place(request: Request) -> None:
    endpoint = request.parent
    compute = ((endpoint.inputs.get("properties") or {}) if endpoint else {}).get("compute")
    kind = str(request.at("properties.endpointComputeType"))
    if (kind == "Kubernetes") != bool(compute):
        where = f"on compute '{compute}'" if compute else "managed"
        raise ArmError(
            400,
            "BadArgumentWithTarget",
            f"A {kind} deployment does not go with endpoint '{ids.parent_of(request.id)}', which is {where}.",
        )
