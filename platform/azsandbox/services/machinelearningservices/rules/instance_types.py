"""Which instance types an attached cluster has, and what they allow.

Source: learn.microsoft.com, "Create and manage instance types for efficient utilization of compute
resources" (2026-12-01): `defaultinstancetype` exists with every attached cluster; a workload on another type
that does not exist, or that asks for more than its type has, fails.
"""

from __future__ import annotations

from typing import Any

from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.schema.validate import suggestion
from azsandbox.services.machinelearningservices.rules.reading import at, quantity, section, text

DEFAULT = "defaultinstancetype"
_API = "amlarc.azureml.com"
_DEFAULT: Values = {
    "resources": {"requests": {"cpu": "100m", "memory": "2Gi"}, "limits": {"cpu": "2", "memory": "2Gi"}}
}


def of_compute(request: Request, compute: Resource) -> dict[str, Values]:
    """The instance types that a compute offers, by name: their resources and nodeSelector."""
    settings = section(compute.inputs, "properties.properties")
    declared, default = section(settings.get("instanceTypes")), text(settings.get("defaultInstanceType"))
    types: dict[str, Values] = {DEFAULT: _DEFAULT, **({default: {}} if default else {})}
    types |= {name: section(kind) for name, kind in declared.items()}
    cluster = text(at(compute.inputs, "properties.resourceId"))
    if cluster is None:
        return types
    for item in request.subscription.below(cluster):
        if "/InstanceType/" in item.id and _API in item.id:
            types[item.id.rpartition("/")[2]] = section(item.inputs, "spec")
    return types


def named(compute: Resource, name: Any) -> str:
    """The instance type of a workload: its own, or else the compute's default."""
    return text(name) or text(at(compute.inputs, "properties.properties.defaultInstanceType")) or DEFAULT


def check(request: Request, compute: Resource, name: Any, path: str) -> Values | None:
    """The resources of the instance type of a workload; None where the compute is not a cluster.

    Raises:
        ArmError: the cluster has no such instance type.
    """
    if at(compute.inputs, "properties.computeType") != "Kubernetes":
        return None
    wanted = named(compute, name)
    types = of_compute(request, compute)
    if wanted not in types and text(name):
        raise ArmError(
            400,
            "UserError",
            f"{path} of '{request.id}' is '{wanted}', but the cluster of compute '{compute.name}' has no "
            "such "
            f"InstanceType; it has {', '.join(sorted(types))}{suggestion(wanted, types)}.",
        )
    return section(types[wanted], "resources") if wanted in types else None


def check_limits(request: Request, instance_type: Values, limits: Values, path: str) -> None:
    """The limits of a deployment are within those of its instance type."""
    for name, theirs in (("cpu", "cpu"), ("memory", "memory"), ("gpu", "nvidia.com/gpu")):
        asked, allowed = (
            quantity(limits.get(name)),
            quantity(section(instance_type.get("limits")).get(theirs)),
        )
        if asked is not None and allowed is not None and asked > allowed:
            raise ArmError(
                400,
                "UserError",
                f"{path}.{name} of '{request.id}' is {limits[name]}, above the "
                f"{instance_type['limits'][theirs]} "
                "that its instance type is limited to.",
            )
