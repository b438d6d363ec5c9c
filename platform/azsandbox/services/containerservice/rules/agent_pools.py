"""What AKS refuses about node pools, whether they are inline or resources of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids, regions
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.facts import vm_sizes
from azsandbox.schema.validate import Problem
from azsandbox.services.compute import sizes
from azsandbox.services.network.addresses import RESERVED_ADDRESSES, subnet_ranges

_DEFAULT_DISK = 128  # GiB of an OS disk whose size is not set, on sizes with less local storage
_FEWEST_VCPUS = 2
_SYSTEM_MEMORY, _USER_MEMORY = 4, 2  # GiB
POOL_NAME = r"[a-z][a-z0-9]{0,11}"
POOL_NAME_WORDS = "1 to 12 lower-case letters and digits, starting with a letter"


def inline_pools(inputs: Values) -> list[Values]:
    """The pools that a cluster's inputs declare."""
    profiles: Any = inputs.get("agentPoolProfiles")
    return [pool for pool in profiles if isinstance(pool, dict)] if isinstance(profiles, list) else []


def cluster_has_a_system_pool(inputs: Values) -> Iterator[Problem]:
    if "agentPoolProfiles" not in inputs:
        yield Problem(
            "agentPoolProfiles", "is required: a cluster starts with a system pool", code="required"
        )
    elif not any(pool.get("mode") == "System" for pool in inline_pools(inputs)):
        yield Problem("agentPoolProfiles", "has no pool of mode System, but a cluster needs one")


def inline_pools_are_valid(inputs: Values) -> Iterator[Problem]:
    for index, pool in enumerate(inline_pools(inputs)):
        name = pool.get("name")
        if isinstance(name, str) and not re.fullmatch(POOL_NAME, name):
            yield Problem(
                f"agentPoolProfiles[{index}].name",
                f"{name!r} is not a valid name: {POOL_NAME_WORDS}",
            )
        yield from pool_is_valid(pool, f"agentPoolProfiles[{index}].", inputs.get("location"))
        zones, path = pool.get("availabilityZones"), f"agentPoolProfiles[{index}].availabilityZones"
        yield from regions.zones_are_offered(inputs, zones, path)


def pool_is_valid(inputs: Values, prefix: str = "", location: Any = None) -> Iterator[Problem]:
    yield from _autoscaling_is_valid(inputs, prefix)
    yield from _size_fits(inputs, prefix, location)
    if inputs.get("mode") == "System":
        yield from _system_pool_is_valid(inputs, prefix)
    if inputs.get("vmSize") is None:
        yield Problem(f"{prefix}vmSize", "is required", code="required")


def _autoscaling_is_valid(inputs: Values, prefix: str) -> Iterator[Problem]:
    low, high, count = inputs.get("minCount"), inputs.get("maxCount"), inputs.get("count")
    if not inputs.get("enableAutoScaling"):
        if low is not None or high is not None:
            yield Problem(f"{prefix}minCount", "and maxCount go with enableAutoScaling only")
    elif low is None or high is None:
        yield Problem(
            f"{prefix}minCount", "and maxCount are required with enableAutoScaling", code="required"
        )
    elif isinstance(low, int) and isinstance(high, int):
        if low > high:
            yield Problem(f"{prefix}minCount", f"is {low}, more than maxCount {high}")
        elif isinstance(count, int) and not low <= count <= high:
            yield Problem(f"{prefix}count", f"is {count}, outside of minCount {low} to maxCount {high}")


def _system_pool_is_valid(inputs: Values, prefix: str) -> Iterator[Problem]:
    if inputs.get("scaleSetPriority") == "Spot":
        yield Problem(f"{prefix}scaleSetPriority", "is Spot, but a system pool can't be")
    if inputs.get("minCount") == 0:
        yield Problem(f"{prefix}minCount", "is 0, but a system pool keeps at least one node")
    if inputs.get("osType") == "Windows":
        yield Problem(f"{prefix}osType", "is Windows, but a system pool runs Linux")


def _size_fits(inputs: Values, prefix: str, location: Any) -> Iterator[Problem]:
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
    if size.arm and inputs.get("osType") == "Windows":
        yield Problem(path, f"is {name}, an Arm size, but Windows nodes need x64 (Arm64 node pools)")
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


def pools_share_a_network(request: Request) -> None:
    cluster, subnet = request.parent, request.inputs.get("vnetSubnetID")
    network = ids.parent_of(str(subnet)) if subnet else None
    for pool in (cluster.inputs.get("agentPoolProfiles") or []) if cluster else []:
        other_subnet = pool.get("vnetSubnetID")
        other_network = ids.parent_of(str(other_subnet)) if other_subnet else None
        if _key(network) != _key(other_network):
            raise ArmError(
                400,
                "InvalidParameter",
                f"All node pools must be in one virtual network: '{subnet}' is not in that of "
                f"'{other_subnet}'.",
            )


def _key(network: str | None) -> str | None:
    return None if network is None else ids.key(network)


def subnet_has_room_for_nodes(request: Request) -> None:
    subnet_id = str(request.inputs.get("vnetSubnetID") or "")
    subnet = request.subscription.get(subnet_id) if subnet_id else None
    nodes = request.inputs.get("maxCount") or request.inputs.get("count") or 1
    for subnet_range in subnet_ranges(subnet.inputs) if subnet else []:
        if subnet_range.num_addresses - RESERVED_ADDRESSES < nodes:
            raise ArmError(
                400,
                "InsufficientSubnetSize",
                f"Subnet '{subnet_id}' ({subnet_range}) is too small for {nodes} nodes.",
            )
