"""Whether an instance type fits a node of its cluster; where it fits none, its pods stay pending.

Sources, 2026-12-01: learn.microsoft.com/azure/aks/node-resource-reservations (what AKS keeps for itself);
…/azure/machine-learning/how-to-manage-kubernetes-instance-types (nodeSelector and resources).
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.facts import vm_sizes
from azsandbox.schema.validate import Problem
from azsandbox.services.containerservice.rules.agent_pools import inline_pools, is_automatic
from azsandbox.services.machinelearningservices.rules import instance_types
from azsandbox.services.machinelearningservices.rules.reading import at, number, quantity, section, text

_GIB, _MIB = 1024**3, 1024**2
_RESERVED_CORES = ((64, 0.74), (32, 0.42), (16, 0.26), (8, 0.18), (4, 0.14), (2, 0.1), (1, 0.06))
_FEWEST_PODS = 30  # the smallest default of any network plugin: AKS reserves memory by pods
_OF_AZURE = ("kubernetes.azure.com/", "kubernetes.io/")  # labels that AKS and Kubernetes set themselves
_GPU = "nvidia.com/gpu"


def deployment_fits_a_node(request: Request) -> Iterator[Problem]:
    reference = text(at(request.parent.inputs, "properties.compute")) if request.parent else None
    if request.at("properties.endpointComputeType") != "Kubernetes":
        return
    own = section(request.inputs, "properties.containerResourceRequirements.containerResourceRequests")
    asked = {_GPU if name == "gpu" else name: value for name, value in own.items()}
    yield from _problems(request, reference, request.at("properties.instanceType"), "properties", asked)


def job_fits_a_node(request: Request) -> Iterator[Problem]:
    job = section(request.inputs, "properties")
    resources = section(job.get("resources")) or section(job, "trial.resources")
    where = "properties.resources" if "resources" in job else "properties.trial.resources"
    yield from _problems(request, text(job.get("computeId")), resources.get("instanceType"), where)


def _problems(
    request: Request, reference: str | None, name: object, path: str, own: Values | None = None
) -> Iterator[Problem]:
    """`own` are the workload's requests, in place of those of its instance type."""
    compute = request.subscription.get(reference) if reference else None
    if compute is None or at(compute.inputs, "properties.computeType") != "Kubernetes":
        return
    wanted = instance_types.named(compute, name)
    kind = instance_types.of_compute(request, compute).get(wanted)
    cluster = request.subscription.get(text(at(compute.inputs, "properties.resourceId")) or "")
    if kind is None or cluster is None or _provisions_nodes(cluster.inputs):
        return
    resources = section(kind, "resources")
    asked = {**section(resources, "limits"), **section(resources, "requests"), **(own or {})}
    reasons = [_reason(pool, section(kind, "nodeSelector"), asked) for pool in _pools(request, cluster)]
    if reasons and all(reasons):
        yield Problem(
            f"{path}.instanceType",
            f"{wanted!r} fits no node of cluster {cluster.name!r}, its pods would stay pending: "
            f"{'; '.join(dict.fromkeys(filter(None, reasons)))} (AKS, node resource reservations)",
            warning=True,
            code="node-room",
        )


def _provisions_nodes(cluster: Values) -> bool:
    """Automatic clusters, and node auto-provisioning, bring nodes of a size that fits."""
    return is_automatic(cluster) or at(cluster, "nodeProvisioningProfile.mode") == "Auto"


def _pools(request: Request, cluster: Resource) -> list[Values]:
    own = [
        {**item.inputs, "name": item.name}
        for item in request.subscription.below(cluster.id)
        if item.kind == "microsoft.containerservice/managedclusters/agentpools"
    ]
    return [*inline_pools(cluster.inputs), *own]


def _reason(pool: Values, selector: Values, asked: Values) -> str | None:
    """Why the pool has no node for the pod; None where it may have one."""
    name, labels = pool.get("name"), section(pool.get("nodeLabels"))
    for key, value in selector.items():
        if labels.get(key) != value and not any(word in key for word in _OF_AZURE) and key != "agentpool":
            return f"nodes of pool {name!r} have no label {key}={value}"
    size = vm_sizes.sizes().get(str(pool.get("vmSize")).lower())
    if size is None:
        return None
    for resource, room in _room(size, pool).items():
        wanted = quantity(asked.get(resource))
        if wanted is not None and room is not None and wanted > room:
            return f"{resource} {asked[resource]} is above what {size.name} of pool {name!r} has"
    return None


def _room(size: vm_sizes.VmSize, pool: Values) -> dict[str, float | None]:
    """What is left on a node for pods, in base units; None where it is not known."""
    cores, memory = size.vcpus, size.memory
    reserved = next((share for least, share in _RESERVED_CORES if (cores or 0) >= least), 0.0)
    left = None
    if memory is not None:
        pods = number(pool.get("maxPods")) or _FEWEST_PODS
        reserved_memory = min((20 * pods + 50) * _MIB, memory * _GIB / 4)
        left = memory * _GIB - reserved_memory - 100 * _MIB
    return {"cpu": cores - reserved if cores else None, "memory": left, _GPU: size.gpus}
