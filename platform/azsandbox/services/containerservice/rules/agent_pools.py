"""What AKS refuses about node pools, whether they are inline or resources of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import regions
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN
from azsandbox.services.containerservice.rules.pool_fields import POOL_RULES
from azsandbox.services.containerservice.rules.pool_labels import (
    labels_are_valid,
    system_pool_takes_system_pods,
)
from azsandbox.services.containerservice.rules.pool_sizes import size_fits

POOL_NAME = r"[a-z][a-z0-9]{0,11}"
POOL_NAME_WORDS = "1 to 12 lower-case letters and digits, starting with a letter"
_RULES = (*POOL_RULES, labels_are_valid, system_pool_takes_system_pods)


def inline_pools(inputs: Values) -> list[Values]:
    """The pools that a cluster's inputs declare."""
    profiles: Any = inputs.get("agentPoolProfiles")
    return [pool for pool in profiles if isinstance(pool, dict)] if isinstance(profiles, list) else []


def is_automatic(inputs: Values) -> bool:
    """Whether it is an AKS Automatic cluster, which brings its pools, network and identity itself."""
    sku = inputs.get("sku")
    name = sku.get("name") if isinstance(sku, dict) else sku
    return name is UNKNOWN or (isinstance(name, str) and name.lower() == "automatic")


def cluster_has_a_system_pool(inputs: Values) -> Iterator[Problem]:
    profiles = inputs.get("agentPoolProfiles")
    if is_automatic(inputs) or profiles is UNKNOWN:
        return
    if profiles is None:
        yield Problem(
            "agentPoolProfiles", "is required: a cluster starts with a system pool", code="required"
        )
    elif not any(pool.get("mode") in ("System", UNKNOWN) for pool in inline_pools(inputs)):
        unknown = isinstance(profiles, list) and UNKNOWN in profiles
        if not unknown:
            yield Problem(
                "agentPoolProfiles", "has no pool of mode System: Must define at least one system pool."
            )


def inline_pools_are_valid(inputs: Values) -> Iterator[Problem]:
    profiles = inputs.get("agentPoolProfiles")
    for index, pool in enumerate(profiles if isinstance(profiles, list) else []):
        if not isinstance(pool, dict):
            continue
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
    for rule in _RULES:
        yield from rule(inputs, prefix)
    yield from size_fits(inputs, prefix, location)


def pools_go_together(inputs: Values) -> Iterator[Problem]:
    """All in a network of the user's or none, and scale sets where there are several."""
    pools = inline_pools(inputs)
    for index, pool in enumerate(pools):
        if len(pools) > 1 and pool.get("type") == "AvailabilitySet":
            yield Problem(
                f"agentPoolProfiles[{index}].type",
                "is AvailabilitySet, but several pools need VirtualMachineScaleSets",
            )
    yield from _all_in_a_network(pools)


def _all_in_a_network(pools: list[Values]) -> Iterator[Problem]:
    inside = [index for index, pool in enumerate(pools) if pool.get("vnetSubnetID") is not None]
    for index, pool in enumerate(pools):
        if inside and index not in inside and pool.get("mode") != "Gateway":
            yield Problem(
                f"agentPoolProfiles[{index}].vnetSubnetID",
                f"is required, since agentPoolProfiles[{inside[0]}] names one: all pools are in one network",
                code="required",
            )
