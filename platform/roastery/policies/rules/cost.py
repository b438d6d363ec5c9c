"""What it may cost, where it may be."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator

from roastery.naming import REGIONS
from roastery.policies import tokens as t
from roastery.policies.model import Level, Policy, Problem, Resource, Settings, Severity, Stack
from roastery.policies.values import Node


def _region(resource: Resource, settings: Settings) -> Iterator[Problem]:
    if not resource.type.startswith(t.AZURE):
        return
    place = resource.word("location").replace(" ", "")
    allowed = {str(one).replace(" ", "").lower() for one in settings["regions"]}
    if place and place not in {"global", *allowed}:
        yield Problem("location", f"is {place}; allowed: {', '.join(settings['regions'])}")


_POOLS: dict[str, Callable[[Resource], Iterator[Node]]] = {
    t.AKS: lambda resource: resource.each("agentPoolProfiles"),
    t.POOL: lambda resource: iter([resource.properties]),
}
_SIZES = {t.MACHINE: "hardwareProfile.vmSize", t.MACHINES: "sku.name"}


def _sizes(resource: Resource) -> Iterator[tuple[str, str]]:
    if resource.type in _SIZES:
        path = _SIZES[resource.type]
        yield path, str(resource.get(path, ""))
    else:
        for pool in _POOLS[resource.type](resource):
            found = pool.at("vmSize")
            yield found.path, str(found.value or "")


def _size(resource: Resource, settings: Settings) -> Iterator[Problem]:
    for path, size in _sizes(resource):
        if size and not any(fnmatch.fnmatch(size.lower(), one.lower()) for one in settings["sizes"]):
            yield Problem(path, f"is {size}; allowed: {', '.join(settings['sizes'])}")


def _bounded(resource: Resource, settings: Settings) -> Iterator[Problem]:
    most = settings["nodes"]
    for pool in _POOLS[resource.type](resource):
        if pool.get("enableAutoScaling") is not True:
            yield Problem(pool.at("enableAutoScaling").path, "is not true: idle nodes are paid for")
        elif pool.get("maxCount", 0) > most:
            yield Problem(pool.at("maxCount").path, f"is {pool.get('maxCount')}, at most {most} are allowed")


def _budget(stack: Stack, settings: Settings) -> Iterator[Problem]:
    del settings
    found = [one for one in stack.of(t.BUDGET) if one.get("amount", 0) > 0]
    if not found:
        yield Problem("", "has no budget: a runaway job is noticed on the invoice")
    for budget in found:
        if not list(budget.each("notifications")):
            yield Problem("notifications", "tells nobody", budget.urn)


POLICIES = (
    Policy(
        id="allowed-region",
        title="Resources are in allowed regions",
        reason="Data stays where the law and the contracts want it, and near what reads it.",
        fix="Use an allowed region, or add it to this policy's `regions`.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB AM-2",),
        types=("*",),
        check=_region,
        config={"regions": {"type": "array", "items": {"type": "string"}, "default": sorted(REGIONS)}},
    ),
    Policy(
        id="allowed-size",
        title="Machines are of allowed sizes",
        reason="One forgotten GPU machine costs more than the whole platform.",
        fix="Use a size that matches this policy's `sizes`, or add to them.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB AM-2",),
        types=(t.MACHINE, t.MACHINES, t.AKS, t.POOL),
        check=_size,
        config={
            "sizes": {
                "type": "array",
                "items": {"type": "string"},
                "default": ["Standard_B*", "Standard_D*", "Standard_E*", "Standard_F*"],
            }
        },
    ),
    Policy(
        id="pool-bounded",
        title="Node pools grow and shrink between bounds",
        reason="A pool without a bound turns a loop into an invoice.",
        fix="Enable auto scaling and lower maxCount.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        types=(t.AKS, t.POOL),
        check=_bounded,
        config={"nodes": {"type": "integer", "minimum": 1, "default": 20}},
    ),
    Policy(
        id="budget-present",
        title="The stack has a budget that tells someone",
        reason="Spending is noticed while it can still be stopped.",
        fix="Add a consumption Budget with notifications.",
        severity=Severity.LOW,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        check_stack=_budget,
    ),
)
