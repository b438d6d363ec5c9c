"""What AKS refuses about the VM sizes and zones of node pools (quotas-skus-regions, availability zones)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm import regions
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.facts import vm_sizes
from azsandbox.schema.validate import Problem
from azsandbox.services.compute import sizes

_DEFAULT_DISK = 128  # GiB of an OS disk whose size is not set, on sizes with less local storage
_FEWEST_VCPUS = 2
_SYSTEM_MEMORY, _USER_MEMORY = 4, 2  # GiB


def size_fits(inputs: Values, prefix: str, location: Any) -> Iterator[Problem]:
    """The size exists, is not too small for AKS, and holds the ephemeral OS disk asked for."""
    name, path = inputs.get("vmSize"), f"{prefix}vmSize"
    yield from sizes.size_is_known(name, path, location)
    if inputs.get("osDiskType") == "Ephemeral":
        yield from sizes.ephemeral_disk_fits(
            name, inputs.get("osDiskSizeGB"), f"{prefix}osDiskType", default=_DEFAULT_DISK
        )
    if inputs.get("enableEncryptionAtHost") is True:
        yield from sizes.encryption_at_host_is_supported(name, f"{prefix}enableEncryptionAtHost")
    size = vm_sizes.size(name) if isinstance(name, str) else None
    if size is None:
        return
    memory = _SYSTEM_MEMORY if inputs.get("mode") == "System" else _USER_MEMORY
    too_small = (size.vcpus or _FEWEST_VCPUS) < _FEWEST_VCPUS or (size.memory or memory) < memory
    if too_small:
        yield Problem(
            path,
            f"is {name}, which is too small: a node has {_FEWEST_VCPUS} vCPUs and {memory} GiB or more "
            "(restricted VM sizes in AKS)",
        )


def zones_of_pool_are_offered(request: Request) -> None:
    """A pool of its own has its cluster's region."""
    location = request.parent.inputs.get("location") if request.parent else None
    zones = request.inputs.get("availabilityZones")
    for problem in regions.zones_are_offered({"location": location}, zones, "availabilityZones"):
        raise ArmError(400, "AvailabilityZoneNotSupported", f"{problem.path} {problem.message}.")
