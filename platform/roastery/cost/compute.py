"""Machines: those of node pools, of the build agents, the jump box; and the cluster that some belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from roastery.cost.model import HOURS, Assumptions, CostLine, Meter
from roastery.policies.model import DeclaredResource

# A node's managed disk has 128 GiB unless it is set, which is P10, and Ubuntu's image 30 GiB, which is P4:
# learn.microsoft.com/azure/aks/concepts-storage, learn.microsoft.com/azure/virtual-machines/disks-types.
_TIERS = {32: "P4", 64: "P6", 128: "P10", 256: "P15", 512: "P20", 1024: "P30"}
_NODE_DISK = 128
_IMAGE_DISK = 30
_TIER_METERS = {"Standard": "Standard Uptime SLA", "Premium": "Standard Long Term Support"}


@dataclass(frozen=True, kw_only=True)
class _Machines:
    """So many machines of a resource, at least and at most."""

    name: str
    region: str
    least: int
    most: int
    note: str = ""

    def billed(self, meter: Meter, each: int) -> CostLine:
        """A line for a meter of which each machine uses so much."""
        return CostLine(
            resource=self.name,
            meter=meter,
            region=self.region,
            minimum=Decimal(self.least * each),
            maximum=Decimal(self.most * each),
            note=self.note,
        )

    def hours(self, size: str) -> CostLine:
        return self.billed(Meter(service="Virtual Machines", name="", sku=size, unit="Hour"), HOURS)

    def disks(self, size: int) -> CostLine:
        tier = next((tier for limit, tier in _TIERS.items() if size <= limit), "P40")
        product = "Premium SSD Managed Disks"
        sku = f"{tier} LRS"
        meter = Meter(service="Storage", name=f"{sku} Disk", sku=sku, unit="Month", product=product)
        return self.billed(meter, 1)


def cluster(resource: DeclaredResource, region: str, _: Assumptions) -> Iterator[CostLine]:
    """The control plane by its tier, and the node pools declared with the cluster."""
    sku: Any = resource.inputs.get("sku")
    tier = str(sku.get("tier") or "Free") if isinstance(sku, Mapping) else "Free"
    if tier in _TIER_METERS:
        service = "Azure Kubernetes Service"
        meter = Meter(service=service, name=_TIER_METERS[tier], sku="Standard", unit="Hour")
        yield _Machines(name=resource.name, region=region, least=1, most=1).billed(meter, HOURS)
    pools: Any = resource.inputs.get("agentPoolProfiles")
    for pool in pools if isinstance(pools, Sequence) and not isinstance(pools, str) else ():
        if isinstance(pool, Mapping):
            yield from _pool(f"{resource.name}/{pool.get('name')}", pool, region)


def node_pool(resource: DeclaredResource, region: str, _: Assumptions) -> Iterator[CostLine]:
    """A pool that is declared on its own."""
    yield from _pool(resource.name, resource.inputs, region)


def _pool(name: str, pool: Mapping[str, Any], region: str) -> Iterator[CostLine]:
    count = int(pool.get("count") or 0)
    scales = pool.get("enableAutoScaling") is True
    least = int(pool.get("minCount") or 0) if scales else count
    most = int(pool.get("maxCount") or least) if scales else count
    note = f"{least} to {most} nodes" if scales else ""
    nodes = _Machines(name=name, region=region, least=least, most=most, note=note)
    yield nodes.hours(str(pool.get("vmSize") or ""))
    if str(pool.get("osDiskType") or "Managed") != "Ephemeral":
        yield nodes.disks(int(pool.get("osDiskSizeGB") or _NODE_DISK))


def machine(resource: DeclaredResource, region: str, _: Assumptions) -> Iterator[CostLine]:
    """A machine that runs all the time."""
    alone = _Machines(name=resource.name, region=region, least=1, most=1, note="always on")
    yield alone.hours(str(resource.get("hardwareProfile.vmSize", "")))
    yield alone.disks(int(resource.get("storageProfile.osDisk.diskSizeGB", _IMAGE_DISK)))


def agents(resource: DeclaredResource, region: str, assumed: Assumptions) -> Iterator[CostLine]:
    """A scale set, whose capacity the pipeline host changes."""
    least = int(resource.get("sku.capacity", 0))
    most = max(least, int(assumed.agents))
    note = f"{least} to {most} agents, assumed"
    some = _Machines(name=resource.name, region=region, least=least, most=most, note=note)
    yield some.hours(str(resource.get("sku.name", "")))
    yield some.disks(int(resource.get("virtualMachineProfile.storageProfile.osDisk.diskSizeGB", _IMAGE_DISK)))
